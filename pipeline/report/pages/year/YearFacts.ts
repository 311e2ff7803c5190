/** The figures of one year, and of the same days of the year before. */
import { type Day, firstOfYear, sameDayIn, yearOf } from "../../../metrics/days.ts"
import { type Group, sportGroups } from "../../../metrics/sports.ts"
import type { Site } from "../../model/Site.ts"
import type { SiteActivity } from "../../model/SiteActivity.ts"

export interface YearTotals {
  readonly activities: number
  readonly meters: number
  readonly seconds: number
  readonly climb: number
  /** Number of days with an activity. */
  readonly days: number
}

export interface YearFacts {
  readonly year: number
  /** True for the year of the report's last day, unless that is 31 December. */
  readonly isPartial: boolean
  /** Newest first. */
  readonly activities: ReadonlyArray<SiteActivity>
  /** All activities of the year before. */
  readonly before: ReadonlyArray<SiteActivity>
  readonly totals: YearTotals
  /** Totals of the year before, up to the same day; undefined if it has no activity until then. */
  readonly comparison: YearTotals | undefined
  /** Most consecutive days with an activity. */
  readonly streak: number
}

type Activities = ReadonlyArray<SiteActivity>

/** Returns the years with activities, newest first. */
export const yearsWithActivities = ({ activities }: Pick<Site, "activities">) =>
  [...new Set(activities.map(({ day }) => yearOf(day)))].sort((a, b) => b - a)

/** Returns the year of an address; the newest with activities if it names none. */
export const chosenYear = (site: Pick<Site, "activities" | "asOf">, part: string): number =>
  /^\d{4}$/.test(part) ? Number(part) : yearsWithActivities(site)[0] ?? yearOf(site.asOf.day)

export const sumOf = (
  activities: Activities,
  quantity: "meters" | "moving" | "climb",
): number => activities.reduce((sum, each) => sum + each[quantity], 0)

const totalsOfYear = (activities: Activities): YearTotals => ({
  activities: activities.length,
  meters: sumOf(activities, "meters"),
  seconds: sumOf(activities, "moving"),
  climb: sumOf(activities, "climb"),
  days: new Set(activities.map(({ day }) => day)).size,
})

/** Returns the length of the longest run of consecutive days. */
export const longestStreak = (days: Iterable<Day>): number => {
  let [best, current, last] = [0, 0, -Infinity]
  for (const day of [...new Set(days)].sort((a, b) => a - b)) {
    current = day === last + 1 ? current + 1 : 1
    best = Math.max(best, current)
    last = day
  }
  return best
}

export const yearFacts = ({ activities, asOf }: Site, year: number): YearFacts => {
  const of = (wanted: number) => activities.filter(({ day }) => yearOf(day) === wanted)
  const [own, before] = [of(year), of(year - 1)]
  const isPartial = year === yearOf(asOf.day) && asOf.day < firstOfYear(year + 1) - 1
  const until = isPartial ? sameDayIn(year - 1, asOf.day) : Infinity
  const compared = before.filter(({ day }) => day <= until)
  return {
    year,
    isPartial,
    activities: own,
    before,
    totals: totalsOfYear(own),
    comparison: compared.length === 0 ? undefined : totalsOfYear(compared),
    streak: longestStreak(own.map(({ day }) => day)),
  }
}

interface SportTotals {
  readonly group: Group
  readonly seconds: number
  readonly meters: number
}

/** Returns the sports with some time, the most time first. */
export const sportsOfYear = (activities: Activities): ReadonlyArray<SportTotals> =>
  sportGroups.map((group) => {
    const own = activities.filter((each) => each.group === group)
    return { group, seconds: sumOf(own, "moving"), meters: sumOf(own, "meters") }
  }).filter(({ seconds }) => seconds > 0).sort((a, b) => b.seconds - a.seconds)
