/** The sinks that keep their data in files of a folder pass the published contract too. */
import { jsonSinkKind } from "../../sinks/json/JsonSink.ts"
import { parquetSinkKind } from "../../sinks/parquet/ParquetSink.ts"
import { kindContract } from "../kit/sinkContract.ts"
import { textSinkKind } from "./fourth/TextSink.ts"

for (const kind of [jsonSinkKind, parquetSinkKind, textSinkKind]) {
  kindContract(() => kind, Deno.test)
}
