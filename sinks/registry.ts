/** All sinks. A new sink is a folder and a line in this list. */
import { Layer } from "effect"
import { csvSinkKind } from "./csv/CsvSink.ts"
import { jsonSinkKind } from "./json/JsonSink.ts"
import { postgresSinkKind } from "./postgres/PostgresSink.ts"
import { namesOfSinks, SinkRegistry } from "./SinkKind.ts"

const kinds = [
  jsonSinkKind,
  csvSinkKind,
  postgresSinkKind,
]

/** Choices of `--sink`. */
export const registeredNames = namesOfSinks(kinds)

export const registryLayer = Layer.succeed(SinkRegistry, kinds)
