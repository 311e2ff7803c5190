/** The state file: sound to its last page, of which version, in use by whom, and how the last run ended. */
import { Effect } from "effect"
import type { Resource } from "../../../schemas/Item.ts"
import { exitCodes, exitMeanings } from "../../base/exit.ts"
import { isoTime } from "../../output/kit/times.ts"
import { hasBackup, healthOf, type StateHealth } from "../../state/recovery/health.ts"
import { activeRun } from "../../state/file/lock.ts"
import { countOf, type Counts, type Status } from "../../state/ledger/counts.ts"
import type { StateError } from "../../state/StateError.ts"
import { StateFile } from "../../state/StateFile.ts"
import { taskLine } from "../../output/kit/line.ts"
import { stateFileIn, StateFileMissing } from "../process/stateFileMissing.ts"
import { type Finding, ok, troubleOf, unknown, warning } from "./Finding.ts"

/** What the other checks go by. */
export interface StateFound {
  readonly findings: ReadonlyArray<Finding>
  /** How the run names itself that is going on. */
  readonly holder: string | undefined
  /** Why no request may be counted in the file now; undefined where one may. */
  readonly closed: string | undefined
  /** What each sink holds, where the file tells. */
  readonly counts: Counts | undefined
}

const damaged = Effect.fnUntraced(function* (folder: string, error: StateError) {
  const copy = yield* hasBackup(folder)
  const remedy = {
    damaged: copy
      ? `Run ${
        taskLine("pipeline", folder)
      }: it goes on from the copy of the last run, which is sound, and ` +
        "from what the sinks hold, for 0 requests"
      : `Run ${
        taskLine("pipeline", folder)
      }: there is no copy of the last run, so it says what it costs ` +
        "to rebuild the file from the sinks",
    newer: "Use the newer Paceline again, or update this one",
    disk: "Make the file your own (chown), with chmod 600",
  }[error.reason as "damaged" | "newer" | "disk"] ?? "See above"
  return troubleOf("state", error, `${error.path}: ${error.detail}`, remedy)
})

const soundness = ({ doubt, newest, version }: StateHealth, { items }: Counts, folder: string) => {
  const count = (resource: Resource, ...statuses: ReadonlyArray<Status>) =>
    countOf(items, resource, ...statuses).toLocaleString("en")
  const holds = `${count("activities", "staged", "delivered")} activities, samples of ` +
    `${count("streams", "staged", "delivered")}, of ${count("streams", "listed")} to fetch`
  return doubt !== undefined
    ? warning(
      "state",
      doubt === "changed"
        ? "it is sound, but something else than Paceline has changed it since the last run"
        : "it is sound, but older than the last run",
      `Nothing to do: the next run compares it with the sinks (${taskLine("pipeline", folder)})`,
    )
    : version < newest
    ? ok(
      "state",
      `sound, of version ${version}; the next run brings it to ${newest}. It holds ${holds}`,
    )
    : ok("state", `sound, of version ${version}; it holds ${holds}`)
}

const lastRun = ({ lastRun: run }: Counts, holder: string | undefined, folder: string): Finding => {
  if (holder !== undefined) return ok("last run", `it is going on (${holder})`)
  if (run === undefined) return unknown("last run", "there was none yet")
  const started = `of ${isoTime(run.started)}`
  if (run.ended === null || run.exit === null) {
    return warning(
      "last run",
      `${started}: it was killed, or the machine went down; nothing is lost`,
      taskLine("pipeline", folder),
    )
  }
  const [name] = Object.entries(exitCodes).find(([, code]) => code === run.exit) ?? []
  const meaning = name === undefined ? "" : `: ${exitMeanings[name as keyof typeof exitMeanings]}`
  const says = `${started}, exit ${run.exit}${meaning}`
  const fine: ReadonlyArray<number> = [exitCodes.complete, exitCodes.quarantined, exitCodes.again]
  return fine.includes(run.exit) || run.exit > 128
    ? ok("last run", says)
    : warning("last run", says, `Mend what is below, then run: ${taskLine("pipeline", folder)}`)
}

/** What waits for the user's attention. */
const leftOver = ({ quarantined, sinks }: Counts, folder: string): ReadonlyArray<Finding> => {
  const waiting = [...Map.groupBy(sinks, ({ sink }) => sink)].flatMap(([sink, rows]) => {
    const count = rows.reduce((sum, { pending }) => sum + pending, 0)
    return count === 0 ? [] : [`${count} for ${sink}`]
  })
  return [
    ...(quarantined.length === 0 ? [] : [
      warning(
        "set aside",
        `${quarantined.length}${quarantined.length === 100 ? " or more" : ""} items keep failing`,
        `${taskLine("status", folder)} names them, with the reasons`,
      ),
    ]),
    ...(waiting.length === 0 ? [] : [
      warning(
        "waiting",
        `fetched, and not in every sink yet: ${waiting.join(", ")}`,
        `The next run delivers it: ${taskLine("pipeline", folder)}`,
      ),
    ]),
  ]
}

const inspected = Effect.fnUntraced(function* (folder: string, holder: string | undefined) {
  const health = yield* healthOf(folder)
  if (health === undefined) return yield* new StateFileMissing({ folder })
  const counts = yield* Effect.flatMap(StateFile, (state) => state.counts).pipe(
    Effect.provide(StateFile.layerReadOnly(folder)),
  )
  return {
    holder,
    counts,
    closed: holder !== undefined
      ? "a run is going on, and what asks beside it is not counted"
      : health.doubt !== undefined || health.version < health.newest
      ? "the state file has to be brought up to date by a run first"
      : undefined,
    findings: [
      soundness(health, counts, folder),
      lastRun(counts, holder, folder),
      ...leftOver(counts, folder),
    ],
  } satisfies StateFound
})

export const state = Effect.fn("state")(function* (folder: string) {
  const none = { holder: undefined, counts: undefined }
  const closed = "its count could not be kept in the state file"
  return yield* Effect.gen(function* () {
    const holder = yield* activeRun(folder)
    if (yield* stateFileIn(folder)) return yield* inspected(folder, holder)
    return {
      ...none,
      holder,
      closed: undefined,
      findings: [unknown("state", "nothing is stored yet; the first run begins it")],
    } satisfies StateFound
  }).pipe(
    Effect.catchTags({
      SystemError: (error) =>
        Effect.succeed({
          ...none,
          closed,
          findings: [troubleOf("state", error, error.message, "Fix that first")],
        }),
      StateError: (error) =>
        Effect.map(damaged(folder, error), (finding) => ({ ...none, closed, findings: [finding] })),
      StateFileMissing: (error) =>
        Effect.succeed({
          ...none,
          closed,
          findings: [
            troubleOf(
              "state",
              error,
              `${folder}/state.db is missing, though runs have been here`,
              `Run ${
                taskLine("pipeline", folder)
              }: it goes on from the copy of the last run, if there is one, ` +
                "and from what the sinks hold",
            ),
          ],
        }),
    }),
  )
})
