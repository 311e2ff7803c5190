/** Reads the folder of JSON for reports and tables. */
import { Effect, FileSystem, Option, Path, type PlatformError, Result, Stream } from "effect"
import { isIdOf } from "../../schemas/Item.ts"
import { idIn } from "../../schemas/json/Json.ts"
import { textOf } from "../../schemas/json/utf8.ts"
import { exists, readFile } from "../files/atomic.ts"
import { linesOf } from "../files/ndjson.ts"
import { find } from "../files/readBack.ts"
import type { SinkContents, SinkSource } from "../Sink.ts"
import {
  type ActivityResource,
  type ReadableSink,
  type SinkReader,
  SinkReadError,
  type StoredText,
} from "../SinkReader.ts"
import { systemCauseOf } from "../systemError.ts"

/** Number of files that are read at once: one is parsed while the others wait for the disk. */
const concurrency = 4

const diskError = (folder: string) => (cause: PlatformError.PlatformError) =>
  new SinkReadError({
    reason: "disk",
    detail: `${folder}: ${systemCauseOf(cause) ?? cause.reason._tag}. Fix that and run again`,
    cause,
  })

/** Returns the activity on a line; empty if the line is damaged. */
const activityOf = (line: Uint8Array): ReadonlyArray<StoredText> => {
  const text = textOf(line)
  const id = Result.getOrUndefined(Result.try(() => idIn(text, JSON.parse(text))))
  return id !== undefined && isIdOf("activities", id) ? [{ id, text }] : []
}

const readerIn = Effect.fnUntraced(function* (folder: string, { look }: Pick<SinkSource, "look">) {
  const services = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const list = path.join(folder, "activities.ndjson")
  const failed = diskError(folder)

  const bytesAt = (...names: ReadonlyArray<string>) =>
    find(path.join(folder, ...names)).pipe(
      Effect.map((found) => found === undefined || "fault" in found ? undefined : found.bytes),
      Effect.provideContext(services),
      Effect.mapError(failed),
    )
  const readOne = (resource: "gear" | ActivityResource) => (id: string) =>
    isIdOf(resource, id)
      ? Effect.map(
        bytesAt(resource, `${id}.json`),
        (bytes): ReadonlyArray<StoredText> =>
          bytes === undefined ? [] : [new StoredFile(id, bytes)],
      )
      : Effect.succeed([])

  // An account without activities has no list, and one without an export no rows of it.
  const linesIn = (file: string) =>
    Stream.unwrap(
      Effect.map(exists(file), (there) => there ? linesOf(readFile(file)) : Stream.empty),
    ).pipe(Stream.provideContext(services), Stream.mapError(failed))
  const lines = linesIn(list)
  const activitiesOf = (ids: ReadonlySet<string>) =>
    Stream.suspend(() => {
      const wanted = new Set(ids)
      return lines.pipe(
        // If an activity has two lines, the first one counts.
        Stream.map((line) => activityOf(line).filter(({ id }) => wanted.delete(id))),
        Stream.flattenIterable,
      )
    })

  const idsOf = (resource: "gear" | ActivityResource) =>
    fs.readDirectory(path.join(folder, resource)).pipe(
      Effect.catchIf((error) => error.reason._tag === "NotFound", () => Effect.succeed([])),
      Effect.map((names) =>
        names.filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -5))
          .filter((id) => isIdOf(resource, id))
      ),
      Effect.mapError(failed),
    )

  return {
    counts: (athlete) =>
      Effect.flatMap(
        look,
        ({ contents }) => contents?.(athlete) ?? Effect.succeed<SinkContents>(new Map()),
      )
        .pipe(
          Effect.scoped,
          Effect.mapError((cause) =>
            new SinkReadError({ reason: "disk", detail: cause.detail, cause })
          ),
        ),
    activities: Stream.map(lines, textOf),
    exported: Stream.map(linesIn(path.join(folder, "export.ndjson")), textOf),
    profile: (resource) =>
      Effect.map(
        bytesAt(`${resource}.json`),
        (bytes) => Option.map(Option.fromUndefinedOr(bytes), textOf),
      ),
    gear: Stream.unwrap(
      Effect.map(idsOf("gear"), (ids) => Stream.fromIterable(ids.toSorted())),
    ).pipe(
      Stream.mapEffect(readOne("gear")),
      Stream.flattenIterable,
      Stream.map(({ text }) => text),
    ),
    ids: (resource) => Effect.map(idsOf(resource), (ids) => new Set(ids)),
    missing: () => Effect.succeed(new Map()),
    read: (resource, ids) =>
      resource === "activities" ? activitiesOf(new Set(ids)) : Stream.fromIterable(ids).pipe(
        Stream.mapEffect(readOne(resource), { concurrency }),
        Stream.flattenIterable,
      ),
  } satisfies SinkReader
})

/** A file of a response, whose text is decoded only if it is read. */
class StoredFile implements StoredText {
  readonly id: string
  readonly bytes: Uint8Array

  constructor(id: string, bytes: Uint8Array) {
    this.id = id
    this.bytes = bytes
  }

  get text(): string {
    return textOf(this.bytes)
  }
}

/** Returns `source`, a folder of JSON, for reports and tables. */
export const readableJson = Effect.fnUntraced(function* (source: SinkSource) {
  const { location } = source
  const list = (yield* Path.Path).join(location, "activities.ndjson")
  const services = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
  return {
    contents: list,
    hasActivities: Effect.provideContext(Effect.orElseSucceed(exists(list), () => true), services),
    open: () => Effect.provideContext(readerIn(location, source), services),
  } satisfies ReadableSink
})
