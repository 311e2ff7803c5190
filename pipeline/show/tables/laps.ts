/** Laps and efforts in the details of an activity, under Strava's names and in its units. */
import type { Activity } from "../../landed/Activity.ts"
import { boolean, record, recordsIn, text } from "../../landed/values.ts"
import type { Units } from "../../metrics/units.ts"
import { exactMembers } from "../exact.ts"
import {
  anyNumber,
  climbColumn,
  clockColumn,
  decimalColumn,
  distanceColumn,
  integerColumn,
  plainColumn,
  speedColumn,
} from "../screen.ts"
import type { ShowColumn, ShowRow, ShowTable } from "../Table.ts"
import { activityTitle } from "./title.ts"

/** An activity, and the text of its details. */
interface Detailed {
  readonly activity: Activity
  readonly details: string
  readonly units: Units
}

const measured: ReadonlyArray<ShowColumn> = [
  { name: "distance", type: "float", unit: "m" },
  { name: "moving_time", type: "int", unit: "s" },
  { name: "elapsed_time", type: "int", unit: "s" },
]

const lapColumns: ReadonlyArray<ShowColumn> = [
  { name: "activity_id", type: "int" },
  { name: "lap", type: "int" },
  { name: "name", type: "str" },
  ...measured,
  { name: "average_speed", type: "float" },
  { name: "max_speed", type: "float" },
  { name: "total_elevation_gain", type: "float", unit: "m", alias: "climb" },
  { name: "average_heartrate", type: "float", alias: "hr" },
  { name: "max_heartrate", type: "float" },
  { name: "average_watts", type: "float", alias: "watts" },
  { name: "device_watts", type: "bool" },
  { name: "average_cadence", type: "float", alias: "cadence" },
]

const effortColumns: ReadonlyArray<ShowColumn> = [
  { name: "activity_id", type: "int" },
  { name: "kind", type: "str" },
  { name: "name", type: "str" },
  ...measured,
  { name: "average_heartrate", type: "float", alias: "hr" },
  { name: "max_heartrate", type: "float" },
  { name: "average_watts", type: "float", alias: "watts" },
  { name: "device_watts", type: "bool" },
  { name: "pr_rank", type: "int", alias: "rank" },
  { name: "kom_rank", type: "int" },
  { name: "hidden", type: "bool" },
  { name: "segment_id", type: "int" },
  { name: "start_date_local", type: "datetime" },
]

/** Returns the values of a row's columns; null for values that are no text, number or boolean. */
const picked = (columns: ReadonlyArray<ShowColumn>, row: ShowRow): ShowRow =>
  Object.fromEntries(columns.map(({ name, type }) => {
    const value = row[name] ?? null
    return [name, type === "datetime" ? text(value)?.replace(/Z$/, "") ?? null : value]
  }))

const speedIn = (sport: string | null) => (row: ShowRow) => ({
  sport,
  speed: anyNumber(row["average_speed"]) ??
    (anyNumber(row["distance"]) ?? NaN) / (anyNumber(row["elapsed_time"]) ?? NaN),
})

const sportOf = ({ sport_type, type }: Activity): string | null => sport_type ?? type

/** Estimated power is not shown. */
const measuredWatts = {
  ...decimalColumn("average_watts", 0, { label: "watts", unit: "W", rank: 3 }),
}
const wattsColumn = {
  ...measuredWatts,
  cell: (row: ShowRow) => boolean(row["device_watts"]) === false ? null : measuredWatts.cell(row),
}

export const lapsTable = ({ activity, details, units }: Detailed): ShowTable => {
  const sent = exactMembers(details)
  return {
    title: activityTitle(activity),
    noun: ["lap", "laps"],
    complete: true,
    columns: lapColumns,
    screen: [
      integerColumn("lap"),
      plainColumn("name", { shrinkTo: 8, rank: 5 }),
      distanceColumn("distance", "m", units, 2),
      clockColumn("moving_time"),
      speedColumn(units, speedIn(sportOf(activity)), { rank: 1 }),
      climbColumn("total_elevation_gain", units, { rank: 2 }),
      decimalColumn("average_heartrate", 0, { label: "hr", unit: "bpm", rank: 2 }),
      wattsColumn,
      decimalColumn("average_cadence", 0, { label: "cadence", unit: "rpm", rank: 4 }),
    ],
    rows: recordsIn(sent["laps"]).map((lap, i) =>
      picked(lapColumns, { ...lap, activity_id: sent["id"], lap: i + 1 })
    ),
    curves: () => [],
  }
}

const rankText = ({ pr_rank }: ShowRow): string | null => {
  const rank = anyNumber(pr_rank)
  return rank === null ? null : rank === 1 ? "PR" : rank === 2 ? "2nd" : rank === 3 ? "3rd" : null
}

/** Best efforts of runs, by distance, then efforts on segments. */
export const effortsTable = ({ activity, details, units }: Detailed): ShowTable => {
  const sent = exactMembers(details)
  const rowsOf = (list: unknown, kind: "best" | "segment") =>
    recordsIn(list).map((effort) =>
      picked(effortColumns, {
        ...effort,
        activity_id: sent["id"],
        kind,
        segment_id: record(effort["segment"])?.["id"],
      })
    )
  return {
    title: activityTitle(activity),
    noun: ["effort", "efforts"],
    complete: true,
    columns: effortColumns,
    screen: [
      plainColumn("kind", { rank: 3 }),
      plainColumn("name", { shrinkTo: 12 }),
      distanceColumn("distance", "m", units, 2),
      clockColumn("elapsed_time"),
      speedColumn(units, speedIn(sportOf(activity)), { rank: 1 }),
      decimalColumn("average_heartrate", 0, { label: "hr", unit: "bpm", rank: 2 }),
      wattsColumn,
      { ...plainColumn("pr_rank", { label: "rank", rank: 2 }), cell: rankText },
    ],
    rows: [...rowsOf(sent["best_efforts"], "best"), ...rowsOf(sent["segment_efforts"], "segment")],
    curves: () => [],
  }
}
