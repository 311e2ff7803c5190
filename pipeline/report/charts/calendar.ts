/** A calendar of years: one cell per day, darker for more time. */
import {
  type Day,
  firstOfMonth,
  firstOfYear,
  isoOf,
  months,
  shortDate,
  weekdayOf,
  weekOf,
} from "../../metrics/days.ts"
import { decimal, hoursMinutes } from "../format.ts"
import { type Html, markup, named } from "../html.ts"
import type { Chart } from "../model/Chart.ts"
import type { SiteActivity } from "../model/SiteActivity.ts"
import { addressOf, type SiteView } from "../model/SiteView.ts"
import { distanceText } from "./quantities.ts"
import { pixel, svg } from "./svg.ts"

/** The activities of a day, and their sums. */
interface CalendarDay {
  readonly activities: ReadonlyArray<SiteActivity>
  readonly meters: number
  readonly seconds: number
}

interface Cell {
  readonly day: Day
  readonly x: number
  readonly y: number
}

/** A whole year, or on narrow screens half of one. */
interface Row {
  readonly year: number
  readonly first: Day
  /** Day after the last. */
  readonly end: Day
  readonly top: number
  /** True for the row that names the year. */
  readonly isFirst: boolean
}

interface CalendarOptions {
  readonly years: ReadonlyArray<number>
  readonly width: number
  /** True to name each year, and to write its hours at the right. */
  readonly named: boolean
}

/** Seconds of a day from which its cell has the next color. */
const levels = [1, 1_800, 3_600, 7_200] as const
const widestCell = 15
const head = 16
const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const

const byDay = (activities: ReadonlyArray<SiteActivity>): ReadonlyMap<Day, CalendarDay> =>
  new Map(
    Array.from(Map.groupBy(activities, ({ day }) => day), ([day, own]) => [day, {
      activities: own,
      meters: own.reduce((sum, { meters }) => sum + meters, 0),
      seconds: own.reduce((sum, { moving }) => sum + moving, 0),
    }]),
  )

const levelOf = (day: CalendarDay | undefined): number =>
  day === undefined ? 0 : Math.max(1, levels.filter((least) => day.seconds >= least).length)

const rowsOf = (
  years: ReadonlyArray<number>,
  cell: number,
  halves: boolean,
): ReadonlyArray<Row> => {
  let top = 0
  return years.flatMap((year) => {
    const [start, middle, end] = [firstOfYear(year), firstOfMonth(year, 6), firstOfYear(year + 1)]
    const parts = halves ? [[start, middle], [middle, end]] as const : [[start, end]] as const
    return parts.map(([first, end], i): Row => {
      const row = { year, first, end, top, isFirst: i === 0 }
      top += head + 7 * cell + (i + 1 < parts.length ? 2 : 10)
      return row
    })
  })
}

const readDay = (
  units: SiteView["units"],
  day: Day,
  found: CalendarDay | undefined,
): Html => {
  const name = `${weekdays[weekdayOf(day)]!} ${shortDate(day)}`
  if (found === undefined) return markup`${name}: rest`
  const { activities, meters, seconds } = found
  return markup`${name}: <b>${hoursMinutes(seconds)} h</b>${
    meters > 0 && ` · ${distanceText(units, meters)}`
  } · ${activities.length === 1 ? named(activities[0]!.name) : `${activities.length} activities`}`
}

/** Returns the address of a day's only activity, or of the list of its activities. */
const openDay = (day: Day, found: CalendarDay | undefined): string | undefined =>
  found === undefined
    ? undefined
    : found.activities.length === 1
    ? addressOf(`activity/${found.activities[0]!.id}`)
    : addressOf("activities", { from: isoOf(day), to: isoOf(day) })

/** Returns the calendar of some years, up to the last day of the report. */
export const calendarChart = (
  { site, units }: Pick<SiteView, "site" | "units">,
  activities: ReadonlyArray<SiteActivity>,
  { named, width, years }: CalendarOptions,
): Chart => {
  const halves = width < 500
  const [left, right] = named ? [34, halves ? 0 : 64] : [0, 0]
  const size = Math.min(widestCell, (width - left - right) / (halves ? 27 : 54))
  const gap = size > 9 ? 2 : 1
  const days = byDay(activities)
  const rows = rowsOf(years, size, halves)
  const column = ({ first }: Row, day: Day) =>
    (weekOf(day, site.weekStart) - weekOf(first, site.weekStart)) / 7
  const cells = rows.flatMap((row) =>
    Array.from(
      { length: Math.max(0, Math.min(row.end, site.asOf.day + 1) - row.first) },
      (_, i) => {
        const day = row.first + i
        return {
          day,
          x: left + column(row, day) * size,
          y: row.top + head + weekdayOf(day, site.weekStart) * size,
        }
      },
    )
  ).sort((a, b) => a.day - b.day)
  const side = size - gap
  const square = ({ x, y }: Cell) =>
    `M${pixel(x + 1)} ${pixel(y + 1)}h${pixel(side - 2)}v${pixel(side - 2)}h-${pixel(side - 2)}z`
  const byLevel = Map.groupBy(cells, ({ day }) => levelOf(days.get(day)))
  const hours = (year: number) =>
    activities.reduce(
      (sum, { day, moving }) =>
        day >= firstOfYear(year) && day < firstOfYear(year + 1) ? sum + moving : sum,
      0,
    ) / 3_600
  const labels = rows.map((row) =>
    markup`${
      months.map((month, i) => {
        const first = firstOfMonth(row.year, i)
        return first >= row.first && first < row.end &&
          markup`<text class="s" x="${
            pixel(left + Math.ceil((first - weekOf(row.first, site.weekStart)) / 7) * size)
          }" y="${pixel(row.top + head - 5)}">${month.slice(0, 3)}</text>`
      })
    }${
      named && row.isFirst &&
      markup`<text class="lab" x="0" y="${pixel(row.top + head + size - 2)}">${row.year}</text>${
        right > 0 &&
        markup`<text class="lab" x="${width}" y="${
          pixel(row.top + head + size - 2)
        }" text-anchor="end">${decimal(hours(row.year))} h</text>`
      }`
    }`
  )
  const height = Math.ceil((rows.at(-1)?.top ?? 0) + head + 7 * size + 2)
  return {
    svg: svg(width, height, [
      ...[...byLevel].sort(([a], [b]) => a - b).map(([level, own]) =>
        markup`<path class="day l${level}" d="${own.map(square).join("")}"/>`
      ),
      ...labels,
    ]),
    cursor: {
      label: "Every day",
      count: cells.length,
      across: 7,
      near: (x, y) => {
        let best = 0
        let least = Infinity
        for (const [i, cell] of cells.entries()) {
          const far = (cell.x + side / 2 - x) ** 2 + (cell.y + side / 2 - y) ** 2
          if (far < least) [best, least] = [i, far]
        }
        return best
      },
      mark: (step) => {
        const { x, y } = cells[step]!
        return markup`<rect class="ring" x="${pixel(x - 1)}" y="${pixel(y - 1)}" width="${
          pixel(side + 2)
        }" height="${pixel(side + 2)}" rx="3"/>`
      },
      read: (step) => readDay(units, cells[step]!.day, days.get(cells[step]!.day)),
      open: (step) => openDay(cells[step]!.day, days.get(cells[step]!.day)),
    },
  }
}
