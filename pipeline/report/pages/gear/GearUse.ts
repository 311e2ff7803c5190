/** The use of bikes and shoes, from the activities that name them. */
import { type Day, monthOf, yearOf } from "../../../metrics/days.ts"
import type { Site, SiteGear } from "../../model/Site.ts"

interface MonthOfUse {
  readonly meters: number
  readonly activities: number
}

export interface GearUse {
  readonly gear: SiteGear
  readonly activities: number
  /** Sum of the activities that name it, in meters. */
  readonly meters: number
  /** Days of its first and last activity; undefined if none names it. */
  readonly span: { readonly first: Day; readonly last: Day } | undefined
  /** By the number of the month, see `monthNumber`. */
  readonly months: ReadonlyMap<number, MonthOfUse>
}

/** Months since the year 0. */
export const monthNumber = (day: Day): number => yearOf(day) * 12 + monthOf(day)

const useOf = (gear: SiteGear, activities: Site["activities"]): GearUse => {
  const own = activities.filter((each) => each.gear === gear.id)
  const months = new Map<number, MonthOfUse>()
  for (const { day, meters } of own) {
    const known = months.get(monthNumber(day)) ?? { activities: 0, meters: 0 }
    months.set(monthNumber(day), {
      activities: known.activities + 1,
      meters: known.meters + meters,
    })
  }
  const [newest, oldest] = [own[0], own.at(-1)]
  return {
    gear,
    activities: own.length,
    meters: own.reduce((sum, { meters }) => sum + meters, 0),
    span: newest === undefined || oldest === undefined
      ? undefined
      : { first: oldest.day, last: newest.day },
    months,
  }
}

/** Returns the gear of one kind: that in use first, then the last used first. */
export const gearUses = (
  { activities, gear }: Pick<Site, "activities" | "gear">,
  kind: SiteGear["kind"],
): ReadonlyArray<GearUse> =>
  gear.filter((each) => each.kind === kind).map((each) => useOf(each, activities))
    .toSorted((a, b) =>
      Number(a.gear.retired) - Number(b.gear.retired) ||
      (b.span?.last ?? 0) - (a.span?.last ?? 0) || a.gear.name.localeCompare(b.gear.name)
    )

/** Number of activities that name no gear. */
export const withoutGear = ({ activities }: Pick<Site, "activities">): number =>
  activities.filter(({ gear }) => gear === undefined).length

const [monthDays, yearDays] = [30.44, 365.25]

/** `12 days`, `14 months`, `3.2 years`. */
export const durationOfDays = (days: number): string =>
  days < 60
    ? `${days} ${days === 1 ? "day" : "days"}`
    : days < 2 * yearDays
    ? `${Math.round(days / monthDays)} months`
    : `${(days / yearDays).toFixed(1)} years`

/** Returns the age of gear: until its last use if it is retired, otherwise until the report's last day. */
export const ageText = ({ gear, span }: GearUse, asOf: Day): string =>
  span === undefined
    ? "not used"
    : gear.retired
    ? `${durationOfDays(span.last - span.first)} in use`
    : `${durationOfDays(asOf - span.first)} old`

/** Meters by Strava's count, which includes activities that are not stored; otherwise those of the activities. */
export const countedMeters = ({ gear, meters }: GearUse): number => gear.meters ?? meters
