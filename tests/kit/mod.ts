/**
 * Tests of your own stages and sinks: the contract of a sink, a simulated Strava, and a test clock.
 *
 * @module
 */
export { type DefineTest, sinkContract } from "./sinkContract.ts"
export { type SimulatedOptions, type SimulatedStrava, simulatedStrava } from "./simulatedStrava.ts"
export { testClock } from "./testClock.ts"
