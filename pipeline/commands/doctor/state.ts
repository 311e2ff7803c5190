/** Checks the state file, its version, the active run, and the end of the last run. */
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
import { formatNumber } from "../../output/kit/numbers.ts"
import { describeSources, nextDelivery } from "../../output/sourcePhrases.ts"
import { hasOnlyExport } from "../import/exportFolder.ts"
import { stateFileIn, StateFileMissing } from "../process/stateFileMissing.ts"
import { type Finding, findingOf, ok, unknown, warning } from "./Finding.ts"

/** Facts about the state file that the other checks need. */
export interface StateFound {
  readonly findings: ReadonlyArray<Finding>
  /** Description of the active run; undefined if there is none. */
  readonly holder: string | undefined
  /** Reason that a request cannot be counted now; undefined if it can. */
  readonly closed: string | undefined
  /** Counts of the state file; undefined if it cannot be read. */
  readonly counts: Counts | undefined
  /** True if everything was imported and there is no sign-in. */
  readonly onlyExport: boolean
}

const damaged = Effect.fnUntraced(function* (folder: string, error: StateError) {
  const copy = yield* hasBackup(folder)
  const remedy = {
    damaged: copy
      ? `Run ${
        taskLine("pipeline", folder)
      }: it recovers from the backup of the last run and from the sinks, ` +
        "for 0 requests"
      : `Run ${
        taskLine("pipeline", folder)
      }: there is no backup of the last run, so it prints the cost of ` +
        "a rebuild from the sinks",
    newer: "Use the newer Paceline again, or update this one",
    disk: "Make the file your own (chown), with chmod 600",
  }[error.reason as "damaged" | "newer" | "disk"] ?? "See above"
  return findingOf("state", error, `${error.path}: ${error.detail}`, remedy)
})

const soundness = (
  { doubt, newest, version }: StateHealth,
  { items, sources }: Counts,
  folder: string,
) => {
  const count = (resource: Resource, ...statuses: ReadonlyArray<Status>) =>
    formatNumber(countOf(items, resource, ...statuses))
  const from = describeSources(sources)
  const stored = from ?? `${count("activities", "staged", "delivered")} activities, ` +
      `${count("streams", "staged", "delivered")} streams`
  const holds = `${stored} (${count("streams", "listed")} to fetch)`
  return doubt !== undefined
    ? warning(
      "state",
      doubt === "changed"
        ? "intact, but changed by another program since the last run"
        : "intact, but older than the last run",
      `Nothing to do: the next run compares it with the sinks (${taskLine("pipeline", folder)})`,
    )
    : version < newest
    ? ok(
      "state",
      `intact, version ${version} (the next run updates it to ${newest}): ${holds}`,
    )
    : ok("state", `intact, version ${version}: ${holds}`)
}

const lastRun = (
  { lastRun: run }: Counts,
  { holder, again }: { readonly holder: string | undefined; readonly again: string },
): Finding => {
  if (holder !== undefined) return ok("last run", `active (${holder})`)
  if (run === undefined) return unknown("last run", "none yet")
  const started = `of ${isoTime(run.started)}`
  if (run.ended === null || run.exit === null) {
    return warning(
      "last run",
      `${started}: ended without an exit code (killed or power failure); nothing is lost`,
      again,
    )
  }
  const [name] = Object.entries(exitCodes).find(([, code]) => code === run.exit) ?? []
  const meaning = name === undefined ? "" : `: ${exitMeanings[name as keyof typeof exitMeanings]}`
  const says = `${started}, exit ${run.exit}${meaning}`
  const fine: ReadonlyArray<number> = [exitCodes.complete, exitCodes.quarantined, exitCodes.again]
  return fine.includes(run.exit) || run.exit > 128
    ? ok("last run", says)
    : warning("last run", says, `Fix the problems below, then run: ${again}`)
}

/** Items that need attention. */
const leftOver = (
  { quarantined, sinks }: Counts,
  folder: string,
  again: string,
): ReadonlyArray<Finding> => {
  const waiting = [...Map.groupBy(sinks, ({ sink }) => sink)].flatMap(([sink, rows]) => {
    const count = rows.reduce((sum, { pending }) => sum + pending, 0)
    return count === 0 ? [] : [`${count} for ${sink}`]
  })
  return [
    ...(quarantined.length === 0 ? [] : [
      warning(
        "quarantined",
        `${quarantined.length}${quarantined.length === 100 ? " or more" : ""} quarantined items`,
        `To see them with the reasons: ${taskLine("status", folder)}`,
      ),
    ]),
    ...(waiting.length === 0 ? [] : [
      warning(
        "undelivered",
        `fetched but not yet in every sink: ${waiting.join(", ")}`,
        `The next run delivers them: ${again}`,
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
  const onlyExport = yield* hasOnlyExport(folder, counts)
  const again = nextDelivery(onlyExport, folder).command
  return {
    holder,
    counts,
    onlyExport,
    closed: holder !== undefined
      ? "a run is active, and a request next to it would not be counted"
      : health.doubt !== undefined || health.version < health.newest
      ? "a run has to update the state file first"
      : undefined,
    findings: [
      soundness(health, counts, folder),
      lastRun(counts, { holder, again }),
      ...leftOver(counts, folder, again),
    ],
  } satisfies StateFound
})

export const state = Effect.fn("state")(function* (folder: string) {
  const none = { holder: undefined, counts: undefined, onlyExport: false }
  const closed = "the request could not be counted in the state file"
  return yield* Effect.gen(function* () {
    const holder = yield* activeRun(folder)
    if (yield* stateFileIn(folder)) return yield* inspected(folder, holder)
    return {
      ...none,
      holder,
      closed: undefined,
      findings: [unknown("state", "none yet; the first run creates it")],
    } satisfies StateFound
  }).pipe(
    Effect.catchTags({
      SystemError: (error) =>
        Effect.succeed({
          ...none,
          closed,
          findings: [findingOf("state", error, error.message, "Fix that first")],
        }),
      StateError: (error) =>
        Effect.map(damaged(folder, error), (finding) => ({ ...none, closed, findings: [finding] })),
      StateFileMissing: (error) =>
        Effect.succeed({
          ...none,
          closed,
          findings: [
            findingOf(
              "state",
              error,
              `${folder}/state.db is missing, although earlier runs used this directory`,
              `Run ${
                taskLine("pipeline", folder)
              }: it recovers from the backup of the last run, if there is one, ` +
                "and from the sinks",
            ),
          ],
        }),
    }),
  )
})
