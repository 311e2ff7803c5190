/** Distance, time or climb since 1 January, a line for each year. */
import { empty, type Html, markup } from "../../html.ts"
import { cursorLine, dot, gridLine, label, monthName } from "../../charts/axes.ts"
import { shortDay } from "../../charts/dates.ts"
import { spread } from "../../charts/spread.ts"
import { pixel, sentence, svg } from "../../charts/svg.ts"
import { tick, ticks } from "../../format.ts"
import type { Chart } from "../../model/Chart.ts"
import type { Panel } from "../../model/Panel.ts"
import type { SiteView } from "../../model/SiteView.ts"
import { firstOfMonth, firstOfYear, months, yearOf } from "../../../metrics/days.ts"
import { measureChoices, measureOf, shownActivities, yearsWith } from "./figures/filters.ts"

/** Year of the axis, which has no 29 February. */
const usualYear = 2025
const days = 366

interface YearSums {
  readonly year: number
  /** Sum at the end of each day of the year, up to the last day that is known. */
  readonly sums: ReadonlyArray<number>
  readonly color: "accent" | "ink" | "far"
}

/** Returns the years with activities, newest first. */
const yearSums = (view: SiteView): ReadonlyArray<YearSums> => {
  const { day: last } = view.site.asOf
  const thisYear = yearOf(last)
  const activities = shownActivities(view)
  const measure = measureOf("by", view)
  const byDay = new Map<number, Array<number>>()
  for (const activity of activities) {
    const year = yearOf(activity.day)
    const sums = byDay.get(year) ?? new Array<number>(days).fill(0)
    byDay.set(year, sums)
    sums[activity.day - firstOfYear(year)]! += measure.of(activity)
  }
  return yearsWith(activities).map((year) => {
    const end = year === thisYear ? last - firstOfYear(year) + 1 : days
    let sum = 0
    return {
      year,
      sums: byDay.get(year)!.slice(0, end).map((value) => sum += value),
      color: year === thisYear ? "accent" : year === thisYear - 1 ? "ink" : "far",
    }
  })
}

/** Returns a line of steps: flat on days without activities. */
const steps = (
  sums: ReadonlyArray<number>,
  x: (day: number) => number,
  y: (value: number) => number,
): string => {
  let path = `M${pixel(x(0))} ${pixel(y(sums[0]!))}`
  for (let day = 1; day < sums.length; day++) {
    const [before, value] = [sums[day - 1]!, sums[day]!]
    if (value === before && day < sums.length - 1) continue
    path += `H${pixel(x(day))}${value === before ? "" : `V${pixel(y(value))}`}`
  }
  return path
}

const strokes = { accent: 2.75, ink: 1.5, far: 1.25 } as const

/** More names than this would not fit at the ends of the lines. */
const mostNames = 12

const chart = (view: SiteView, width: number, years: ReadonlyArray<YearSums>): Chart => {
  const { units } = view
  const measure = measureOf("by", view)
  const isNarrow = width < 500
  const [height, top, bottom, right] = [isNarrow ? 260 : 330, 12, 24, 58]
  const most = Math.max(...years.map(({ sums }) => sums.at(-1) ?? 0))
  const x = (day: number) => day / (days - 1) * (width - right)
  const y = (value: number) => height - bottom - value / most * (height - top - bottom)
  const values = ticks(0, most / measure.size(units), 4)
  const ends = years.map(({ sums }) => y(sums.at(-1)!))
  const names = spread(ends, 14, top, height - bottom)
  const highest = values.at(-1)
  const drawing: ReadonlyArray<Html> = [
    ...values.map((value) => gridLine(y(value * measure.size(units)), 0, width - right)),
    ...values.filter((value) => value > 0).map((value) =>
      label(
        0,
        y(value * measure.size(units)) - 4,
        value === highest ? `${tick(value)} ${measure.unit(units)}` : tick(value),
        { class: "halo" },
      )
    ),
    ...months.flatMap((_, month) =>
      isNarrow && month % 2 === 1 ? [] : [label(
        x(firstOfMonth(usualYear, month) - firstOfYear(usualYear)),
        height - 6,
        monthName(month),
      )]
    ),
    ...years.toReversed().map(({ color, sums }) =>
      markup`<path class="line" d="${steps(sums, x, y)}" stroke="var(--${color})" stroke-width="${
        strokes[color]
      }"/>`
    ),
    ...years.filter(({ color }) => color === "accent").map(({ sums }) =>
      dot(x(sums.length - 1), y(sums.at(-1)!), 4, "accent")
    ),
    ...years.length > mostNames
      ? []
      : years.map(({ color, year }, i) =>
        label(width - right + 8, names[i]! + 4, String(year), {
          class: { accent: "now", ink: "lab", far: "" }[color],
        })
      ),
  ]
  const shown = (day: number) => years.filter(({ sums }) => day < sums.length)
  return {
    svg: svg(width, height, drawing),
    cursor: {
      label: "Years side by side, by day of the year",
      count: days,
      start: (years.find(({ color }) => color === "accent")?.sums.length ?? days) - 1,
      near: (at) => Math.round(at / (width - right) * (days - 1)),
      mark: (day) =>
        markup`${cursorLine(x(day), top, height - bottom)}${
          shown(day).map(({ color, sums }) =>
            dot(x(day), y(sums[day]!), 3.5, color === "far" ? "ctx" : color)
          )
        }`,
      read: (day) =>
        markup`By ${shortDay(firstOfYear(usualYear) + Math.min(day, days - 2))}: ${
          shown(day).slice(0, isNarrow ? 3 : 6).map(({ sums, year }, i) =>
            markup`${i > 0 && " · "}${year} <b>${measure.format(units, sums[day]!)}</b>`
          )
        } ${measure.unit(units)}`,
    },
  }
}

export const yearsPanel: Panel = {
  id: "years",
  span: 8,
  title: () => "Years side by side",
  subtitle: (view) => {
    const measure = measureOf("by", view)
    return `${measure.name} since 1 January, in ${measure.unit(view.units)}`
  },
  controls: (view) => measureChoices("by", view),
  draw: (view, width) => {
    const years = yearSums(view)
    return years.every(({ sums }) => sums.at(-1) === 0)
      ? sentence(
        `No ${measureOf("by", view).name.toLowerCase()} yet: these activities have none.`,
      )
      : chart(view, width, years)
  },
  table: (view) => {
    const measure = measureOf("by", view)
    const years = yearSums(view)
    const last = view.site.asOf.day
    return years.every(({ sums }) => sums.at(-1) === 0) ? undefined : {
      head: [
        `By the end of, ${measure.unit(view.units)}`,
        ...years.map(({ year }) => String(year)),
      ],
      rows: months.map((month, at) => [
        month,
        ...years.map(({ sums, year }) => {
          const first = firstOfYear(year)
          const end = firstOfMonth(year, at + 1) - 1 - first
          return firstOfMonth(year, at) > last
            ? empty
            : measure.format(view.units, sums[Math.min(end, sums.length - 1)]!)
        }),
      ]),
    }
  },
}
