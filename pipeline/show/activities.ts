/** The table of activities, oldest first: the most useful fields, then all of Strava's fields. */
import { parseExact } from "../../schemas/json/Json.ts"
import { fieldTypes } from "../landed/Activity.ts"
import type { Activity } from "../landed/Activity.ts"
import type { ReportActivity } from "../report/history.ts"
import { exactFields } from "./exact.ts"
import { kilometersOf } from "./numbers.ts"
import { type Calendar, weeklyCurve } from "./periods.ts"
import type { ShowColumn, ShowRow, ShowTable } from "./Table.ts"

/** On a narrow screen, the name is cut; it is the last column to stay. */
const first: ReadonlyArray<ShowColumn> = [
  { name: "id", type: "int", rank: 1 },
  { name: "start", type: "datetime", rank: 2 },
  { name: "sport", type: "str", rank: 4, shrinkTo: 6 },
  { name: "km", type: "float", decimals: 1, rank: 3 },
  { name: "time_s", type: "int", rank: 5 },
  { name: "climb_m", type: "float", decimals: 0, rank: 7 },
  { name: "hr", type: "float", decimals: 0, rank: 6 },
  { name: "watts", type: "float", decimals: 0, rank: 8 },
  { name: "name", type: "str", shrinkTo: 16 },
  { name: "source", type: "str", hidden: true },
]

/** Strava's names of these fields. */
const sentAs = {
  time_s: "moving_time",
  climb_m: "total_elevation_gain",
  hr: "average_heartrate",
  watts: "average_watts",
} as const

const taken = new Set(first.map(({ name }) => name))
const fields = Object.entries(fieldTypes).filter(([name]) => !taken.has(name))

const columns: ReadonlyArray<ShowColumn> = [
  ...first,
  ...fields.map(([name, type]): ShowColumn => ({ name, type, hidden: true })),
]

const rowOf = (activity: Activity): ShowRow => ({
  ...activity,
  // Every digit of an id, also beyond 2^53.
  id: parseExact(activity.id),
  start: activity.local,
  sport: activity.sport_type ?? activity.type,
  km: kilometersOf(activity.distance),
  ...Object.fromEntries(Object.entries(sentAs).map(([name, field]) => [name, activity[field]])),
})

export const activitiesTable = (
  activities: ReadonlyArray<Activity>,
  entries: ReadonlyArray<ReportActivity>,
  calendar: Calendar,
  /** The stored response of each activity, if every digit is needed. */
  sent: ReadonlyMap<string, string>,
): ShowTable => {
  const entryOfRow = new Map<ShowRow, ReportActivity>()
  const byId = new Map(entries.map((entry) => [entry.activity.id, entry]))
  const rows = activities.toReversed().map((activity) => {
    const text = sent.get(activity.id)
    const row = text === undefined ? rowOf(activity) : exactFields(rowOf(activity), text, sentAs)
    const entry = byId.get(activity.id)
    if (entry !== undefined) entryOfRow.set(row, entry)
    return row
  })
  return {
    columns,
    rows,
    curves: (rows) => weeklyCurve(rows.flatMap((row) => entryOfRow.get(row) ?? []), calendar),
  }
}
