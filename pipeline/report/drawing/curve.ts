/** A curve of bests: one line of all time, one of the last 90 days, and the same as a table. */
import * as Plot from "@observablehq/plot"
import type { ReportActivity, ReportFacts } from "../Facts.ts"
import { isoOf } from "../../metrics/days.ts"
import { plot } from "./svg.ts"
import { spread } from "./spread.ts"

const recentDays = 90

export interface Best {
  readonly at: number
  readonly value: number
  readonly entry: ReportActivity
}

/** Returns the best value of each column over the entries. */
const eachOf = (
  entries: ReadonlyArray<ReportActivity>,
  at: ReadonlyArray<number>,
  values: (id: string) => ReadonlyArray<number | null>,
  better: (a: number, b: number) => boolean,
): ReadonlyArray<Best> =>
  at.flatMap((x, i) => {
    let best: Best | undefined
    for (const entry of entries) {
      const value = values(entry.activity.id)[i]
      if (value === null || value === undefined || value <= 0) continue
      if (best === undefined || better(value, best.value)) best = { at: x, value, entry }
    }
    return best === undefined ? [] : [best]
  })

/** An effort over a longer time or distance counts for the shorter ones too. */
const bestOf = (
  entries: ReadonlyArray<ReportActivity>,
  at: ReadonlyArray<number>,
  values: (id: string) => ReadonlyArray<number | null>,
  better: (a: number, b: number) => boolean,
): ReadonlyArray<Best> => {
  let longer: Best | undefined
  return eachOf(entries, at, values, better).toReversed().map((best) => {
    longer = longer !== undefined && better(longer.value, best.value)
      ? { ...longer, at: best.at }
      : best
    return longer
  }).toReversed()
}

interface Curve {
  readonly all: ReadonlyArray<Best>
  readonly recent: ReadonlyArray<Best>
}

export const curveOf = (
  { asOf, entries }: ReportFacts,
  at: ReadonlyArray<number>,
  values: (id: string) => ReadonlyArray<number | null>,
  better: (a: number, b: number) => boolean,
): Curve => ({
  all: bestOf(entries, at, values, better),
  recent: bestOf(entries.filter(({ day }) => day > asOf.day - recentDays), at, values, better),
})

interface Look {
  readonly title: string
  readonly color: string
  readonly y: (best: Best) => number
  readonly reverse: boolean
  readonly shown: (y: number) => string
  readonly ticks: ReadonlyArray<number>
  readonly xTicks: ReadonlyArray<readonly [x: number, name: string]>
  readonly said: (best: Best) => string
  readonly left: number
}

const size = { width: 366, height: 220, top: 12, bottom: 24, right: 62 }

export const draw = ({ all, recent }: Curve, look: Look) => {
  const values = [...all, ...recent].map(look.y)
  const low = values.reduce((a, b) => Math.min(a, b))
  const high = values.reduce((a, b) => Math.max(a, b))
  const room = Math.max((high - low) * .06, high * .01)
  const domain = [Math.max(0, low - room), high + room] as const
  const ends = [all, recent].flatMap((line) => line.at(-1) ?? [])
  const places = size.height - size.top - size.bottom
  const yOf = (value: number) => {
    const part = (value - domain[0]) / (domain[1] - domain[0])
    return size.top + (look.reverse ? part : 1 - part) * places
  }
  const back = (pixel: number) => {
    const part = (pixel - size.top) / places
    return domain[0] + (look.reverse ? part : 1 - part) * (domain[1] - domain[0])
  }
  const xs = all.map(({ at }) => at)
  const xTicks = look.xTicks.filter(([x]) => x >= xs[0]! && x <= xs.at(-1)!)
  // A logarithmic scale would label only the powers of ten.
  const x = ({ at }: Best) => Math.log(at)
  const labels = spread(
    ends.map((end) => yOf(look.y(end))),
    13,
    size.top,
    size.height - size.bottom,
  )
  const line = (some: ReadonlyArray<Best>, stroke: string, strokeWidth: number) => [
    Plot.line(some, { x, y: look.y, stroke, strokeWidth }),
    Plot.dot(some, { x, y: look.y, r: 2.5, fill: stroke, title: look.said }),
  ]
  const names = ["all time", "90 days"]
  return plot({
    width: size.width,
    height: size.height,
    marginTop: size.top,
    marginBottom: size.bottom,
    marginLeft: look.left,
    marginRight: size.right,
    x: { domain: [xs[0]!, Math.max(xs.at(-1)!, xs[0]! * 2)].map(Math.log), label: null },
    y: { domain: look.reverse ? [domain[1], domain[0]] : [...domain], label: null },
    marks: [
      Plot.gridY(look.ticks),
      Plot.axisY(look.ticks, { tickSize: 0, tickFormat: look.shown }),
      Plot.axisX(xTicks.map(([x]) => Math.log(x)), {
        tickSize: 4,
        tickFormat: (_: number, i: number) => xTicks[i]?.[1] ?? "",
      }),
      ...line(all, "var(--line-2)", 1.75),
      ...line(recent, look.color, 2.25),
      ...ends.map((end, i) =>
        Plot.text([end], {
          x,
          y: back(labels[i]!),
          text: () => names[i] ?? "",
          textAnchor: "start",
          dx: 7,
          stroke: "var(--card)",
          strokeWidth: 3,
          fill: i === 0 ? "var(--muted)" : `${look.color.slice(0, -1)}-text)`,
          fontWeight: i === 0 ? 400 : 700,
        })
      ),
    ],
  }, {
    title: look.title,
    description: `A line of all time and one of the last ${recentDays} days.`,
  })
}

export const tableOf = (
  caption: string,
  first: string,
  name: (at: number) => string,
  value: (best: Best) => string,
  { all, recent }: Curve,
) => ({
  caption,
  head: [first, "All time", "On", `Last ${recentDays} days`, "On"],
  rows: all.map((best) => {
    const now = recent.find(({ at }) => at === best.at)
    return [
      name(best.at),
      value(best),
      isoOf(best.entry.day),
      now === undefined ? "–" : value(now),
      now === undefined ? "–" : isoOf(now.entry.day),
    ]
  }),
})

/** A line needs two points. */
export const isTooShort = ({ all }: Curve) => all.length < 2
