/** Tables of days, weeks, months and years, including empty ones, and the curve of hours. */
import { nounFor } from "../../output/kit/plurals.ts"
import {
  type Day,
  isoOf,
  monthStart,
  weekOf,
  type WeekStart,
  yearOf,
  yearStart,
} from "../../metrics/days.ts"
import { periodsOf } from "../../metrics/spans.ts"
import type { Units } from "../../metrics/units.ts"
import { totalsOf } from "../../metrics/totals.ts"
import type { ReportActivity } from "../../report/history.ts"
import { rounded } from "../numbers.ts"
import { climbColumn, distanceColumn, hoursColumn, integerColumn, plainColumn } from "../screen.ts"
import type { Curve, ScreenColumn, ShowColumn, ShowRow, ShowTable } from "../Table.ts"

type Period = "day" | "week" | "month" | "year"

/** Last day of a table, and first day of its weeks. */
export interface Calendar {
  readonly last: Day
  readonly weekStart: WeekStart
}

interface PeriodKind {
  /** Returns the first day of the period of a day. */
  readonly start: (day: Day, weekStart: WeekStart) => Day
  /** Returns the first day of the next period. */
  readonly next: (start: Day) => Day
  readonly type: ShowColumn["type"]
  /** Returns the value of its column. */
  readonly value: (start: Day) => string | number
}

const kinds: Readonly<Record<Period, PeriodKind>> = {
  day: { start: (day) => day, next: (start) => start + 1, type: "date", value: isoOf },
  week: { start: weekOf, next: (start) => start + 7, type: "date", value: isoOf },
  month: {
    start: (day) => monthStart(day),
    next: (start) => monthStart(start, 1),
    type: "date",
    value: (start) => isoOf(start).slice(0, 7),
  },
  year: {
    start: (day) => yearStart(day),
    next: (start) => yearStart(start, 1),
    type: "int",
    value: yearOf,
  },
}

const rowsOf = (
  entries: ReadonlyArray<ReportActivity>,
  period: Period,
  { last, weekStart }: Calendar,
): ReadonlyArray<ShowRow> => {
  const known = entries.filter(({ day }) => day <= last)
  if (known.length === 0) return []
  const { next, start, value } = kinds[period]
  const by = Map.groupBy(known, ({ day }) => start(day, weekStart))
  return periodsOf(by.keys(), next, start(last, weekStart)).map((first) => {
    const sums = totalsOf(by.get(first) ?? [], first, next(first) - 1)
    return {
      [period]: value(first),
      activities: sums.activities,
      hours: rounded(sums.seconds / 3_600),
      km: rounded(sums.meters / 1_000),
      climb_m: rounded(sums.climb),
    }
  })
}

const columnsOf = (period: Period): ReadonlyArray<ShowColumn> => [
  { name: period, type: kinds[period].type },
  { name: "activities", type: "int" },
  { name: "hours", type: "float", unit: "h", alias: "time" },
  { name: "km", type: "float", unit: "km", alias: "distance" },
  { name: "climb_m", type: "float", unit: "m", alias: "climb" },
]

const screenOf = (period: Period, units: Units): ReadonlyArray<ScreenColumn> => [
  plainColumn(period),
  integerColumn("activities"),
  hoursColumn("hours", {}, 3_600),
  distanceColumn("km", "km", units, 1),
  climbColumn("climb_m", units),
]

const curveOf = (rows: ReadonlyArray<ShowRow>, period: Period): ReadonlyArray<Curve> =>
  rows.length === 0 ? [] : [{
    name: `hours a ${period}`,
    values: rows.map((row) => Number(row["hours"])),
    unit: "h",
    floor: 0,
    newest: true,
  }]

/** Hours per week of these activities, up to the week of `last`. */
export const weeklyCurve = (
  entries: ReadonlyArray<ReportActivity>,
  calendar: Calendar,
): ReadonlyArray<Curve> => curveOf(rowsOf(entries, "week", calendar), "week")

const notesOf = (entries: ReadonlyArray<ReportActivity>, last: Day): ReadonlyArray<string> => {
  const later = entries.filter(({ day }) => day > last).length
  return later === 0 ? [] : [
    `${later} ${nounFor(later, "activity is", "activities are")} dated after ${
      isoOf(last)
    }, and in no row.`,
  ]
}

/** Returns sums by day, week, month or year, in the local time of each activity, up to the last day. */
export const periodTable = (
  entries: ReadonlyArray<ReportActivity>,
  period: Period,
  { units, ...calendar }: Calendar & { readonly units: Units },
): ShowTable => ({
  noun: [period, `${period}s`],
  columns: columnsOf(period),
  screen: screenOf(period, units),
  rows: rowsOf(entries, period, calendar),
  notes: notesOf(entries, calendar.last),
  curves: (rows) => curveOf(rows, period),
})
