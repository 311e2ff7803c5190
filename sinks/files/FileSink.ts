/** A sink of files: a folder with the files of each resource in it. */
import { Effect, FileSystem, Option, Path, Stream } from "effect"
import { isIdOf, type Resource } from "../../schemas/Item.ts"
import { allResources } from "../../schemas/resources.ts"
import {
  exists,
  fileName,
  leftover,
  openDirectory,
  sinkDiskError,
  syncDirectory,
} from "./atomic.ts"
import type { Failure, Format, ResourceFiles, Services } from "./Format.ts"
import { closeFolder } from "./privacy.ts"
import { checkItems } from "../validate.ts"
import { markName, readMark, writeMark } from "./mark.ts"
import { type Batch, type Sink, SinkError, type SinkSource, type SinkTraits } from "../Sink.ts"

/** Returns the function that returns the files of a resource. */
const byResource = (shelves: Readonly<Record<Resource, ResourceFiles>>) =>
(
  resource: Resource,
): ResourceFiles => {
  const shelf = shelves[resource]
  if (shelf === undefined) throw new Error(`The resource "${resource}" was declared too late`)
  return shelf
}

export const fileSink = Effect.fnUntraced(
  function* (traits: SinkTraits, directory: string, format: Format) {
    const { name } = traits
    const services = yield* Effect.context<Services>()
    const shelves = yield* format(directory)
    const shelfOf = byResource(shelves)
    const failed = sinkDiskError(name, directory)
    const owns = (path: string) =>
      path === markName || leftover.test(fileName(path)) ||
      allResources().some((resource) => shelfOf(resource).owns(path))
    const settle = <A>(self: Effect.Effect<A, Failure, Services>): Effect.Effect<A, SinkError> =>
      self.pipe(
        Effect.mapError((error) => error instanceof SinkError ? error : failed(error)),
        Effect.provideContext(services),
      )
    const sink: Sink = {
      name,
      location: directory,
      whole: new Set(allResources().filter((resource) => shelfOf(resource).whole)),
      write: Effect.fn("FileSink.write")(function* ({ gone = [], items, resource }: Batch) {
        const { accepted, refused } = yield* checkItems(items)
        // Any other id must not become a part of a path.
        const ids = gone.map(({ id }) => id).filter((id) => isIdOf(resource, id))
        const purged = gone.some(({ purged }) => purged)
        yield* settle(shelfOf(resource).write(accepted, new Set(ids), purged))
        return refused
      }),
      ensureOwn: Effect.fn("FileSink.ensureOwn")(function* (athlete) {
        const found = yield* settle(Stream.runHead(shelfOf("athlete").held()))
        const id = Option.getOrUndefined(found)?.id
        if (id === undefined || id === String(athlete)) return
        return yield* new SinkError({
          sink: name,
          reason: "disk",
          detail:
            `${directory} holds the files of athlete ${id}, not of ${athlete}. Nothing in it ` +
            "was changed. Move them away, or use another data directory: --data DIR",
        })
      }),
      contents: Effect.fn("FileSink.contents")(() =>
        settle(
          Effect.forEach(allResources(), (resource) =>
            Effect.map(shelfOf(resource).count, (count) => [resource, count] as const)),
        ).pipe(
          Effect.map((counts) =>
            new Map(counts)
          ),
        )
      ),
      held: (resource, proven) =>
        shelfOf(resource).held(proven).pipe(
          Stream.provideContext(services),
          Stream.catch((error) => Stream.fromEffect(settle(Effect.fail(error)))),
        ),
      kept: Effect.fn("FileSink.kept")((resource, ids) => settle(shelfOf(resource).kept(ids))),
      differing: Effect.fn("FileSink.differing")(function* ({ items, resource }: Batch) {
        const { accepted } = yield* checkItems(items)
        return yield* settle(shelfOf(resource).differing(accepted))
      }),
      clear: settle(Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const path = yield* Path.Path
        if (!(yield* exists(directory))) return
        const damaged = (yield* fs.readDirectory(directory))
          .filter((name) => name.includes(".damaged-") && owns(name))
        for (const name of damaged) yield* fs.remove(path.join(directory, name), { force: true })
        yield* syncDirectory(directory)
      })),
      putAside: Effect.fn("FileSink.putAside")((resource) =>
        Effect.map(
          settle(shelfOf(resource).putAside),
          (names) => names.length > 0 ? Option.some(names.join(", ")) : Option.none(),
        )
      ),
    }
    const openFolder = Effect.fnUntraced(function* ({ folder }: ResourceFiles) {
      if (folder === undefined) return
      if (folder.made === "at once" || (yield* exists(folder.path))) {
        yield* openDirectory(folder.path)
      }
    })
    const closeToOthers = Effect.ignore(Effect.try(() => closeFolder(directory)))
    const source: SinkSource = {
      ...traits,
      location: directory,
      owns,
      open: openDirectory(directory).pipe(
        Effect.andThen(closeToOthers),
        Effect.andThen(Effect.forEach(Object.values(shelves), openFolder)),
        Effect.andThen(readMark(directory)),
        Effect.map((found): Sink => ({
          ...sink,
          generation: { found, now: found },
          advance: settle(Effect.as(writeMark(directory, found + 1), found + 1)),
        })),
        settle,
      ),
      look: Effect.succeed(sink),
    }
    return source
  },
)
