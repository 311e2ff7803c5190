/** Filters of the list of activities, which its address contains. */
import type { Site } from "../../model/Site.ts"
import type { SiteActivity } from "../../model/SiteActivity.ts"
import {
  dayOf,
  isoOf,
  monthOf,
  months,
  shortDate,
  weekdayOf,
  yearOf,
} from "../../../metrics/days.ts"
import { sportName } from "../../../metrics/sports.ts"

const weekdays = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]

/** Names of the filters in an address. */
const filterNames = ["q", "sport", "group", "year", "gear", "from", "to"] as const

/** Names of everything that the address of a list contains. */
const listNames: ReadonlyArray<string> = [...filterNames, "sort", "dir"]

/** Returns the part of a query that describes the list, for the addresses of its activities. */
export const listQuery = (query: URLSearchParams): Readonly<Record<string, string>> =>
  Object.fromEntries([...query].filter(([name]) => listNames.includes(name)))

/** Returns text without case and accents, so that `uber` finds `Über`. */
const folded = (text: string): string =>
  text.normalize("NFD").replaceAll(/\p{M}/gu, "").toLowerCase()

const textOf = (
  { day, device = "", gear = "", name, sport }: SiteActivity,
  gearNames: ReadonlyMap<string, string>,
): string =>
  folded([
    name,
    sportName(sport),
    gearNames.get(gear) ?? "",
    device,
    weekdays[weekdayOf(day)],
    shortDate(day),
    months[monthOf(day)],
    isoOf(day),
  ].join(" "))

/** Texts of a site's activities, in their order: made once, because every key that is typed searches them. */
const searched = new WeakMap<Site, ReadonlyArray<string>>()

/** Returns the text of each activity that the search looks into. */
export const searchTexts = (site: Site): ReadonlyArray<string> => {
  const known = searched.get(site)
  if (known !== undefined) return known
  const gearNames = new Map(site.gear.map(({ id, name }) => [id, name]))
  const texts = site.activities.map((activity) => textOf(activity, gearNames))
  searched.set(site, texts)
  return texts
}

/** Returns the activities that match all filters and contain all words, newest first. */
export const matching = (site: Site, query: URLSearchParams): ReadonlyArray<SiteActivity> => {
  const words = folded(query.get("q") ?? "").split(/\s+/).filter((word) => word !== "")
  const [sport, group, gear] = [query.get("sport"), query.get("group"), query.get("gear")]
  const year = query.get("year")
  const from = dayOf(query.get("from")) ?? -Infinity
  const to = dayOf(query.get("to")) ?? Infinity
  const texts = words.length === 0 ? [] : searchTexts(site)
  return site.activities.filter((activity, i) =>
    (!sport || activity.sport === sport) &&
    (!group || activity.group === group) &&
    (!gear || activity.gear === gear) &&
    (!year || String(yearOf(activity.day)) === year) &&
    activity.day >= from && activity.day <= to &&
    words.every((word) => texts[i]!.includes(word))
  )
}
