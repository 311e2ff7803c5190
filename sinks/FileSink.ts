/** What the sinks of files have in common: a folder, one file per table, one file per activity's streams. */
import { Effect, FileSystem, Path, type PlatformError, Result, Semaphore, Stream } from "effect"
import type { SummaryActivity } from "../schemas/Activity.ts"
import type { DetailedAthlete } from "../schemas/Athlete.ts"
import type { Item } from "../schemas/Item.ts"
import type { StreamSet } from "../schemas/StreamSet.ts"
import { acceptActivity, acceptAthlete, type Accepted, acceptStreams } from "./accept.ts"
import { diskError, openDirectory, replaceFile, syncDirectory } from "./files.ts"
import { type Batch, type Refusal, type Sink, SinkError, type SinkSource } from "./Sink.ts"
import { mapInTurns } from "./turns.ts"

type Services = FileSystem.FileSystem | Path.Path
type Failure = SinkError | PlatformError.PlatformError

/** How a format writes what it is given. Every file is replaced whole, or left as it is. */
export interface Format {
  readonly name: "json" | "csv"
  /** The names of the files of tables. */
  readonly athlete: string
  readonly activities: string
  /** What the name of a file of streams ends in, after the activity's id. */
  readonly extension: string
  athleteContent(athlete: Accepted<DetailedAthlete>): Effect.Effect<Uint8Array>
  streamsContent(streams: Accepted<StreamSet>): Effect.Effect<Uint8Array>
  /** Add or replace `activities` in the table at `file`, which may not exist yet. */
  mergeActivities(
    file: string,
    activities: ReadonlyArray<Accepted<SummaryActivity>>,
  ): Effect.Effect<void, Failure, Services>
}

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
    const results = items.map(acceptAthlete)
    const last = results.findLast(Result.isSuccess)
    if (last !== undefined) {
      const content = yield* format.athleteContent(last.success)
      yield* replaceFile(path.join(directory, format.athlete), content)
    }
    yield* syncDirectory(directory)
    return results.filter(Result.isFailure).map((result): Refusal => result.failure)
  })

  const writeActivities = Effect.fnUntraced(function* (items: ReadonlyArray<Item>) {
    const results = yield* mapInTurns(items, 100, acceptActivity)
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
        Effect.fromResult(acceptStreams(item)).pipe(
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

  const writers = { athlete: writeAthlete, activities: writeActivities, streams: writeStreams }
  const sink: Sink = {
    name: format.name,
    location: directory,
    whole: new Set(["activities"]),
    write: Effect.fn("FileSink.write")(
      ({ items, resource }: Batch) => writers[resource](items).pipe(settle),
    ),
    held: () => Stream.empty,
    kept: () => Effect.succeed([]),
    differing: () => Effect.succeed([]),
    putAside: () => Effect.succeedNone,
  }
  const source: SinkSource = {
    name: format.name,
    location: directory,
    open: openDirectory(directory).pipe(
      Effect.andThen(openDirectory(streamsDirectory)),
      Effect.as(sink),
      settle,
    ),
  }
  return source
})
