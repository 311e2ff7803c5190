/** The folder of JSON as a source. */
import { Effect, FileSystem, Option, Path, type PlatformError, Schema, Stream } from "effect"
import { Buffer } from "node:buffer"
import { resources } from "../../schemas/resources.ts"
import { isIdOf } from "../../schemas/Item.ts"
import { membersOf } from "../../schemas/json/Json.ts"
import { textOf } from "../../schemas/json/utf8.ts"
import { jsonSink } from "../../sinks/json/JsonSink.ts"
import { find } from "../../sinks/files/readBack.ts"
import { linesOf } from "../../sinks/files/ndjson.ts"
import { exists, readFile } from "../../sinks/files/atomic.ts"
import { systemCauseOf } from "../../sinks/systemError.ts"
import { type Activity, activityFrom } from "./Activity.ts"
import { ArchiveError } from "./ArchiveError.ts"
import { type SampleNames, samplesOf } from "./Samples.ts"
import type { PerActivity, Source } from "./Source.ts"
import { parsed, record } from "./values.ts"

/** The file that a folder of JSON has if it has anything. */
export const listOf = (folder: string): Effect.Effect<string, never, Path.Path> =>
  Effect.map(Path.Path, (path) => path.join(folder, "activities.ndjson"))

/** Files that are read at once: one is parsed, the others wait for the disk. */
const concurrency = 4

/** Every digit of the id, also of one that JavaScript cannot count to. */
const idOf = (line: string, value: unknown): string | undefined => {
  const id = record(value)?.["id"]
  const text = Number.isSafeInteger(id) ? String(id) : membersOf(line).get("id")
  return text !== undefined && isIdOf("activities", text) ? text : undefined
}

const activityOf = (bytes: Uint8Array): ReadonlyArray<Activity> => {
  const line = textOf(bytes)
  const value = parsed(line)
  if (record(value) === undefined) return []
  const id = idOf(line, value)
  const activity = id === undefined ? undefined : activityFrom(id, value)
  return activity === undefined ? [] : [activity]
}

const diskError = (folder: string) => (cause: PlatformError.PlatformError) =>
  new ArchiveError({
    reason: "disk",
    detail: `${folder}: ${systemCauseOf(cause) ?? cause.reason._tag}. Fix that and run again`,
    cause,
  })

const decoder = <S extends Schema.ConstraintDecoder<unknown>>(schema: S) =>
  Schema.decodeUnknownOption(Schema.fromJsonString(schema))

/** Numbers are ASCII, and as such a file is read several times as fast; what else is in it is not wanted. */
const samplesIn = ({ buffer, byteLength, byteOffset }: Uint8Array, wanted?: SampleNames) =>
  samplesOf(Buffer.from(buffer, byteOffset, byteLength).toString("latin1"), wanted)

export const jsonSource = Effect.fnUntraced(function* (folder: string) {
  const services = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const list = yield* listOf(folder)
  const sink = yield* jsonSink(folder)
  const failed = diskError(folder)

  const bytesAt = (...names: ReadonlyArray<string>) =>
    find(path.join(folder, ...names)).pipe(
      Effect.map((found) => found === undefined || "fault" in found ? undefined : found.bytes),
      Effect.provideContext(services),
      Effect.mapError(failed),
    )
  const textAt = (name: string) =>
    Effect.map(bytesAt(name), (bytes) => bytes === undefined ? undefined : textOf(bytes))
  const fileOf = (resource: PerActivity, id: string) =>
    isIdOf(resource, id) ? bytesAt(resource, `${id}.json`) : Effect.undefined

  const source: Source = {
    name: "json",
    location: folder,
    counts: (athlete) =>
      Effect.flatMap(sink.look, ({ contents }) => contents?.(athlete) ?? Effect.succeed(new Map()))
        .pipe(
          Effect.scoped,
          Effect.mapError((cause) =>
            new ArchiveError({ reason: "disk", detail: cause.detail, cause })
          ),
        ),
    activities: Stream.suspend(() => {
      const seen = new Set<string>()
      // An account without activities has no list.
      const lines = Stream.unwrap(
        Effect.map(exists(list), (there) => there ? linesOf(readFile(list)) : Stream.empty),
      )
      return lines.pipe(
        Stream.map((line) => activityOf(line).filter(({ id }) => seen.size < seen.add(id).size)),
        Stream.flattenIterable,
      )
    }).pipe(
      Stream.provideContext(services),
      Stream.mapError(failed),
    ),
    athlete: Effect.map(textAt("athlete.json"), decoder(resources.athlete.schema)),
    zones: Effect.map(textAt("zones.json"), decoder(resources.zones.schema)),
    here: (resource) =>
      fs.readDirectory(path.join(folder, resource)).pipe(
        Effect.catchIf((error) => error.reason._tag === "NotFound", () => Effect.succeed([])),
        Effect.map((names) =>
          new Set(
            names.filter((name) => name.endsWith(".json")).map((name) => name.slice(0, -5))
              .filter((id) => isIdOf(resource, id)),
          )
        ),
        Effect.mapError(failed),
      ),
    lacks: () => Effect.succeed(new Map()),
    samples: (ids, wanted) =>
      Stream.fromIterable(ids).pipe(
        Stream.mapEffect((id) =>
          Effect.map(fileOf("streams", id), (bytes) => {
            const samples = bytes === undefined ? undefined : samplesIn(bytes, wanted)
            return samples === undefined ? [] : [[id, samples] as const]
          }), { concurrency }),
        Stream.flattenIterable,
      ),
    sent: (resource, ids) => {
      const wanted = new Set(ids)
      const found = resource === "activities"
        ? linesOf(readFile(list)).pipe(
          Stream.map((line) => {
            const id = activityOf(line)[0]?.id ?? ""
            const text = textOf(line)
            // The first of a line that is there twice, as everywhere.
            return wanted.delete(id) ? [[id, text] as const] : []
          }),
          Stream.provideContext(services),
          Stream.mapError(failed),
        )
        : Stream.fromIterable(ids).pipe(
          Stream.mapEffect((id) =>
            Effect.map(fileOf(resource, id), (bytes) => {
              const text = bytes === undefined ? undefined : textOf(bytes)
              return text === undefined ? [] : [[id, text] as const]
            }), { concurrency }),
        )
      return Stream.flattenIterable(found)
    },
    details: (id) =>
      Effect.map(fileOf("details", id), (bytes) => {
        const text = bytes === undefined ? undefined : textOf(bytes)
        return Option.fromUndefinedOr(text === undefined ? undefined : record(parsed(text)))
      }),
  }
  return source
})
