/** The state of a page: the site, its address, and the reader's choices. */
import type { Units } from "../../metrics/units.ts"
import type { ActivityBlock } from "./ActivityBlock.ts"
import { yearOf } from "../../metrics/days.ts"
import type { Site, Tracks } from "./Site.ts"
import type { SiteActivity } from "./SiteActivity.ts"

export interface SiteView {
  readonly site: Site
  readonly units: Units
  /** Part of the address after the name of the page: an id, a year; empty if there is none. */
  readonly part: string
  /** Filters in the address. */
  readonly query: URLSearchParams
  /** Empty until they are decoded, and without maps. */
  readonly tracks: Tracks
  /** Block of the activity that is open; undefined on other pages, or if there is none. */
  readonly block: ActivityBlock | undefined
}

/** Returns the address of a page with its filters; filters that are empty are left out. */
export const addressOf = (
  page: string,
  filters: Readonly<Record<string, string | undefined>> = {},
): string => {
  const kept = Object.entries(filters).flatMap(([name, value]) =>
    value === undefined || value === "" ? [] : [[name, value]]
  )
  const query = new URLSearchParams(kept).toString()
  return `#/${page}${query === "" ? "" : `?${query}`}`
}

/** Returns the address of the current page with some of its filters changed. */
export const withFilters = (
  page: string,
  query: URLSearchParams,
  changes: Readonly<Record<string, string | undefined>>,
): string => addressOf(page, { ...Object.fromEntries(query), ...changes })

/** Returns the address of another file of the report: its name can contain `#`, `?`, `%` or `:`. */
export const fileAddress = (name: string): string => encodeURIComponent(name)

/**
 * Returns the address of an activity, which is in another file if the site is split by year. `filters` are
 * those of the list that it is opened from.
 */
export const activityAddress = (
  { files }: Pick<Site, "files">,
  { day, id }: Pick<SiteActivity, "day" | "id">,
  filters: Readonly<Record<string, string | undefined>> = {},
): string =>
  `${fileAddress(files.find(({ year }) => year === yearOf(day))?.name ?? "")}${
    addressOf(`activity/${id}`, filters)
  }`
