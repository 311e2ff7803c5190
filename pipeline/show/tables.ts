/** The tables of `show`, each made from stored data. */
import { Clock, Effect, Option, Stream } from "effect"
import { newestFirst } from "../landed/Activity.ts"
import { StoredData } from "../landed/StoredData.ts"
import type { StoredDataError } from "../landed/StoredDataError.ts"
import type { MissingReason } from "../landed/coverage.ts"
import { asOfFrom, reportActivityOf } from "../report/history.ts"
import { taskLine } from "../output/kit/line.ts"
import { printable } from "../output/kit/terminal.ts"
import type { WeekStart } from "../metrics/days.ts"
import type { Units } from "../metrics/units.ts"
import { activitiesTable } from "./activities.ts"
import { exportTable, namesOfGear } from "./exportRows.ts"
import { periodTable } from "./periods.ts"
import { gearTable, zonesTable } from "./profile.ts"
import { ShowError } from "./ShowError.ts"
import { samplesTable } from "./streams.ts"
import type { ShowTable } from "./Table.ts"

export const tableNames = [
  "activities",
  "weekly",
  "daily",
  "streams",
  "gear",
  "zones",
  "export",
] as const
type TableName = typeof tableNames[number]

/** Reasons why there are no samples, and where to look, for a data directory. */
const why = (folder: string): Readonly<Record<MissingReason, string>> => ({
  absent: "Strava has none",
  quarantined: `they could not be fetched yet. To see why: ${taskLine("status", folder)}`,
  skipped: `they are not fetched. To see why: ${taskLine("status", folder)}`,
  purged: "they were purged by age",
  listed: `they are still to be fetched. Run: ${taskLine("streams", folder)}`,
})

const read = Effect.gen(function* () {
  const stored = yield* StoredData
  const activities = (yield* Stream.runCollect(stored.activities)).toSorted(newestFirst)
  const entries = activities.flatMap((each) => reportActivityOf(each) ?? [])
  const now = yield* Clock.currentTimeMillis
  return { activities, entries, last: asOfFrom(entries, stored.state?.lastRun, now).day }
})

/** Options of a table, besides its name. */
interface TableOptions {
  readonly ids: ReadonlyArray<string>
  /** Data directory. */
  readonly folder: string
  /** True for programs: every digit as sent. */
  readonly exact: boolean
  readonly units: Units
  readonly weekStart: WeekStart
}

const sentOf = Effect.fnUntraced(function* (
  resource: "activities" | "streams",
  ids: ReadonlyArray<string>,
  exact: boolean,
) {
  const { texts } = yield* StoredData
  return new Map(exact ? yield* Stream.runCollect(texts(resource, ids)) : [])
})

const samplesOf = Effect.fnUntraced(function* ({ exact, folder, ids }: TableOptions) {
  const stored = yield* StoredData
  const activities = new Map(
    (yield* Stream.runCollect(stored.activities)).map((each) => [each.id, each]),
  )
  return yield* Effect.forEach(new Set(ids), (id) =>
    Effect.gen(function* () {
      const activity = activities.get(id)
      if (activity === undefined) {
        return yield* new ShowError({
          reason: "usage",
          detail: `there is no activity ${printable(id)} in ${stored.source.location}. ` +
            `To list activities: ${taskLine("show activities", folder)}`,
        })
      }
      const samples = yield* stored.streams(id)
      if (Option.isNone(samples)) {
        const { lacks } = (yield* stored.known).streams
        return yield* new ShowError({
          reason: "nothing",
          detail: `there are no streams of activity ${id} in ${stored.source.location}: ${
            why(folder)[lacks.get(id) ?? "listed"]
          }`,
        })
      }
      return samplesTable(activity, samples.value, (yield* sentOf("streams", [id], exact)).get(id))
    }))
})

/** Returns one table, or for `streams` one for each of `ids`. */
export const tablesOf = Effect.fn("tablesOf")(function* (
  name: TableName,
  asked: TableOptions,
): Effect.fn.Return<ReadonlyArray<ShowTable>, ShowError | StoredDataError, StoredData> {
  const { exact, folder, ids, units, weekStart } = asked
  if ((name === "streams") !== ids.length > 0) {
    return yield* new ShowError({
      reason: "usage",
      detail: name === "streams"
        ? `streams needs at least one activity ID. To list activities: ${
          taskLine("show activities", folder)
        }`
        : `${name} takes no more arguments. To filter its rows: --where COLUMN=VALUE`,
    })
  }
  const stored = yield* StoredData
  switch (name) {
    case "streams":
      return yield* samplesOf(asked)
    case "zones":
      return [zonesTable(Option.getOrUndefined(yield* stored.zones))]
    case "gear": {
      const imported = yield* Stream.runCollect(stored.exported)
      const athlete = Option.getOrUndefined(yield* stored.athlete)
      return [gearTable(athlete, (yield* read).entries, namesOfGear(imported), units)]
    }
    case "export":
      return [exportTable(yield* Stream.runCollect(stored.exported))]
    case "activities": {
      const { activities, entries, last } = yield* read
      const sent = yield* sentOf("activities", activities.map(({ id }) => id), exact)
      return [activitiesTable(activities, entries, { last, units, weekStart }, sent)]
    }
    case "weekly":
    case "daily": {
      const { entries, last } = yield* read
      return [periodTable(entries, name === "weekly" ? "week" : "day", { last, units, weekStart })]
    }
  }
})
