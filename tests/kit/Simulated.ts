/** A simulated Strava and a clock that stands still. */
export {
  makeSimulatedStrava as strava,
  type SimulatedOptions,
  type SimulatedStrava,
} from "./simulatedStrava.ts"
export { testClock as clock } from "./testClock.ts"
