/** Fitness and fatigue: slow and fast moving averages of the daily load. */
import * as Plot from "@observablehq/plot"
import { decimal, tick } from "../format.ts"
import type { ReportActivity, ReportFacts } from "../Facts.ts"
import { type Html, markup } from "../html.ts"
import { type Day, isoOf, weekOf } from "../../metrics/days.ts"
import { secondsInZones, trimp, trimpOfMean } from "../../metrics/heartRate.ts"
import { fatigueDays, fitnessDays, type Form, formOf } from "../../metrics/load.ts"
import { notYet, type Panel } from "../Panel.ts"
import { both, plot } from "../drawing/svg.ts"
import { spread } from "../drawing/spread.ts"
import { monthTicks } from "./weekly.ts"
import { quantity } from "../../output/kit/plurals.ts"

const shownDays = 365

/** Days that an average needs before it is meaningful. */
const leastDays = 14

type Basis = "samples" | "mean" | "effort" | "none"

interface Load {
  readonly basis: Basis
  readonly value: number
}

/**
 * Returns Edwards' TRIMP from the samples, otherwise from the mean heart rate in Strava's list,
 * otherwise Strava's relative effort.
 */
const loadOf = (
  { activity, seconds }: ReportActivity,
  { digests, zones }: Pick<ReportFacts, "digests" | "zones">,
): Load => {
  const beats = digests.get(activity.id)?.beats ?? []
  if (zones.length > 0 && beats.length > 0) {
    return { basis: "samples", value: trimp(secondsInZones(beats, zones)) }
  }
  if (zones.length > 0 && activity.average_heartrate !== null) {
    return { basis: "mean", value: trimpOfMean(activity.average_heartrate, seconds, zones) }
  }
  return activity.suffer_score === null
    ? { basis: "none", value: 0 }
    : { basis: "effort", value: Math.max(0, activity.suffer_score) }
}

const loadsOf = (facts: ReportFacts) => {
  const days = new Map<Day, number>()
  const counts: Record<Basis, number> = { samples: 0, mean: 0, effort: 0, none: 0 }
  for (const entry of facts.entries) {
    const { basis, value } = loadOf(entry, facts)
    if (entry.day > facts.asOf.day - shownDays) counts[basis]++
    days.set(entry.day, (days.get(entry.day) ?? 0) + value)
  }
  return { counts, days }
}

const explained = (counts: Record<Basis, number>): Html => {
  const parts = [
    [counts.samples, "from the heart-rate stream (minutes in each zone, times its number)"],
    [counts.mean, "from the mean heart rate"],
    [counts.effort, "from Strava's relative effort"],
    [counts.none, "without any of these, counted as 0"],
  ] as const
  const told = parts.filter(([count]) => count > 0)
    .map(([count, what], i) =>
      i === 0 ? `${quantity(count, "activity", "activities")} ${what}` : `${decimal(count)} ${what}`
    )
  return markup`<p class="note">Load of the last 12 months: ${
    told.join(", ")
  }. Both means begin at 0.</p>`
}

const chart = (form: ReadonlyArray<Form>, width: number) => {
  const size = { height: 220, top: 12, bottom: 34, left: 32, right: 62 }
  const last = form.at(-1)!
  const first = form[0]!.day
  const most = form.reduce((high, { fatigue, fitness }) => Math.max(high, fatigue, fitness), 1) *
    1.04
  const places = size.height - size.top - size.bottom
  const labels = spread(
    [last.fitness, last.fatigue].map((value) => size.top + (1 - value / most) * places),
    13,
    size.top,
    size.height - size.bottom,
  )
  const { name, ticks } = monthTicks(first, last.day, width < 500 ? 3 : 2)
  const label = (i: number, text: string, fill: string) =>
    Plot.text([last.day], {
      x: (day) => day,
      y: (1 - (labels[i]! - size.top) / places) * most,
      text: () => text,
      textAnchor: "start",
      dx: 5,
      stroke: "var(--card)",
      strokeWidth: 3,
      fill,
      fontWeight: 700,
    })
  return plot({
    width,
    height: size.height,
    marginTop: size.top,
    marginBottom: size.bottom,
    marginLeft: size.left,
    marginRight: size.right,
    x: { domain: [first, Math.max(last.day, first + 1)], label: null },
    y: { domain: [0, most], label: null },
    marks: [
      Plot.gridY({ ticks: 4 }),
      Plot.axisY({ ticks: 4, tickSize: 0, tickFormat: tick }),
      Plot.axisX(ticks, { tickSize: 4, tickFormat: name }),
      Plot.areaY(form, { x: "day", y: "fitness", fill: "var(--ride)", fillOpacity: .13 }),
      Plot.line(form, { x: "day", y: "fatigue", stroke: "var(--walk)", strokeWidth: 1.25 }),
      Plot.line(form, { x: "day", y: "fitness", stroke: "var(--ride)", strokeWidth: 2.25 }),
      label(0, `fitness ${decimal(last.fitness)}`, "var(--ride-text)"),
      label(1, `fatigue ${decimal(last.fatigue)}`, "var(--walk-text)"),
    ],
  }, {
    title: "Fitness and fatigue",
    description: `Two lines over ${form.length} days. On the last, fitness is ${
      decimal(last.fitness)
    } and fatigue ${decimal(last.fatigue)}.`,
  })
}

/** Returns the reason why there are no lines, for loads over `days` days. */
const why = ({ entries, zones }: ReportFacts, days: number): string =>
  entries.length === 0
    ? "this needs two weeks of activities"
    : days < leastDays
    ? `this needs two weeks, and the first activity was ${quantity(days - 1, "day", "days")} ago`
    : zones.length > 0
    ? "no activity has a heart rate or Strava's relative effort"
    : "no activity has Strava's relative effort, and a heart rate counts only with your zones"

export const form = (facts: ReportFacts): Panel => {
  const { counts, days } = loadsOf(facts)
  const all = formOf(days, facts.asOf.day)
  const shown = all.slice(-shownDays)
  const head = {
    id: "form",
    title: "Fitness and fatigue",
    subtitle: `running means of the daily load: over ${fitnessDays} days and over ${fatigueDays}`,
    span: 5 as const,
  }
  if (shown.length < leastDays || !shown.some(({ load }) => load > 0)) {
    return {
      ...head,
      body: notYet(`Not enough yet: ${why(facts, shown.length)}.`),
    }
  }
  const weeks = Map.groupBy(shown, ({ day }) => weekOf(day))
  return {
    ...head,
    body: markup`${both((width) => chart(shown, width), 474)}${explained(counts)}`,
    table: {
      caption: "Load of each week, and fitness and fatigue at its end",
      head: ["Week of", "Load", "Fitness", "Fatigue"],
      rows: [...weeks].toReversed().map(([monday, some]) => [
        isoOf(monday),
        decimal(some.reduce((sum, { load }) => sum + load, 0)),
        decimal(some.at(-1)!.fitness),
        decimal(some.at(-1)!.fatigue),
      ]),
    },
  }
}
