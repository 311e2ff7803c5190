/** The days of a year to remember. */
import { type Group, groupNames } from "../../../metrics/sports.ts"
import type { Units } from "../../../metrics/units.ts"
import { distanceText, heightText } from "../../charts/quantities.ts"
import { decimal, hoursMinutes } from "../../format.ts"
import type { SiteActivity } from "../../model/SiteActivity.ts"
import { sportsOfYear } from "./YearFacts.ts"

interface RememberedDay {
  readonly title: string
  readonly activity: SiteActivity
  readonly value: string
}

type Activities = ReadonlyArray<SiteActivity>

/** Returns the activity with the highest value, the first such one; undefined if all are 0. */
const highest = (
  activities: Activities,
  valueOf: (activity: SiteActivity) => number,
): SiteActivity | undefined =>
  // Newest first, so that the older of two equal ones wins.
  activities.reduce<SiteActivity | undefined>(
    (best, each) =>
      valueOf(each) > 0 && valueOf(each) >= (best === undefined ? 0 : valueOf(best)) ? each : best,
    undefined,
  )

/** Number of sports whose longest activity is named. */
const mostSports = 2

const longest = (group: Group) => `Longest ${groupNames[group].toLowerCase().replace(",", " or")}`

/** Returns the longest activity of the main sports, the most climb and time, and the highest load. */
export const rememberedDays = (
  activities: Activities,
  units: Units,
): ReadonlyArray<RememberedDay> => {
  const row = (
    title: string,
    candidates: Activities,
    valueOf: (activity: SiteActivity) => number,
    format: (value: number) => string,
  ): ReadonlyArray<RememberedDay> => {
    const activity = highest(candidates, valueOf)
    return activity === undefined ? [] : [{ title, activity, value: format(valueOf(activity)) }]
  }
  const distances = sportsOfYear(activities).filter(({ meters }) => meters > 0)
    .slice(0, mostSports)
  return [
    ...distances.flatMap(({ group }) =>
      row(
        longest(group),
        activities.filter((each) => each.group === group),
        ({ meters }) => meters,
        (meters) => distanceText(units, meters),
      )
    ),
    // Lifts climb too.
    ...row(
      "Most climb",
      activities.filter(({ group }) => group !== "snow"),
      ({ climb }) => climb,
      (climb) => heightText(units, climb),
    ),
    ...row("Most time", activities, ({ moving }) => moving, (s) => `${hoursMinutes(s)} h`),
    ...row("Hardest", activities, ({ load = 0 }) => load, (load) => `load ${decimal(load)}`),
  ]
}
