/** Sites with chosen activities, for tests of pages without stored data. */
import type { Share } from "../../pipeline/landed/coverage.ts"
import { type Day, dayOf } from "../../pipeline/metrics/days.ts"
import { Html } from "../../pipeline/report/html.ts"
import type { Chart } from "../../pipeline/report/model/Chart.ts"
import type { Site, SiteGear } from "../../pipeline/report/model/Site.ts"
import type { SiteActivity } from "../../pipeline/report/model/SiteActivity.ts"
import type { SiteView } from "../../pipeline/report/model/SiteView.ts"
import { htmlText } from "./landed.ts"

/** Returns the day of `2026-01-31`. */
export const dayNamed = (date: string): Day => dayOf(date) ?? NaN

/** Returns a run of 10 km in an hour on a day such as `2026-01-31`, with other fields. */
export const siteActivity = (
  date: string,
  fields: Partial<SiteActivity> = {},
): SiteActivity => ({
  id: `${date.replaceAll("-", "")}${fields.minute ?? ""}`,
  name: "Morning run",
  sport: "Run",
  group: "run",
  day: dayNamed(date),
  minute: 480,
  meters: 10_000,
  moving: 3_600,
  elapsed: 3_700,
  climb: 100,
  beats: undefined,
  maxBeats: undefined,
  watts: undefined,
  cadence: undefined,
  load: undefined,
  gear: undefined,
  device: undefined,
  isPrivate: false,
  commute: false,
  trainer: false,
  manual: false,
  source: "api",
  streams: [],
  lack: undefined,
  zoneSeconds: [],
  ...fields,
})

/** Returns shoes by their id, with other fields. */
export const siteShoes = (id: string, fields: Partial<SiteGear> = {}): SiteGear => ({
  id,
  name: `Shoes ${id}`,
  brand: "Sohle",
  kind: "shoes",
  meters: 500_000,
  retired: false,
  weight: undefined,
  ...fields,
})

const empty: Site = {
  athlete: "Mara Muster",
  units: "metric",
  weekStart: "monday",
  asOf: { day: dayNamed("2026-11-30"), sync: undefined },
  onlyExport: false,
  maps: true,
  activities: [],
  leftOut: { later: 0, undated: 0 },
  gear: [],
  zones: [],
  records: { run: [], power: [] },
  curves: { run: { all: [], recent: [] }, power: { all: [], recent: [] } },
  coverage: [],
  quota: [],
  ledger: {
    isKnown: true,
    run: { at: "2026-11-30 06:00 UTC", result: "complete" },
    asksGear: true,
    zones: undefined,
    none: undefined,
    command: "deno task",
  },
  samples: 0,
  steps: 0,
  hasDetails: false,
  source: "JSON",
  files: [],
}

/** Returns a site with these activities, which are sorted, and other fields. */
export const siteWith = (
  activities: ReadonlyArray<SiteActivity>,
  fields: Partial<Site> = {},
): Site => ({ ...empty, activities: activities.toSorted((a, b) => b.day - a.day), ...fields })

/** Returns the view of a page in metric units. */
export const viewOf = (site: Site, fields: Partial<SiteView> = {}): SiteView => ({
  site,
  units: "metric",
  part: "",
  query: new URLSearchParams(),
  tracks: new Map(),
  block: undefined,
  ...fields,
})

/** Returns counts of streams or details; those not named are 0. */
export const shares = (counts: Partial<Share>): Share => ({
  here: 0,
  absent: 0,
  quarantined: 0,
  skipped: 0,
  purged: 0,
  toFetch: 0,
  ...counts,
})

/** Returns the text of a drawing, or of HTML. */
export const drawnText = (drawing: Chart | Html): string =>
  htmlText((drawing instanceof Html ? drawing : drawing.svg).text)
