/**
 * Requests of each program, as the simulated Strava counts them: for a first run, for the next day with
 * one new activity, and for a first run that is killed halfway and started again.
 */
import { Effect, Result } from "effect"
import { markdown } from "../markdown.ts"
import { measure, temporaryFolder } from "./measure.ts"
import { install, notebook, pacelineSync, type Program, stravalib, stravaV3 } from "./programs.ts"
import { startStrava } from "./strava.ts"

type Strava = Effect.Success<ReturnType<typeof startStrava>>

/** Runs a program to its end. */
const complete = (program: Program, folder: string, { env }: Strava) =>
  measure(program.words(folder), { ...env, ...program.env })

/** Starts a program, and kills it after `most` requests for streams. */
const kill = async (program: Program, folder: string, { counts, env }: Strava, most: number) => {
  const [command = "", ...args] = program.words(folder)
  const child = new Deno.Command(command, {
    ...{ args, env: { ...env, ...program.env } },
    ...{ stdin: "null", stdout: "null", stderr: "null" },
  }).spawn()
  const timer = setInterval(() => {
    if (counts().streams < most) return
    clearInterval(timer)
    child.kill("SIGKILL")
  }, 2)
  const { signal } = await child.status
  clearInterval(timer)
  if (signal === null) throw new Error(`${program.name} ended before it could be killed`)
}

const requestsOf = Effect.fnUntraced(function* (program: Program, activities: number) {
  const strava = yield* startStrava({ activities, samples: 200, prepared: true })
  strava.reset()
  const killed = yield* temporaryFolder
  yield* Effect.promise(() => kill(program, killed, strava, activities >> 1))
  yield* complete(program, killed, strava)
  const restarted = strava.counts()
  const folder = yield* temporaryFolder
  strava.reset()
  yield* complete(program, folder, strava)
  const first = strava.counts()
  yield* strava.upload
  strava.reset()
  yield* complete(program, folder, strava)
  return { first, daily: strava.counts(), restarted }
}, Effect.scoped)

/** Returns a table for a history of `activities` activities. */
export const requests = Effect.fnUntraced(function* (activities: number) {
  const rows: Array<ReadonlyArray<string | number>> = []
  const absent: Array<string> = []
  for (const program of [pacelineSync("JSON only", "json"), stravaV3, stravalib, notebook]) {
    const installed = yield* Effect.result(install(program))
    if (Result.isFailure(installed)) {
      absent.push(`Left out: ${program.name}: ${installed.failure}`)
      continue
    }
    const { daily, first, restarted } = yield* requestsOf(program, activities)
    // The athlete, pages of 200, one empty page, and streams of each activity.
    const least = 1 + Math.ceil(activities / 200) + 1 + first.streams
    if (rows.length === 0) rows.push(["lower bound", least, 0, 2, least, 0])
    const { other, total } = first
    const { repeated } = restarted
    rows.push([program.name, total - other, other, daily.total, restarted.total, repeated])
  }
  const header = ["program", "first run: athlete, list, streams", "zones, stats, gear"]
  const others = ["next day, one new", "killed halfway, run again", "streams fetched again"]
  return [markdown([...header, ...others], rows), ...absent]
})
