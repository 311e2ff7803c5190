/** Filters of the overview, which its address contains. */
import type { Html } from "../../../html.ts"
import { choices } from "../../../charts/svg.ts"
import {
  climbMeasure,
  distanceMeasure,
  type Measure,
  timeMeasure,
} from "../../../charts/measures.ts"
import type { SiteActivity } from "../../../model/SiteActivity.ts"
import { addressOf, type SiteView, withFilters } from "../../../model/SiteView.ts"
import { type Day, isoOf, yearOf } from "../../../../metrics/days.ts"
import { type Group, sportGroups } from "../../../../metrics/sports.ts"

/** Returns the chosen group of sports; undefined for all. */
export const chosenGroup = ({ query }: Pick<SiteView, "query">): Group | undefined =>
  sportGroups.find((group) => group === query.get("sport"))

/** Returns the activities of the chosen sport, newest first. */
export const shownActivities = (view: SiteView): ReadonlyArray<SiteActivity> => {
  const chosen = chosenGroup(view)
  const { activities } = view.site
  return chosen === undefined ? activities : activities.filter(({ group }) => group === chosen)
}

/** Returns the address of the overview with some of its filters changed. */
export const overviewAddress = (
  { query }: Pick<SiteView, "query">,
  changes: Readonly<Record<string, string | undefined>>,
): string => withFilters("", query, changes)

/** Returns the address of the list of activities of some days, of the chosen sport. */
export const daysAddress = (view: SiteView, from: Day, to: Day): string =>
  addressOf("activities", { from: isoOf(from), to: isoOf(to), group: chosenGroup(view) })

/** Filters that choose a measure; the first measure of each is the default. */
const measures = {
  by: [distanceMeasure, timeMeasure, climbMeasure],
  weeks: [timeMeasure, distanceMeasure, climbMeasure],
} as const

/** Returns the chosen measure. */
export const measureOf = (filter: keyof typeof measures, { query }: SiteView): Measure =>
  measures[filter].find(({ key }) => key === query.get(filter)) ?? measures[filter][0]

/** Returns links that choose a measure. */
export const measureChoices = (filter: keyof typeof measures, view: SiteView): Html =>
  choices(
    "Measure",
    measures[filter].map((measure, i) => [
      measure.name,
      overviewAddress(view, { [filter]: i === 0 ? undefined : measure.key }),
      measure === measureOf(filter, view),
    ]),
  )

/** Returns the years with activities, newest first. */
export const yearsWith = (activities: ReadonlyArray<SiteActivity>): ReadonlyArray<number> =>
  [...new Set(activities.map(({ day }) => yearOf(day)))].sort((a, b) => b - a)
