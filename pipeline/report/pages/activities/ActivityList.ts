/** The list of activities of an address: filtered, in order, with totals. */
import type { Site } from "../../model/Site.ts"
import type { SiteActivity } from "../../model/SiteActivity.ts"
import { monthOf, yearOf } from "../../../metrics/days.ts"
import { matching } from "./filters.ts"
import { isByDate, type ListOrder, orderFrom, sortedBy } from "./order.ts"

interface ListTotals {
  readonly count: number
  readonly meters: number
  readonly moving: number
  readonly climb: number
}

export interface ActivityList {
  readonly activities: ReadonlyArray<SiteActivity>
  readonly order: ListOrder
  readonly totals: ListTotals
  /** Totals by `monthKey`; empty unless the list is in the order of the dates. */
  readonly months: ReadonlyMap<number, ListTotals>
}

/** Returns a number for the month of an activity. */
export const monthKey = ({ day }: SiteActivity): number => yearOf(day) * 12 + monthOf(day)

const nothing: ListTotals = { count: 0, meters: 0, moving: 0, climb: 0 }

const plus = (totals: ListTotals, { climb, meters, moving }: SiteActivity): ListTotals => ({
  count: totals.count + 1,
  meters: totals.meters + meters,
  moving: totals.moving + moving,
  climb: totals.climb + climb,
})

/** Returns the list that an address describes. */
export const listOf = (site: Site, query: URLSearchParams): ActivityList => {
  const order = orderFrom(query)
  const activities = sortedBy(matching(site, query), order)
  const months = new Map<number, ListTotals>()
  for (const activity of isByDate(order) ? activities : []) {
    const key = monthKey(activity)
    months.set(key, plus(months.get(key) ?? nothing, activity))
  }
  return { activities, order, months, totals: activities.reduce(plus, nothing) }
}

const longest = new WeakMap<Site, ReadonlyMap<string, number>>()

/** Returns the meters of the longest activity of each group of sports. */
export const longestByGroup = (site: Site): ReadonlyMap<string, number> => {
  const known = longest.get(site)
  if (known !== undefined) return known
  const found = new Map<string, number>()
  for (const { group, meters } of site.activities) {
    found.set(group, Math.max(found.get(group) ?? 0, meters))
  }
  longest.set(site, found)
  return found
}
