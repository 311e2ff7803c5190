/** `health.json` in the data directory: the last run of `watch`, for the health check of a container. */
import { Duration, Effect, FileSystem, Schema } from "effect"
import { exitCodes } from "../../base/exit.ts"
import { isoTime } from "../../output/kit/times.ts"
import { healthFile } from "../../state/file/files.ts"
import { jsonFile } from "../../state/jsonFile.ts"
import { parseTime } from "../../../schemas/time.ts"

const Health = Schema.Struct({
  /** True while a run is active. */
  running: Schema.Boolean,
  /** Start of the newest run. */
  started: Schema.String,
  /** End of the newest completed run; null before the first one. */
  ended: Schema.NullOr(Schema.String),
  /** Its exit code; null before the first one. */
  exit: Schema.NullOr(Schema.Int),
  /** Start of the next run; null while a run is active. */
  next: Schema.NullOr(Schema.String),
})
export interface Health extends Schema.Schema.Type<typeof Health> {}

const file = jsonFile(healthFile, Health)

export const readHealth = (folder: string) => Effect.map(file.read(folder), ({ value }) => value)

/** Writes the file; creates the data directory if a run could not. */
const writeHealth = Effect.fnUntraced(function* (folder: string, health: Health) {
  const fs = yield* FileSystem.FileSystem
  yield* fs.makeDirectory(folder, { recursive: true, mode: 0o700 })
  yield* file.write(folder, health)
})

/** Records that a run starts at `now`; keeps the result of the previous one. */
export const recordStart = Effect.fn("recordStart")(function* (folder: string, now: number) {
  const before = yield* readHealth(folder)
  const { ended = null, exit = null } = before ?? {}
  yield* writeHealth(folder, { running: true, started: isoTime(now), ended, exit, next: null })
})

interface EndedRun {
  /** Times in milliseconds since 1970. */
  readonly started: number
  readonly ended: number
  readonly exit: number
  readonly next: number
}

export const recordEnd = (folder: string, { ended, exit, next, started }: EndedRun) =>
  writeHealth(folder, {
    running: false,
    started: isoTime(started),
    ended: isoTime(ended),
    exit,
    next: isoTime(next),
  })

/** Delay after which a run that has not started counts as lost. */
const late = Duration.toMillis("15 minutes")

/** Codes of runs that need no action of the user. */
const healthy: ReadonlyArray<number> = [
  exitCodes.complete,
  exitCodes.quarantined,
  exitCodes.again,
]

/** Returns the problem that the file shows; undefined if there is none. */
export const healthProblem = (health: Health | undefined, now: number): string | undefined => {
  if (health === undefined) return "no run of `watch` has been recorded"
  const { ended, exit, next, running } = health
  if (exit !== null && !healthy.includes(exit)) {
    return `the run that ended at ${ended} has exit code ${exit}`
  }
  return !running && now > parseTime(next) + late
    ? `the run that was due at ${next} has not started`
    : undefined
}
