/** Paceline and other ways to copy the same history from the same simulated Strava. */
import { Effect, Result } from "effect"
import { markdown } from "../markdown.ts"
import { bytesUnder, measure, type Measurement, temporaryFolder } from "./measure.ts"
import type { Program } from "./programs.ts"
import { floor, install, notebook, pacelineSync, stravalib, stravaV3 } from "./programs.ts"
import { startServer } from "./server.ts"
import { startStrava } from "./strava.ts"

const onServer = pacelineSync("PostgreSQL only, a server", "postgres")

const programs = [
  ...[floor, stravaV3, stravalib, notebook],
  ...[pacelineSync("JSON only", "json"), pacelineSync("CSV only", "csv")],
  ...[pacelineSync("PostgreSQL only, embedded", "postgres"), onServer],
  pacelineSync("all three sinks, embedded"),
]

interface Run extends Measurement {
  /** MB of files that it wrote. */
  readonly disk: number
}

const ratio = (run: Run, to: Run | undefined) => to ? (run.cpu / to.cpu).toFixed(2) : "–"

const middle = (all: ReadonlyArray<Run> = []) =>
  all.toSorted((a, b) => a.cpu - b.cpu)[all.length >> 1]

const rowsOf = (runs: ReadonlyMap<Program, ReadonlyArray<Run>>) =>
  [...runs].flatMap(([program, all]) => {
    const run = middle(all)
    return run === undefined ? [] : [[
      ...[program.name, program.types, run.wall.toFixed(1), run.cpu.toFixed(2)],
      ...[run.peak.toFixed(0), run.disk.toFixed(1)],
      ...[floor, stravaV3].map((other) => ratio(run, middle(runs.get(other)))),
    ]]
  })

/** Returns a table of each program's run of median CPU time among `rounds`. */
export const peers = Effect.fnUntraced(function* (activities: number, rounds: number) {
  const { env } = yield* startStrava({ activities, samples: 3_600, prepared: true })
  const server = yield* Effect.result(startServer)
  const runs = new Map<Program, Array<Run>>()
  const absent: Array<string> = []
  for (const program of programs) {
    const installed = yield* Effect.result(
      program === onServer ? Effect.fromResult(server) : install(program),
    )
    if (Result.isSuccess(installed)) runs.set(program, [])
    else absent.push(`Left out: ${program.name}: ${installed.failure}`)
  }
  const run = Effect.fnUntraced(function* (program: Program) {
    const database = program === onServer ? Result.getOrUndefined(server) : undefined
    if (database) yield* database.psql("drop schema if exists strava cascade")
    const folder = yield* temporaryFolder
    const variables = { ...env, ...program.env, ...(database && { DATABASE_URL: database.url }) }
    const measured = yield* measure(program.words(folder), variables)
    return { ...measured, disk: (yield* bytesUnder(folder)) / 1e6 }
  }, Effect.scoped)
  for (let round = 0; round < rounds; round++) {
    for (const [program, all] of runs) all.push(yield* run(program))
  }
  const header = ["program", "types", "wall s", "CPU s", "peak MB", "disk MB"]
  return [markdown([...header, "× floor", "× strava-v3"], rowsOf(runs)), ...absent]
})
