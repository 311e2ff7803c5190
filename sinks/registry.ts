/** All sinks. A new sink is a folder and a line in this list. */
import { Layer } from "effect"
import { csvSinkKind } from "./csv/CsvSink.ts"
import { jsonSinkKind } from "./json/JsonSink.ts"
import { parquetSinkKind } from "./parquet/ParquetSink.ts"
import { postgresSinkKind } from "./postgres/PostgresSink.ts"
import { namesOfSinks, type SinkKind, SinkRegistry } from "./SinkKind.ts"

/** The built-in sinks. */
export const registeredKinds: ReadonlyArray<SinkKind> = [
  jsonSinkKind,
  csvSinkKind,
  postgresSinkKind,
  parquetSinkKind,
]

/** Choices of `--sink`. */
export const registeredNames = namesOfSinks(registeredKinds)

export const registryLayer = Layer.succeed(SinkRegistry, registeredKinds)
