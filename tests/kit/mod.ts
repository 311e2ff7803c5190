/**
 * Tests of your own stages and sinks: the contract of a sink, a simulated Strava, and a test clock.
 *
 * ```ts
 * import { sinkContract } from "@paceline/paceline/testing"
 * import { sqlite } from "./sqlite_sink.ts"
 *
 * sinkContract(sqlite)
 * ```
 *
 * @module
 */
export { type DefineTest, sinkContract } from "./sinkContract.ts"
export type { ScriptSink } from "../../sinks/ScriptSink.ts"
/** A simulated Strava and a clock that stands still. */
export * as Simulated from "./Simulated.ts"
