/** What the sinks of files have in common: a folder, one file per table, one file per activity's streams. */
import { Effect, Path, Result, Semaphore } from "effect"
import type { Item } from "../schemas/Item.ts"
import { accept } from "./accept.ts"
import { diskError, openDirectory, replaceFile, syncDirectory } from "./files.ts"
import { type Batch, type Refusal, type Sink, SinkError, type SinkSource } from "./Sink.ts"
import type { Failure, Format, Services } from "./Format.ts"
import { lookInto } from "./lookInto.ts"
import { mapInTurns } from "./turns.ts"

/** Streams at the same time: one is computed, the others wait for the disk. */
const concurrency = 4

export const make = Effect.fnUntraced(function* (directory: string, format: Format) {
  const services = yield* Effect.context<Services>()
  const computing = yield* Semaphore.make(1)
  const path = yield* Path.Path
  const streamsDirectory = path.join(directory, "streams")
  const failed = diskError(format.name, directory)
  const settle = <A>(self: Effect.Effect<A, Failure, Services>): Effect.Effect<A, SinkError> =>
    self.pipe(
      Effect.mapError((error) => error instanceof SinkError ? error : failed(error)),
      Effect.provideContext(services),
    )

  const writeAthlete = Effect.fnUntraced(function* (items: ReadonlyArray<Item>) {
    const results = items.map(accept.athlete)
    const last = results.findLast(Result.isSuccess)
    if (last !== undefined) {
      const content = yield* format.athleteContent(last.success)
      yield* replaceFile(path.join(directory, format.athlete), content)
    }
    yield* syncDirectory(directory)
    return results.filter(Result.isFailure).map((result): Refusal => result.failure)
  })

  const writeActivities = Effect.fnUntraced(function* (items: ReadonlyArray<Item>) {
    const results = yield* mapInTurns(items, 100, accept.activities)
    const accepted = results.filter(Result.isSuccess).map((result) => result.success)
    if (accepted.length > 0) {
      yield* format.mergeActivities(path.join(directory, format.activities), accepted)
    }
    yield* syncDirectory(directory)
    return results.filter(Result.isFailure).map((result): Refusal => result.failure)
  })

  const writeStreams = Effect.fnUntraced(function* (items: ReadonlyArray<Item>) {
    const refused = yield* Effect.forEach(
      items,
      (item) =>
        Effect.fromResult(accept.streams(item)).pipe(
          Effect.flatMap(format.streamsContent),
          computing.withPermit,
          Effect.matchEffect({
            onFailure: (refusal) => Effect.succeed([refusal]),
            onSuccess: (content) => {
              const file = path.join(streamsDirectory, item.id + format.extension)
              return Effect.as(replaceFile(file, content), [])
            },
          }),
        ),
      { concurrency },
    )
    yield* syncDirectory(streamsDirectory)
    return refused.flat()
  })

  const later = (items: ReadonlyArray<Item>) =>
    Effect.succeed(items.map((item): Refusal => ({ item, reason: "not built yet" })))
  const writers = {
    athlete: writeAthlete,
    zones: later,
    stats: later,
    gear: later,
    activities: writeActivities,
    details: later,
    streams: writeStreams,
  }
  const sink: Sink = {
    name: format.name,
    location: directory,
    whole: new Set(["activities"]),
    write: Effect.fn("FileSink.write")(
      ({ items, resource }: Batch) => writers[resource](items).pipe(settle),
    ),
    ...lookInto(directory, format, { computing, path, services, settle }),
  }
  const source: SinkSource = {
    name: format.name,
    location: directory,
    open: openDirectory(directory).pipe(
      Effect.andThen(openDirectory(streamsDirectory)),
      Effect.as(sink),
      settle,
    ),
    look: Effect.succeed(sink),
  }
  return source
})
