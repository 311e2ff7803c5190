/** examples/scripts/sqlite_sink.ts keeps the contract of a sink. */
import { sqlite } from "../../examples/scripts/sqlite_sink.ts"
import { sinkContract } from "../kit/sinkContract.ts"

sinkContract(sqlite)
