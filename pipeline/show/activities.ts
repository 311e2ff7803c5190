/** The table of activities, oldest first: what a person looks for, then all of Strava's fields. */
import { parseExact } from "../../schemas/Json.ts"
import { fieldTypes } from "../archive/Activity.ts"
import type { Activity } from "../archive/Activity.ts"
import type { Day } from "../report/metrics/days.ts"
import type { Entry } from "../report/Facts.ts"
import { kilometresOf } from "./numbers.ts"
import { weeklyCurve } from "./periods.ts"
import type { Column, Row, Table } from "./Table.ts"

const first: ReadonlyArray<Column> = [
  { name: "id", type: "int" },
  { name: "start", type: "datetime" },
  { name: "sport", type: "str" },
  { name: "km", type: "float", decimals: 1 },
  { name: "time_s", type: "int" },
  { name: "climb_m", type: "float", decimals: 0, rank: 4 },
  { name: "hr", type: "float", decimals: 0, rank: 1 },
  { name: "watts", type: "float", decimals: 0, rank: 2 },
  { name: "name", type: "str", rank: 3 },
]

const taken = new Set(first.map(({ name }) => name))
const fields = Object.entries(fieldTypes).filter(([name]) => !taken.has(name))

const columns: ReadonlyArray<Column> = [
  ...first,
  ...fields.map(([name, type]): Column => ({ name, type, hidden: true })),
]

const rowOf = (activity: Activity): Row => ({
  ...activity,
  // Of an id that JavaScript cannot count to, every digit.
  id: parseExact(activity.id),
  start: activity.local,
  sport: activity.sport_type ?? activity.type,
  km: kilometresOf(activity.distance),
  time_s: activity.moving_time,
  climb_m: activity.total_elevation_gain,
  hr: activity.average_heartrate,
  watts: activity.average_watts,
})

export const activitiesTable = (
  activities: ReadonlyArray<Activity>,
  entries: ReadonlyArray<Entry>,
  last: Day,
): Table => {
  const entryOfRow = new Map<Row, Entry>()
  const byId = new Map(entries.map((entry) => [entry.activity.id, entry]))
  const rows = activities.toReversed().map((activity) => {
    const row = rowOf(activity)
    const entry = byId.get(activity.id)
    if (entry !== undefined) entryOfRow.set(row, entry)
    return row
  })
  return {
    columns,
    rows,
    curves: (rows) => weeklyCurve(rows.flatMap((row) => entryOfRow.get(row) ?? []), last),
  }
}
