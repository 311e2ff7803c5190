/**
 * Parquet: `activities.parquet` and a file for each other resource, with typed columns and the response; and
 * `streams/year=YYYY/part-….parquet` with a row per sample. Compressed with zstd.
 */
import { Effect, Path } from "effect"
import { recordOf } from "../../schemas/Item.ts"
import { allResources } from "../../schemas/resources.ts"
import { fileSink } from "../files/FileSink.ts"
import type { Format } from "../files/Format.ts"
import { withPresence } from "../files/presence.ts"
import { find } from "../files/readBack.ts"
import type { SinkTraits } from "../Sink.ts"
import type { SinkKind } from "../SinkKind.ts"
import { columnsIn } from "./parquetFile.ts"
import { streamParts } from "./streamParts.ts"
import { tableFiles } from "./tableFiles.ts"

/** Returns the year of the start of each activity in the table of activities. */
const yearsIn = Effect.fnUntraced(function* (file: string) {
  const found = yield* find(file)
  if (found === undefined || "fault" in found) return new Map<string, string>()
  const { id = [], start_date: starts = [] } = yield* Effect.orElseSucceed(
    columnsIn(found.bytes, ["id", "start_date"]),
    (): Record<string, Array<unknown>> => ({}),
  )
  return new Map(id.flatMap((one, i): ReadonlyArray<readonly [string, string]> => {
    const start = starts[i]
    return start instanceof Date
      ? [[String(one), String(start.getUTCFullYear()).padStart(4, "0")]]
      : []
  }))
})

const format: Format = Effect.fnUntraced(function* (directory) {
  const path = yield* Path.Path
  const fileOf = (name: string) => path.join(directory, `${name}.parquet`)
  return {
    ...recordOf(
      allResources(),
      (resource) => tableFiles(resource, fileOf(resource), directory),
    ),
    streams: yield* streamParts(directory, yearsIn(fileOf("activities"))),
  }
})

const traits: SinkTraits = {
  name: "parquet",
  title: "Parquet",
  keepsResponses: false,
  rank: 4,
  isOnRequest: true,
  mainFile: "activities.parquet",
}

/** Returns the sink that writes to `directory`. */
const parquetSink = (directory: string) => fileSink(traits, directory, format)

export const parquetSinkKind: SinkKind = {
  ...traits,
  make: Effect.fnUntraced(function* ({ data }) {
    return yield* withPresence(yield* parquetSink((yield* Path.Path).join(data, traits.name)))
  }),
}
