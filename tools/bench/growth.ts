/** Cost of each command by the length of the history. */
import { Effect, FileSystem } from "effect"
import { markdown } from "../markdown.ts"
import { measure, type Measurement, temporaryFolder } from "./measure.ts"
import { paceline, pacelineSync } from "./programs.ts"
import { startStrava } from "./strava.ts"

const cost = ({ cpu, peak }: Measurement) =>
  `${cpu.toFixed(cpu < 10 ? 2 : 1)} s, ${peak.toFixed(0)} MB`

/** Returns the row of a history: a first run, `status`, `plan`, and two further runs. */
const rowOf = Effect.fnUntraced(function* (activities: number) {
  // Few samples, so that the state file is measured and not the streams.
  const strava = yield* startStrava({ activities, samples: 10, prepared: false })
  const data = yield* temporaryFolder
  const run = (words: ReadonlyArray<string>) =>
    Effect.suspend(() => {
      strava.reset()
      return measure(words, strava.env)
    })
  const pipeline = pacelineSync("JSON only", "json").words(data)
  const first = yield* run(pipeline)
  const { size } = yield* (yield* FileSystem.FileSystem).stat(`${data}/state.db`)
  const state = `${(Number(size) / 1e6).toFixed(1)} MB`
  const status = yield* run(paceline("status", data))
  const plan = yield* run(paceline("plan", data))
  const idle = yield* run(pipeline)
  const idleRequests = strava.counts().total
  yield* strava.upload
  const daily = yield* run(pipeline)
  return [
    ...[activities, cost(first), (first.cpu / activities * 1_000).toFixed(2)],
    ...[state, cost(status), cost(plan), cost(idle), idleRequests],
    ...[cost(daily), strava.counts().total],
  ]
}, Effect.scoped)

/** Returns a table with a row per length of the history. */
export const growth = Effect.fnUntraced(function* (lengths: ReadonlyArray<number>) {
  const header = ["activities", "first run", "ms per activity", "state file", "`status`", "`plan`"]
  const runs = ["run, nothing new", "requests", "run, one new", "requests"]
  return [markdown([...header, ...runs], yield* Effect.forEach(lengths, rowOf))]
})
