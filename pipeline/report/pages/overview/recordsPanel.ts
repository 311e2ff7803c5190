/** Best efforts, and the steps by which they improved. */
import { type Html, markup, named } from "../../html.ts"
import { dot } from "../../charts/axes.ts"
import {
  climbMeasure,
  distanceMeasure,
  type Measure,
  measured,
  timeMeasure,
} from "../../charts/measures.ts"
import { effortName } from "../../charts/efforts.ts"
import { distanceText, rateOf } from "../../charts/quantities.ts"
import { pixel, sentence, svg } from "../../charts/svg.ts"
import { clock, decimal } from "../../format.ts"
import type { Panel } from "../../model/Panel.ts"
import type { RecordStep, SiteRecord } from "../../model/Site.ts"
import { activityAddress, type SiteView } from "../../model/SiteView.ts"
import { type Day, shortDate, yearOf } from "../../../metrics/days.ts"
import { groupNames } from "../../../metrics/sports.ts"
import { chosenGroup, shownActivities } from "./figures/filters.ts"

interface RecordRow {
  readonly name: string
  readonly best: string
  /** Pace of a run, or the name of an activity. */
  readonly note: string
  readonly steps: ReadonlyArray<RecordStep>
  /** True if less is better. */
  readonly falls: boolean
}

const size = { width: 120, height: 24 }

/** Returns a line of steps from the first record until today; the dot is the current record. */
const sparkline = ({ falls, steps }: RecordRow, from: Day, to: Day): Html => {
  const values = steps.map(({ value }) => value)
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const x = (day: Day) => (day - from) / Math.max(1, to - from) * (size.width - 6) + 2
  const y = (value: number) =>
    high === low
      ? size.height / 2
      : 4 + (falls ? value - low : high - value) / (high - low) * (size.height - 8)
  const path = steps.map(({ day, value }, i) =>
    i === 0 ? `M${pixel(x(day))} ${pixel(y(value))}` : `H${pixel(x(day))}V${pixel(y(value))}`
  ).join("")
  const last = steps.at(-1)!
  return svg(
    size.width,
    size.height,
    markup`<path class="line" d="${path}H${
      size.width - 2
    }" stroke="var(--ctx)" stroke-width="1.5"/>${dot(x(last.day), y(last.value), 3.2, "accent")}`,
  )
}

const runRows = ({ site, units }: SiteView): ReadonlyArray<RecordRow> =>
  site.records.run.flatMap(({ key, steps }: SiteRecord) => {
    const best = steps.at(-1)
    if (best === undefined) return []
    const rate = rateOf("run", units)
    return [{
      name: effortName("run", key),
      best: clock(best.value),
      note: `${rate.format(key / best.value)} ${rate.unit}`,
      steps,
      falls: true,
    }]
  })

const powerRows = ({ site }: SiteView): ReadonlyArray<RecordRow> =>
  site.records.power.flatMap(({ key, steps }: SiteRecord) => {
    const best = steps.at(-1)
    return best === undefined ? [] : [{
      name: effortName("power", key),
      best: `${decimal(best.value)} W`,
      note: "",
      steps,
      falls: false,
    }]
  })

/** Lifts make snow sports climb without effort, so that they are no records of climb. */
const counts = (measure: Measure, group: string) => measure !== climbMeasure || group !== "snow"

/** Returns the activities with the most of each measure. */
const mostRows = (view: SiteView): ReadonlyArray<RecordRow> =>
  ([["Longest", distanceMeasure], ["Most time", timeMeasure], [
    "Most climb",
    climbMeasure,
  ]] as const)
    .flatMap(([name, measure]) => {
      let most = 0
      const steps: Array<RecordStep> = []
      for (const activity of shownActivities(view).toReversed()) {
        const value = measure.of(activity)
        if (value <= most || !counts(measure, activity.group)) continue
        most = value
        steps.push({ value, activity: activity.id, day: activity.day })
      }
      const last = steps.at(-1)
      return last === undefined ? [] : [{
        name,
        best: measure === distanceMeasure
          ? distanceText(view.units, most)
          : measured(measure, view.units, most),
        note: nameOf(view, last.activity),
        steps,
        falls: false,
      }]
    })

const nameOf = ({ site }: SiteView, id: string): string =>
  named(site.activities.find((activity) => activity.id === id)?.name ?? null)

const tableHtml = (view: SiteView, caption: string, rows: ReadonlyArray<RecordRow>): Html => {
  const { activities, asOf } = view.site
  const first = activities.at(-1)?.day ?? asOf.day
  return markup`<table class="records"><thead><tr><th scope="col">${caption}</th><th scope="col" class="r">Best</th><th scope="col" class="r hide"><span class="sr">Pace or activity</span></th><th scope="col" class="hide pl">Since ${
    yearOf(first)
  }</th><th scope="col" class="r">Set on</th></tr></thead><tbody>${
    rows.map((row) => {
      const { activity, day } = row.steps.at(-1)!
      return markup`<tr><th scope="row">${row.name}</th><td class="r"><b>${row.best}</b></td><td class="r mut hide note">${row.note}</td><td class="hide pl sp">${
        sparkline(row, first, asOf.day)
      }</td><td class="r"><a href="${activityAddress(view.site, { id: activity, day })}">${
        shortDate(day)
      }</a></td></tr>`
    })
  }</tbody></table>`
}

/** Returns the tables of the chosen sport; of all sports, runs and power of rides, if there are any. */
const tablesOf = (view: SiteView): ReadonlyArray<readonly [string, ReadonlyArray<RecordRow>]> => {
  const chosen = chosenGroup(view)
  const efforts = [
    ...chosen === undefined || chosen === "run" ? [["Run", runRows(view)] as const] : [],
    ...chosen === undefined || chosen === "ride" ? [["Ride, power", powerRows(view)] as const] : [],
  ].filter(([, rows]) => rows.length > 0)
  const most = [chosen === undefined ? "All sports" : groupNames[chosen], mostRows(view)] as const
  return [...efforts, most].filter(([, rows]) => rows.length > 0)
}

export const recordsPanel: Panel = {
  id: "rec",
  span: 7,
  title: () => "Records",
  subtitle: (view) =>
    tablesOf(view).length === 0
      ? ""
      : "Best over each distance or time, and how it improved: a step is a new record",
  draw: (view) => {
    const tables = tablesOf(view)
    return tables.length === 0
      ? sentence("No records yet.")
      : markup`${tables.map(([caption, rows]) => tableHtml(view, caption, rows))}`
  },
  table: (view) => {
    const rows = tablesOf(view).flatMap(([caption, rows]) =>
      rows.flatMap(({ falls, name, steps }) =>
        steps.map(({ day, value }) => [
          `${caption}: ${name}`,
          shortDate(day),
          falls
            ? clock(value)
            : caption === "Ride, power"
            ? `${decimal(value)} W`
            : name === "Longest"
            ? distanceText(view.units, value)
            : measured(name === "Most time" ? timeMeasure : climbMeasure, view.units, value),
        ])
      )
    )
    return rows.length === 0 ? undefined : { head: ["Record", "Set on", "Result"], rows }
  },
}
