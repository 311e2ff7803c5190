/** The tables of `show`, each made from stored data. */
import { Clock, Effect, Option, Stream } from "effect"
import { type Activity, newestFirst } from "../landed/Activity.ts"
import { StoredData } from "../landed/StoredData.ts"
import type { StoredDataError } from "../landed/StoredDataError.ts"
import type { MissingReason } from "../landed/coverage.ts"
import { asOfFrom, reportActivityOf } from "../report/history.ts"
import { taskLine } from "../output/kit/line.ts"
import { printable } from "../output/kit/terminal.ts"
import type { WeekStart } from "../metrics/days.ts"
import type { Units } from "../metrics/units.ts"
import { activitiesTable } from "./tables/activities.ts"
import { exportTable, namesOfGear } from "./tables/exportRows.ts"
import { periodTable } from "./tables/periods.ts"
import { gearTable } from "./tables/gear.ts"
import { effortsTable, lapsTable } from "./tables/laps.ts"
import { recordsTable } from "./tables/records.ts"
import { zonesTable } from "./tables/zones.ts"
import { ShowError } from "./ShowError.ts"
import { samplesTable } from "./tables/streams.ts"
import type { ShowTable } from "./Table.ts"

export const tableNames = [
  "activities",
  "daily",
  "weekly",
  "monthly",
  "yearly",
  "streams",
  "laps",
  "efforts",
  "records",
  "gear",
  "zones",
  "export",
] as const
/** Periods that these tables have a row for. */
const periods = { daily: "day", weekly: "week", monthly: "month", yearly: "year" } as const

type TableName = typeof tableNames[number]

/** Tables with the rows of one activity, and the resource that they are made from. */
const ofActivity = { streams: "streams", laps: "details", efforts: "details" } as const
/** Word for the newest activity that has the resource, instead of an ID. */
const latest = "latest"

type ActivityResource = typeof ofActivity[ActivityTable]
type ActivityTable = keyof typeof ofActivity

const isOfActivity = (name: TableName): name is ActivityTable => Object.hasOwn(ofActivity, name)

/** Returns why an activity has no such response, and where to look, for a data directory. */
const absence = (
  resource: ActivityResource,
  reason: MissingReason | undefined,
  folder: string,
): string => {
  switch (reason) {
    case "absent":
      return "Strava has none"
    case "quarantined":
      return `they could not be fetched yet. To see why: ${taskLine("status", folder)}`
    case "skipped":
      return `they are not fetched. To see why: ${taskLine("status", folder)}`
    case "purged":
      return "they were purged by age"
    case "listed":
      return `they are still to be fetched. Run: ${taskLine(resource, folder)}`
    case undefined:
      return resource === "details"
        ? `details are not fetched yet. Run: ${taskLine("pipeline --with details", folder)}`
        : `they are still to be fetched. Run: ${taskLine(resource, folder)}`
  }
}

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

/** Returns the table of one activity; undefined if there is no response to make it from. */
const tableOf = Effect.fnUntraced(function* (
  name: ActivityTable,
  activity: Activity,
  { exact, units }: TableOptions,
) {
  const { streams, texts } = yield* StoredData
  const textOf = (resource: ActivityResource) =>
    Effect.map(Stream.runHead(texts(resource, [activity.id])), Option.map(([, text]) => text))
  if (name === "streams") {
    const sent = exact ? yield* textOf("streams") : Option.none()
    return Option.map(
      yield* streams(activity.id),
      (samples) => samplesTable(activity, samples, Option.getOrUndefined(sent), units),
    )
  }
  const table = name === "laps" ? lapsTable : effortsTable
  return Option.map(yield* textOf("details"), (details) => table({ activity, details, units }))
})

const tablesOfActivities = Effect.fnUntraced(
  function* (name: ActivityTable, options: TableOptions) {
    const { folder, ids } = options
    const stored = yield* StoredData
    const activities = new Map(
      (yield* Stream.runCollect(stored.activities)).map((each) => [each.id, each]),
    )
    const resource = ofActivity[name]
    const { here, lacks } = (yield* stored.known)[resource]
    const newest = [...activities.values()].toSorted(newestFirst).find(({ id }) => here.has(id))
    return yield* Effect.forEach(new Set(ids), (id) =>
      Effect.gen(function* () {
        if (id === latest && newest === undefined) {
          return yield* new ShowError({
            reason: "nothing",
            detail: `there are no ${name} in ${stored.source.location}: ${
              absence(resource, undefined, folder)
            }`,
          })
        }
        const activity = id === latest ? newest : activities.get(id)
        if (activity === undefined) {
          return yield* new ShowError({
            reason: "usage",
            detail: `there is no activity ${printable(id)} in ${stored.source.location}. ` +
              `To list activities: ${taskLine("show activities", folder)}`,
          })
        }
        const table = yield* tableOf(name, activity, options)
        if (Option.isSome(table)) return table.value
        return yield* new ShowError({
          reason: "nothing",
          detail: `there are no ${name} of activity ${id} in ${stored.source.location}: ${
            absence(resource, lacks.get(id), folder)
          }`,
        })
      }))
  },
)

/** Returns one table, or for tables of one activity, one for each of `ids`. */
export const tablesOf = Effect.fn("tablesOf")(function* (
  name: TableName,
  asked: TableOptions,
): Effect.fn.Return<ReadonlyArray<ShowTable>, ShowError | StoredDataError, StoredData> {
  const { exact, folder, ids, units, weekStart } = asked
  if (isOfActivity(name) !== ids.length > 0) {
    return yield* new ShowError({
      reason: "usage",
      detail: isOfActivity(name)
        ? `${name} needs activity IDs, or latest. To list activities: ${
          taskLine("show activities", folder)
        }`
        : `${name} takes no more arguments. To filter its rows: --where COLUMN=VALUE`,
    })
  }
  if (isOfActivity(name)) return yield* tablesOfActivities(name, asked)
  const stored = yield* StoredData
  switch (name) {
    case "zones":
      return [zonesTable(Option.getOrUndefined(yield* stored.zones))]
    case "gear": {
      const { entries, last } = yield* read
      const imported = namesOfGear(yield* Stream.runCollect(stored.exported))
      const athlete = Option.getOrUndefined(yield* stored.athlete)
      const gear = yield* stored.gear
      return [gearTable({ athlete, gear, imported, entries, last }, units)]
    }
    case "export":
      return [exportTable(yield* Stream.runCollect(stored.exported))]
    case "records": {
      const { entries, last } = yield* read
      return [yield* recordsTable(entries.filter(({ day }) => day <= last), units)]
    }
    case "activities": {
      const { activities, entries, last } = yield* read
      const ids = activities.map(({ id }) => id)
      const sent = new Map(exact ? yield* Stream.runCollect(stored.texts("activities", ids)) : [])
      return [activitiesTable(activities, entries, { last, units, weekStart }, sent)]
    }
    case "daily":
    case "weekly":
    case "monthly":
    case "yearly": {
      const { entries, last } = yield* read
      return [periodTable(entries, periods[name], { last, units, weekStart })]
    }
  }
})
