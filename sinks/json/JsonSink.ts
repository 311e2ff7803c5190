/**
 * JSON as Strava sent it, byte for byte: `athlete.json`, `zones.json`, `stats.json`,
 * `activities.ndjson` (a line each, newest first), `export.ndjson` (a line each), and
 * `details/<id>.json`, `streams/<id>.json`, `gear/<id>.json`.
 */
import { Effect, Option, Path, Schema } from "effect"
import { declarationOf, resources } from "../../schemas/resources.ts"
import type { Declaration } from "../../schemas/Declaration.ts"
import {
  bytesOfItem,
  type Item,
  recordOf,
  type TableResource,
  tableResources,
} from "../../schemas/Item.ts"
import { textOf } from "../../schemas/json/utf8.ts"
import { readableJson } from "./reader.ts"
import { filePerItem } from "../files/filePerItem.ts"
import { fileSink } from "../files/FileSink.ts"
import type { Format, Services } from "../files/Format.ts"
import { find } from "../files/readBack.ts"
import { ndjson } from "../files/ndjson.ts"
import { withPresence } from "../files/presence.ts"
import { onlyFile } from "../files/singleFile.ts"
import type { SinkSource, SinkTraits } from "../Sink.ts"
import type { SinkKind } from "../SinkKind.ts"

const decodeAthlete = Schema.decodeUnknownOption(Schema.fromJsonString(resources.athlete.schema))

/** Returns the athlete of a profile; undefined if it cannot be read. */
const athleteIdOf = (content: Uint8Array | undefined) =>
  content === undefined
    ? undefined
    : Option.getOrUndefined(Option.map(decodeAthlete(textOf(content)), ({ id }) => String(id)))

const isA = (schema: Schema.ConstraintDecoder<unknown>) => {
  const decode = Schema.decodeUnknownOption(Schema.fromJsonString(schema))
  return (content: Uint8Array) => Effect.sync(() => Option.isSome(decode(textOf(content))))
}

const files = {
  extension: ".json",
  keepsAnswers: true,
  contentOf: (item: Item) => Effect.sync(() => bytesOfItem(item)),
  made: "when needed" as const,
}
const only = { keepsAnswers: true, contentOf: bytesOfItem }

/** Returns the files of a resource with a table in its declaration. */
const declaredFiles = Effect.fnUntraced(function* (resource: TableResource, directory: string) {
  const { counted: [one, several], oneFile }: Declaration = declarationOf(resource)
  if (oneFile !== true) return yield* filePerItem(resource, directory, files)
  const file = (yield* Path.Path).join(directory, `${resource}.ndjson`)
  return ndjson(file, { key: "activity_id", one: `a ${one}`, several })
})

const format: Format = Effect.fnUntraced(function* (directory) {
  const path = yield* Path.Path
  const profile = path.join(directory, "athlete.json")
  /** Athlete of the responses that do not contain it: the one in the profile next to them. */
  const owner = () =>
    Effect.map(
      find(profile),
      (found) => found === undefined || "fault" in found ? undefined : athleteIdOf(found.bytes),
    )
  return {
    athlete: onlyFile(profile, {
      ...only,
      what: "an athlete",
      isReadable: (content) => Effect.sync(() => athleteIdOf(content) !== undefined),
      whose: (content) => Effect.sync(() => athleteIdOf(content)),
    }),
    zones: onlyFile(path.join(directory, "zones.json"), {
      ...only,
      what: "zones",
      isReadable: isA(resources.zones.schema),
      whose: owner,
      profile,
    }),
    stats: onlyFile(path.join(directory, "stats.json"), {
      ...only,
      what: "totals",
      isReadable: isA(resources.stats.schema),
      whose: owner,
      profile,
    }),
    gear: yield* filePerItem("gear", directory, files),
    activities: ndjson(path.join(directory, "activities.ndjson"), {
      key: "id",
      one: "an activity",
      several: "activities",
    }),
    details: yield* filePerItem("details", directory, files),
    ...(yield* Effect.all(
      recordOf(
        tableResources(),
        (resource) => declaredFiles(resource, directory),
      ),
    )),
    streams: yield* filePerItem("streams", directory, {
      ...files,
      made: "at once",
    }),
  }
})

const traits: SinkTraits = {
  name: "json",
  title: "JSON",
  keepsResponses: true,
  rank: 2,
  mainFile: "activities.ndjson",
  demoFiles: [
    { path: "athlete.json" },
    { path: "zones.json" },
    { path: "stats.json" },
    { path: "gear", files: "files, a bike or a pair of shoes each" },
    { path: "activities.ndjson" },
    { path: "export.ndjson" },
    { path: "streams", files: "files, one per activity" },
  ],
}

/** Returns the sink that writes to `directory`. */
export const jsonSink = Effect.fnUntraced(
  function* (directory: string): Effect.fn.Return<SinkSource, never, Services> {
    const source = yield* fileSink(traits, directory, format)
    return { ...source, reader: yield* readableJson(source) }
  },
)

export const jsonSinkKind: SinkKind = {
  ...traits,
  make: Effect.fnUntraced(function* ({ data }) {
    return yield* withPresence(yield* jsonSink((yield* Path.Path).join(data, traits.name)))
  }),
}
