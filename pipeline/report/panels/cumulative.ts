/** Kilometers summed through each year, this year in color. */
import * as Plot from "@observablehq/plot"
import { decimal, tick } from "../format.ts"
import type { ReportFacts } from "../Facts.ts"
import { type Day, firstOfMonth, firstOfYear, months, yearOf } from "../../metrics/days.ts"
import { cumulative as linesOf, type YearLine } from "../../metrics/spans.ts"
import { notYet, type Panel } from "../Panel.ts"
import { noEntries } from "../reasons.ts"
import { plot } from "../drawing/svg.ts"
import { spread } from "../drawing/spread.ts"
import { quantity } from "../../output/kit/plurals.ts"

const width = 366
const height = 236
const margin = { top: 10, bottom: 24, left: 40, right: 38 }

/** Most years that have their name next to their line. */
const mostNamed = 7

const endOf = ({ points }: YearLine) => points.at(-1)!

/** Returns this year, the last, and those that ended highest. */
const namedOf = (lines: ReadonlyArray<YearLine>, year: number): ReadonlyArray<YearLine> => {
  const sure = lines.filter((line) => line.year === year || line.year === year - 1)
  const others = lines.filter((line) => !sure.includes(line))
    .toSorted((a, b) => endOf(b)[1] - endOf(a)[1])
  return [...sure, ...others].slice(0, mostNamed)
}

/** Draws a line for each year. */
const drawn = (lines: ReadonlyArray<YearLine>, year: number) => {
  const top = Math.max(1, ...lines.map((line) => endOf(line)[1] / 1_000)) * 1.04
  const plotHeight = height - margin.top - margin.bottom
  const yOf = (km: number) => height - margin.bottom - km / top * plotHeight
  const named = namedOf(lines, year)
  const labels = spread(
    named.map((line) => yOf(endOf(line)[1] / 1_000)),
    12,
    margin.top,
    height - margin.bottom,
  )
  const points = (some: ReadonlyArray<YearLine>) =>
    some.flatMap(({ points, year }) =>
      points.map(([day, meters]) => ({ day, km: meters / 1_000, year }))
    )
  const line = (some: ReadonlyArray<YearLine>, stroke: string, strokeWidth: number) =>
    Plot.lineY(points(some), {
      x: "day",
      y: "km",
      z: "year",
      stroke,
      strokeWidth,
      curve: "step-after",
    })
  const label = (line: YearLine, nth: number) =>
    Plot.text([0], {
      frameAnchor: "left",
      x: endOf(line)[0],
      y: top - (labels[nth]! - margin.top) / plotHeight * top,
      text: () => String(line.year),
      textAnchor: "start",
      dx: 5,
      stroke: "var(--card)",
      strokeWidth: 3,
      fill: line.year === year ? "var(--accent-text)" : "var(--muted)",
      fontWeight: line.year === year ? 700 : 400,
    })
  const monthStarts = [0, 2, 4, 6, 8, 10].map((month) =>
    firstOfMonth(2025, month) - firstOfYear(2025)
  )
  return plot({
    width,
    height,
    marginTop: margin.top,
    marginBottom: margin.bottom,
    marginLeft: margin.left,
    marginRight: margin.right,
    x: { domain: [0, 365], label: null },
    y: { domain: [0, top], label: null },
    marks: [
      Plot.gridY({ ticks: 5 }),
      Plot.axisY({ ticks: 5, tickSize: 0, tickFormat: tick }),
      Plot.axisX(monthStarts, {
        tickSize: 4,
        tickFormat: (_: number, i: number) => months[i * 2]!.slice(0, 3),
      }),
      line(lines.filter((line) => line.year < year - 1 || line.year > year), "var(--line-3)", 1),
      line(lines.filter((line) => line.year === year - 1), "var(--line-2)", 1.5),
      line(lines.filter((line) => line.year === year), "var(--accent)", 2.5),
      ...named.map(label),
    ],
  }, {
    title: "Distance through the year",
    description: `${
      quantity(lines.length, "line, a year each", "lines, a year each")
    }; ${year} has ${
      decimal((lines.find((line) => line.year === year)?.points.at(-1)?.[1] ?? 0) / 1_000)
    } kilometers.`,
  })
}

/** Kilometers of each year by the end of each month, the latest year first. */
const tableOf = (lines: ReadonlyArray<YearLine>, today: Day) => ({
  caption: "Kilometers by the end of each month",
  head: ["Year", ...months.map((name) => name.slice(0, 3))],
  rows: lines.toReversed().map(({ points, year: of }) => [
    String(of),
    ...months.map((_, month) => {
      const end = firstOfMonth(of, month + 1) - firstOfYear(of) - 1
      const first = firstOfMonth(of, month)
      if (first > today) return "–"
      return decimal((points.findLast(([day]) => day <= end)?.[1] ?? 0) / 1_000)
    }),
  ]),
})

export const cumulativePanel = (facts: ReportFacts): Panel => {
  const { asOf, entries } = facts
  const lines = linesOf(entries, asOf.day)
  const head = {
    id: "cumulative",
    title: "Distance through the year",
    subtitle: "kilometers so far, all sports",
    span: 4 as const,
  }
  if (lines.length === 0) {
    const reason = entries.length === 0
      ? noEntries(facts)
      : "There is no activity with a distance yet."
    return { ...head, body: notYet(reason) }
  }
  return { ...head, body: drawn(lines, yearOf(asOf.day)), table: tableOf(lines, asOf.day) }
}
