/** Hours and kilometers of each of the last 53 weeks, by sport; the page switches between them. */
import * as Plot from "@observablehq/plot"
import { durationOfSeconds, kilometers, tick } from "../format.ts"
import type { ReportFacts } from "../Facts.ts"
import { markup } from "../html.ts"
import { dateOf, type Day, isoOf, months, shortDate } from "../../metrics/days.ts"
import { type Sum, type Week, weeksTo } from "../../metrics/spans.ts"
import { type Group, groupNames, sportGroups } from "../../metrics/sports.ts"
import { notYet, type Panel } from "../Panel.ts"
import { noEntries } from "../reasons.ts"
import { both, plot } from "../drawing/svg.ts"
import { quantity } from "../../output/kit/plurals.ts"

const count = 53

interface Measure {
  readonly name: string
  readonly of: (sum: Sum) => number
  readonly label: string
  readonly said: (sum: Sum) => string
}

const measures: ReadonlyArray<Measure> = [
  {
    name: "Hours",
    label: "hours a week",
    of: ({ seconds }) => seconds / 3_600,
    said: ({ seconds }) => durationOfSeconds(seconds),
  },
  {
    name: "Kilometers",
    label: "kilometers a week",
    of: ({ meters }) => meters / 1_000,
    said: ({ meters }) => `${kilometers(meters)} km`,
  },
]

/** Ticks at the first day of each month, with the month's name, and the year in January. */
export const monthTicks = (from: Day, to: Day, every = 1) => {
  const ticks: Array<Day> = []
  for (let day = from; day <= to; day++) {
    const date = dateOf(day)
    if (date.getUTCDate() === 1 && date.getUTCMonth() % every === 0) ticks.push(day)
  }
  const name = (day: number) => {
    const date = dateOf(day)
    const month = months[date.getUTCMonth()]!.slice(0, 3)
    return date.getUTCMonth() === 0 || day === ticks[0] && date.getUTCMonth() < 10
      ? `${month}\n${date.getUTCFullYear()}`
      : month
  }
  return { ticks, name }
}

const bars = (weeks: ReadonlyArray<Week>, shown: ReadonlyArray<Group>, measure: Measure) =>
  weeks.flatMap(({ by, first }) => {
    let sum = 0
    return shown.flatMap((group) => {
      const value = measure.of(by[group])
      if (value === 0) return []
      const bar = { first, group, from: sum, to: sum += value, said: measure.said(by[group]) }
      return [bar]
    })
  })

const chart = (
  weeks: ReadonlyArray<Week>,
  shown: ReadonlyArray<Group>,
  measure: Measure,
  width: number,
) => {
  const first = weeks[0]!.first
  const last = weeks.at(-1)!.first + 7
  const data = bars(weeks, shown, measure)
  const { name, ticks } = monthTicks(first, last - 7, width < 500 ? 2 : 1)
  return plot({
    width,
    height: width < 500 ? 190 : 230,
    marginLeft: 34,
    marginRight: 4,
    marginTop: 10,
    marginBottom: 34,
    x: { domain: [first, last], label: null },
    y: { label: null, domain: [0, Math.max(1, ...data.map(({ to }) => to)) * 1.02] },
    marks: [
      Plot.gridY({ ticks: 5 }),
      Plot.axisY({ ticks: 5, tickSize: 0, tickFormat: tick }),
      Plot.axisX(ticks, { tickSize: 4, tickFormat: name }),
      Plot.rect(data, {
        x1: (bar) => bar.first + .6,
        x2: (bar) => bar.first + 6.4,
        y1: "from",
        y2: "to",
        insetTop: .5,
        fill: (bar) => `var(--${bar.group})`,
        title: (bar) =>
          `Week of ${shortDate(bar.first)}\n${groupNames[bar.group as Group]}: ${bar.said}`,
      }),
      Plot.ruleY([0]),
    ],
    color: { type: "identity" },
  }, {
    title: measure.label,
    description: `Bars of ${measure.label} by sport, ${count} weeks to ${shortDate(last - 1)}.`,
  })
}

export const weeklyPanel = (facts: ReportFacts): Panel => {
  const { asOf, entries } = facts
  const weeks = weeksTo(entries, asOf.day, count)
  const total = (group: Group) =>
    weeks.reduce((sum, { by }) => sum + by[group].seconds + by[group].meters, 0)
  const shown = sportGroups.filter((group) => total(group) > 0)
  const head = {
    id: "weekly",
    title: "Week by week",
    subtitle: `moving time and distance by sport, ${count} weeks`,
    span: 8 as const,
  }
  if (shown.length === 0) {
    const recent = entries.filter(({ day }) => day >= weeks[0]!.first).length
    const why = entries.length === 0
      ? noEntries(facts)
      : recent === 0
      ? `There is no activity in the last ${count} weeks.`
      : `The ${quantity(recent, "activity", "activities")} of the last ${count} weeks ${
        recent === 1 ? "has" : "have"
      } neither a time nor a distance.`
    return { ...head, body: notYet(why) }
  }
  const draw = (measure: Measure) => both((width) => chart(weeks, shown, measure, width), 760)
  return {
    ...head,
    legend: shown.map((group) => [groupNames[group], group]),
    body: markup`
      <div class="switch" role="radiogroup"
        aria-label="What the bars show">${
      measures.map(({ name }, i) =>
        markup`
            <input type="radio" name="weekly" id="weekly-${i}" ${
          i === 0
            ? markup`
                checked
              `
            : ""
        }><label
              for="weekly-${i}">${name}</label>
          `
      )
    }<div class="shown0">${draw(measures[0]!)}</div><div class="shown1">${
      draw(
        measures[1]!,
      )
    }</div></div>
    `,
    table: {
      caption: "Hours and kilometers a week by sport; weeks without any are not listed",
      head: ["Week of", "Sport", "Time", "Kilometers"],
      rows: weeks.toReversed().flatMap(({ by, first }) =>
        shown.filter((group) => by[group].seconds + by[group].meters > 0).map((group) => [
          isoOf(first),
          groupNames[group],
          durationOfSeconds(by[group].seconds),
          kilometers(by[group].meters),
        ])
      ),
    },
  }
}
