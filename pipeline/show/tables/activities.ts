/** The table of activities, oldest first: the most useful fields, then all of Strava's fields. */
import { parseExact } from "../../../schemas/json/Json.ts"
import { fieldTypes } from "../../landed/Activity.ts"
import { number, text } from "../../landed/values.ts"
import type { Units } from "../../metrics/units.ts"
import type { Activity } from "../../landed/Activity.ts"
import type { ReportActivity } from "../../report/history.ts"
import { exactFields } from "../exact.ts"
import { kilometersOf } from "../numbers.ts"
import { type Calendar, weeklyCurve } from "./periods.ts"
import type { StoredUnit } from "../quantities.ts"
import {
  climbColumn,
  decimalColumn,
  distanceColumn,
  hoursColumn,
  integerColumn,
  momentColumn,
  plainColumn,
  speedColumn,
} from "../screen.ts"
import type { ScreenColumn, ShowColumn, ShowRow, ShowTable } from "../Table.ts"

const first: ReadonlyArray<ShowColumn> = [
  { name: "id", type: "int" },
  { name: "start", type: "datetime" },
  { name: "sport", type: "str" },
  { name: "km", type: "float", unit: "km" },
  { name: "time_s", type: "int", unit: "s", alias: "time" },
  { name: "climb_m", type: "float", unit: "m", alias: "climb" },
  { name: "hr", type: "float" },
  { name: "watts", type: "float" },
  { name: "name", type: "str" },
  { name: "source", type: "str" },
]

const speedOfRow = ({ average_speed, distance, moving_time, sport }: ShowRow) => ({
  sport: text(sport),
  speed: number(average_speed) ?? Number(distance ?? 0) / Number(moving_time ?? 0),
})

/** On a narrow screen, the name is cut; it is the last column to stay. */
const screenIn = (units: Units): ReadonlyArray<ScreenColumn> => [
  momentColumn("start", { rank: 3 }),
  plainColumn("name", { shrinkTo: 16 }),
  plainColumn("sport", { rank: 5, shrinkTo: 6 }),
  distanceColumn("km", "km", units, 1, { rank: 1 }),
  hoursColumn("time_s", { rank: 2 }),
  speedColumn(units, speedOfRow, { rank: 4 }),
  climbColumn("climb_m", units, { rank: 7 }),
  decimalColumn("hr", 0, { unit: "bpm", rank: 6 }),
  integerColumn("id", { rank: 8 }),
]

/** Strava's names of these fields. */
const sentAs = {
  time_s: "moving_time",
  climb_m: "total_elevation_gain",
  hr: "average_heartrate",
  watts: "average_watts",
} as const

const unitsOfFields = new Map<string, StoredUnit>([
  ["distance", "m"],
  ["total_elevation_gain", "m"],
  ["elev_high", "m"],
  ["elev_low", "m"],
  ["moving_time", "s"],
  ["elapsed_time", "s"],
])

const taken = new Set(first.map(({ name }) => name))
const fields = Object.entries(fieldTypes).filter(([name]) => !taken.has(name))

const columns: ReadonlyArray<ShowColumn> = [
  ...first,
  ...fields.map(([name, type]): ShowColumn => ({
    name,
    type,
    ...(unitsOfFields.has(name) && { unit: unitsOfFields.get(name)! }),
  })),
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
  { units, ...calendar }: Calendar & { readonly units: Units },
  /** The stored response of each activity, if every digit is needed. */
  sent: ReadonlyMap<string, string>,
): ShowTable => {
  const entryOfRow = new Map<ShowRow, ReportActivity>()
  const byId = new Map(entries.map((entry) => [entry.activity.id, entry]))
  const rows = activities.toReversed().map((activity) => {
    const response = sent.get(activity.id)
    const row = response === undefined
      ? rowOf(activity)
      : exactFields(rowOf(activity), response, sentAs)
    const entry = byId.get(activity.id)
    if (entry !== undefined) entryOfRow.set(row, entry)
    return row
  })
  return {
    noun: ["activity", "activities"],
    columns,
    screen: screenIn(units),
    rows,
    curves: (rows) => weeklyCurve(rows.flatMap((row) => entryOfRow.get(row) ?? []), calendar),
  }
}
