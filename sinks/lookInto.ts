/** What a sink of files tells of itself: see `held`, `kept`, `differing` and `putAside` of `Sink`. */
import { Array as Arr, Effect, FileSystem, Option, Result, Stream } from "effect"
import type { Context, Path, Semaphore } from "effect"
import { isDecimalId, type Item, type Resource } from "../schemas/Item.ts"
import { accept } from "./accept.ts"
import { asideOf, syncDirectory } from "./files.ts"
import type { Failure, Format, Services } from "./Format.ts"
import { differenceFrom, find, type Found, isWhole, sha256, textOf, writtenAtOf } from "./look.ts"
import type { Batch, Difference, Held, Kept, Sink, SinkError } from "./Sink.ts"
import { mapInTurns } from "./turns.ts"

/** What the sink stands on. */
interface Standing {
  readonly computing: Semaphore.Semaphore
  readonly path: Path.Path
  readonly services: Context.Context<Services>
  settle<A>(self: Effect.Effect<A, Failure, Services>): Effect.Effect<A, SinkError>
}

/** Files read at the same time. */
const concurrency = 4

/** A file that is being written, or that a crash left half-written. */
const temporary = /^\..+\.tmp$/

export const lookInto = (
  directory: string,
  format: Format,
  { computing, path, services, settle }: Standing,
): Pick<Sink, "held" | "kept" | "differing" | "putAside"> => {
  const athleteFile = path.join(directory, format.athlete)
  const table = path.join(directory, format.activities)
  const streamsDirectory = path.join(directory, "streams")
  const streamsFile = (id: string) => path.join(streamsDirectory, id + format.extension)

  const findAthlete = Effect.gen(function* () {
    const found = yield* find(athleteFile)
    if (found === undefined) return undefined
    if ("fault" in found) return { fault: `${format.athlete} ${found.fault}` }
    const id = yield* format.athleteIdOf(found.bytes)
    return id === undefined
      ? { fault: `${format.athlete} cannot be read as an athlete` }
      : { id, ...found }
  })

  const athleteHeld = Effect.map(findAthlete, (found): ReadonlyArray<Held> => {
    if (found === undefined) return []
    if ("fault" in found) return [{ id: undefined, fault: found.fault }]
    return [format.keepsAnswers ? { id: found.id, hash: sha256(found.bytes) } : { id: found.id }]
  })

  const fileHeld = Effect.fnUntraced(function* (
    name: string,
  ): Effect.fn.Return<ReadonlyArray<Held>, Failure, Services> {
    const id = name.slice(0, -format.extension.length)
    if (!name.endsWith(format.extension) || !isDecimalId(id)) {
      return [{ id: undefined, fault: `streams/${name} is no file of ours` }]
    }
    if (!format.keepsAnswers) return [{ id }]
    const found = yield* find(streamsFile(id))
    if (found === undefined) return []
    if ("fault" in found) return [{ id, fault: `streams/${name} ${found.fault}` }]
    return isWhole(found.bytes)
      ? [{ id, hash: sha256(found.bytes) }]
      : [{ id, fault: `streams/${name} is no whole answer` }]
  })

  const streamsHeld = Stream.unwrap(Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const names = yield* fs.readDirectory(streamsDirectory).pipe(
      Effect.catchIf((error) => error.reason._tag === "NotFound", () => Effect.succeed([])),
    )
    return Stream.fromIterable(names.filter((name) => !temporary.test(name))).pipe(
      Stream.mapEffect(fileHeld, { concurrency }),
      Stream.flattenIterable,
    )
  }))

  const holding: Record<Resource, Stream.Stream<Held, Failure, Services>> = {
    athlete: Stream.fromIterableEffect(athleteHeld),
    zones: Stream.empty,
    stats: Stream.empty,
    gear: Stream.empty,
    activities: format.look.held(table),
    details: Stream.empty,
    streams: streamsHeld,
  }

  const keptOf = (id: string, found: Found | undefined): Option.Option<Kept> => {
    if (found === undefined || "fault" in found) return Option.none()
    const { bytes, writtenAt: fetchedAt } = found
    const text = Option.fromUndefinedOr(textOf(bytes))
    return Option.map(text, (text) => ({ id, text, hash: sha256(bytes), fetchedAt }))
  }

  const keeping: Record<
    Resource,
    (ids: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<Kept>, Failure, Services>
  > = {
    athlete: (ids) =>
      Effect.map(
        findAthlete,
        (found) =>
          found === undefined || "fault" in found || !ids.includes(found.id)
            ? []
            : Option.toArray(keptOf(found.id, found)),
      ),
    zones: () => Effect.succeed([]),
    stats: () => Effect.succeed([]),
    gear: () => Effect.succeed([]),
    details: () => Effect.succeed([]),
    activities: Effect.fnUntraced(function* (ids) {
      const info = yield* Effect.option(FileSystem.FileSystem.use((fs) => fs.stat(table)))
      const writtenAt = Option.match(info, { onNone: () => 0, onSome: writtenAtOf })
      return yield* format.look.kept(table, new Set(ids), writtenAt)
    }),
    streams: (ids) =>
      Effect.map(
        Effect.forEach(
          ids.filter(isDecimalId),
          (id) => Effect.map(find(streamsFile(id)), (found) => keptOf(id, found)),
          { concurrency },
        ),
        Arr.getSomes,
      ),
  }

  const told = (item: Item, detail: string | undefined): ReadonlyArray<Difference> =>
    detail === undefined ? [] : [{ item, detail }]

  const comparing: Record<
    Resource,
    (items: ReadonlyArray<Item>) => Effect.Effect<ReadonlyArray<Difference>, Failure, Services>
  > = {
    athlete: Effect.fnUntraced(function* (items) {
      const last = items.map(accept.athlete).findLast(Result.isSuccess)?.success
      if (last === undefined) return []
      const content = yield* format.athleteContent(last)
      return told(last.item, differenceFrom(yield* find(athleteFile), content))
    }),
    zones: () => Effect.succeed([]),
    stats: () => Effect.succeed([]),
    gear: () => Effect.succeed([]),
    details: () => Effect.succeed([]),
    activities: Effect.fnUntraced(function* (items) {
      const results = yield* mapInTurns(items, 100, accept.activities)
      const accepted = results.filter(Result.isSuccess).map(({ success }) => success)
      const details = yield* format.look.differing(table, accepted)
      return accepted.flatMap(({ item }) => told(item, details.get(item.id)))
    }),
    streams: (items) =>
      Effect.map(
        Effect.forEach(items, (item) => {
          const accepted = accept.streams(item)
          if (Result.isFailure(accepted)) return Effect.succeed([])
          return format.streamsContent(accepted.success).pipe(
            computing.withPermit,
            Effect.zipWith(
              find(streamsFile(item.id)),
              (content, found) => told(item, differenceFrom(found, content)),
            ),
          )
        }, { concurrency }),
        Arr.flatten,
      ),
  }

  return {
    held: (resource) =>
      holding[resource].pipe(
        Stream.provideContext(services),
        Stream.catch((error) => Stream.fromEffect(settle(Effect.fail(error)))),
      ),
    kept: Effect.fn("FileSink.kept")((resource, ids) =>
      format.keepsAnswers ? settle(keeping[resource](ids)) : Effect.succeed([])
    ),
    differing: Effect.fn("FileSink.differing")(({ items, resource }: Batch) =>
      settle(comparing[resource](items))
    ),
    putAside: Effect.fn("FileSink.putAside")(
      function* (resource: Resource) {
        if (resource !== "activities") return Option.none()
        if ((yield* format.look.damage(table)) === undefined) return Option.none()
        const aside = yield* asideOf(table)
        yield* (yield* FileSystem.FileSystem).rename(table, aside)
        yield* syncDirectory(directory)
        return Option.some(path.basename(aside))
      },
      settle,
    ),
  }
}
