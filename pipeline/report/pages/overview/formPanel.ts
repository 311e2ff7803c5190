/** Fitness and fatigue: slow and fast means of the load of each day. */
import { type Html, markup } from "../../html.ts"
import { cursorLine, dot, gridLine, label, legend, monthName } from "../../charts/axes.ts"
import { line, pixel, sentence, svg } from "../../charts/svg.ts"
import { decimal, ticks } from "../../format.ts"
import type { Chart } from "../../model/Chart.ts"
import type { Panel } from "../../model/Panel.ts"
import type { SiteActivity } from "../../model/SiteActivity.ts"
import type { SiteView } from "../../model/SiteView.ts"
import { dateOf, type Day, monthOf, shortDate, weekOf } from "../../../metrics/days.ts"
import { trimp, trimpOfMean } from "../../../metrics/heartRate.ts"
import { fatigueDays, fitnessDays, type Form, formOf } from "../../../metrics/load.ts"
import { quantity } from "../../../output/kit/plurals.ts"
import { shownActivities } from "./figures/filters.ts"

const shownDays = 365
/** Days on a phone. */
const fewerDays = 182

type Basis = "stream" | "mean" | "effort" | "none"

interface Load {
  readonly basis: Basis
  readonly value: number
}

/**
 * Returns Edwards' TRIMP from the heart rate stream, otherwise from the mean heart rate, otherwise
 * Strava's relative effort.
 */
const loadOf = (
  { beats, load, moving, zoneSeconds }: SiteActivity,
  zones: ReadonlyArray<number>,
): Load =>
  zoneSeconds.some((seconds) => seconds > 0)
    ? { basis: "stream", value: trimp(zoneSeconds) }
    : zones.length > 0 && beats !== undefined
    ? { basis: "mean", value: trimpOfMean(beats, moving, zones) }
    : load === undefined
    ? { basis: "none", value: 0 }
    : { basis: "effort", value: Math.max(0, load) }

/** Returns the form of each day, and the number of activities of the last year by the basis of their loads. */
const formIn = (view: SiteView) => {
  const { asOf, zones } = view.site
  const days = new Map<Day, number>()
  const counts: Record<Basis, number> = { stream: 0, mean: 0, effort: 0, none: 0 }
  for (const activity of shownActivities(view)) {
    const { basis, value } = loadOf(activity, zones)
    if (activity.day > asOf.day - shownDays) counts[basis]++
    days.set(activity.day, (days.get(activity.day) ?? 0) + value)
  }
  return { form: formOf(days, asOf.day), counts }
}

const bases: ReadonlyArray<readonly [basis: Basis, words: string]> = [
  ["stream", "from the heart rate stream (minutes in each zone, times its number)"],
  ["mean", "from the mean heart rate"],
  ["effort", "from Strava's relative effort"],
  ["none", "without any of these, counted as 0"],
]

/** Returns the sentence that explains the loads of the last year. */
const explained = (counts: Readonly<Record<Basis, number>>): Html => {
  const parts = bases.filter(([basis]) => counts[basis] > 0).map(([basis, words], i) =>
    `${
      i === 0 ? quantity(counts[basis], "activity", "activities") : decimal(counts[basis])
    } ${words}`
  )
  return markup`<p class="note">Load of the last 12 months: ${
    parts.length === 0 ? "none" : parts.join(", ")
  }. Both means begin at 0. They are sums of your data, not advice.</p>`
}

/** Returns true if there are enough days, and a load in those that are drawn. */
const isEnough = (form: ReadonlyArray<Form>) =>
  form.length >= fitnessDays && form.slice(-shownDays).some(({ load }) => load > 0)

/** `+3`, `−12` */
const difference = (value: number): string => {
  const whole = Math.round(value)
  return `${whole < 0 ? "−" : "+"}${decimal(Math.abs(whole))}`
}

const reading = ({ day, fatigue, fitness, load }: Form): Html =>
  markup`${shortDate(day)}: fitness <b>${decimal(fitness)}</b> · fatigue <b>${
    decimal(fatigue)
  }</b> · form <b>${difference(fitness - fatigue)}</b> · load of the day ${decimal(load)}`

const chart = (form: ReadonlyArray<Form>, width: number): Chart => {
  const [height, top, bottom, right] = [210, 10, 22, 34]
  const most = Math.max(1, ...form.flatMap(({ fatigue, fitness }) => [fatigue, fitness]))
  const x = (i: number) => i / Math.max(1, form.length - 1) * (width - right)
  const y = (value: number) => height - bottom - value / most * (height - top - bottom)
  const values = ticks(0, most, 4)
  const points = (of: (day: Form) => number) => line(form.map((day, i) => [x(i), y(of(day))]))
  const fitness = points((day) => day.fitness)
  const last = form.at(-1)!
  return {
    svg: svg(width, height, [
      ...values.map((value) => gridLine(y(value), 0, width - right)),
      ...form.flatMap(({ day }, i) =>
        dateOf(day).getUTCDate() === 1 && x(i) < width - right - 20
          ? [label(x(i), height - 5, monthName(monthOf(day)))]
          : []
      ),
      markup`<path class="line" d="${
        points((day) => day.fatigue)
      }" stroke="var(--ctx)" stroke-width="1.2"/>`,
      markup`<path d="${fitness}V${pixel(height - bottom)}H0Z" fill="var(--ink)" opacity=".06"/>`,
      markup`<path class="line" d="${fitness}" stroke="var(--ink)" stroke-width="2.2"/>`,
      label(width - right + 6, y(last.fitness) + 4, decimal(last.fitness), { class: "lab" }),
      ...values.filter((value) => value > 0).map((value) =>
        label(0, y(value) - 4, decimal(value), { class: "halo" })
      ),
    ]),
    cursor: {
      label: "Fitness and fatigue, by day",
      count: form.length,
      near: (at) => Math.round(at / (width - right) * (form.length - 1)),
      mark: (day) =>
        markup`${cursorLine(x(day), top, height - bottom)}${
          dot(x(day), y(form[day]!.fitness), 4, "accent")
        }${dot(x(day), y(form[day]!.fatigue), 3, "ctx")}`,
      read: (day) => reading(form[day]!),
    },
  }
}

export const formPanel: Panel = {
  id: "fit",
  span: 8,
  title: () => "Fitness and fatigue",
  subtitle: (view) =>
    isEnough(formIn(view).form)
      ? `${fitnessDays}-day and ${fatigueDays}-day means of the load of each day; no advice`
      : "",
  controls: (view) =>
    isEnough(formIn(view).form) ? legend([["ink", "Fitness"], ["ctx", "Fatigue"]]) : markup``,
  draw: (view, width) => {
    const { form } = formIn(view)
    return isEnough(form)
      ? chart(form.slice(width < 500 ? -fewerDays : -shownDays), width)
      : sentence(`Needs ${fitnessDays} days of history with heart rate.`)
  },
  more: (view) => {
    const { counts, form } = formIn(view)
    return isEnough(form) ? explained(counts) : undefined
  },
  table: (view) => {
    const { form } = formIn(view)
    if (!isEnough(form)) return undefined
    const weeks = Map.groupBy(
      form.slice(-shownDays),
      ({ day }) => weekOf(day, view.site.weekStart),
    )
    return {
      head: ["Week from", "Load", "Fitness", "Fatigue", "Form"],
      rows: [...weeks].toReversed().map(([first, days]) => {
        const { fatigue, fitness } = days.at(-1)!
        return [
          shortDate(first),
          decimal(days.reduce((sum, { load }) => sum + load, 0)),
          decimal(fitness),
          decimal(fatigue),
          difference(fitness - fatigue),
        ]
      }),
    }
  },
}
