/** Makes the data of the site from the facts of a report. */
import { sportName } from "../metrics/sports.ts"
import { unitsOf } from "../metrics/units.ts"
import type { ReportActivity, ReportFacts } from "./Facts.ts"
import type { Site } from "./model/Site.ts"
import type { SiteActivity } from "./model/SiteActivity.ts"

const siteActivityOf = (
  { activity, climb, day, group, meters, seconds }: ReportActivity,
  { here, lacks }: ReportFacts["streams"],
): SiteActivity => ({
  id: activity.id,
  name: activity.name ?? sportName(activity.sport_type),
  sport: activity.sport_type ?? activity.type ?? "Workout",
  group,
  day,
  minute: Number(activity.local?.slice(11, 13) ?? 0) * 60 +
    Number(activity.local?.slice(14, 16) ?? 0),
  meters,
  moving: seconds,
  elapsed: activity.elapsed_time ?? seconds,
  climb,
  beats: activity.average_heartrate ?? undefined,
  maxBeats: activity.max_heartrate ?? undefined,
  watts: activity.device_watts === true ? activity.average_watts ?? undefined : undefined,
  cadence: activity.average_cadence ?? undefined,
  load: activity.suffer_score ?? undefined,
  gear: activity.gear_id ?? undefined,
  device: activity.device_name ?? undefined,
  isPrivate: activity.private === true,
  commute: activity.commute === true,
  trainer: activity.trainer === true,
  manual: activity.manual === true,
  source: activity.source,
  streams: [],
  lack: here.has(activity.id) ? undefined : lacks.get(activity.id) ?? "listed",
  zoneSeconds: [],
})

export const siteOf = (facts: ReportFacts): Site => ({
  athlete: "",
  units: unitsOf(undefined, undefined),
  weekStart: "monday",
  asOf: facts.asOf,
  onlyExport: facts.state?.onlyExport === true,
  maps: facts.maps,
  activities: facts.entries.map((entry) => siteActivityOf(entry, facts.streams)),
  leftOut: facts.leftOut,
  gear: [],
  zones: facts.zones,
  records: { run: [], power: [] },
  coverage: facts.coverage,
  quota: [],
  samples: 0,
  steps: 0,
  hasDetails: facts.state?.asksDetails === true,
  source: facts.source,
  files: [],
})
