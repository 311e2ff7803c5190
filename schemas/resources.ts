/**
 * The resources: every kind of response that is fetched and stored. Everything else about them is
 * derived from this list.
 */
import { activityResource } from "./Activity.ts"
import { activityZonesResource } from "./ActivityZones.ts"
import { athleteResource } from "./Athlete.ts"
import type { Declaration } from "./Declaration.ts"
import { detailsResource } from "./DetailedActivity.ts"
import { exportResource } from "./export/Export.ts"
import { gearResource } from "./Gear.ts"
import { statsResource } from "./Stats.ts"
import { streamsResource } from "./StreamSet.ts"
import { zonesResource } from "./Zones.ts"

/** Resources in the order in which tables and texts list them. */
export const resources = {
  athlete: athleteResource,
  zones: zonesResource,
  stats: statsResource,
  gear: gearResource,
  activities: activityResource,
  details: detailsResource,
  activity_zones: activityZonesResource,
  streams: streamsResource,
  export: exportResource,
} as const satisfies Readonly<Record<string, Declaration>>
