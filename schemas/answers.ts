/** What an answer must be to be an item of each resource. */
import { SummaryActivity } from "./Activity.ts"
import { DetailedAthlete } from "./Athlete.ts"
import { DetailedActivity } from "./DetailedActivity.ts"
import { DetailedGear } from "./Gear.ts"
import { ActivityStats } from "./Stats.ts"
import { StreamSet } from "./StreamSet.ts"
import { Zones } from "./Zones.ts"

export const answers = {
  athlete: DetailedAthlete,
  zones: Zones,
  stats: ActivityStats,
  gear: DetailedGear,
  activities: SummaryActivity,
  details: DetailedActivity,
  streams: StreamSet,
} as const

/** Fields that every response about one thing has, so that they say nothing of it. */
const formal: ReadonlySet<string> = new Set(["id", "resource_state"])

/** True if a response has a known field with a value, besides the id of the thing that it is about. */
export const saysAnything = (
  resource: Exclude<keyof typeof answers, "streams">,
  json: unknown,
): boolean =>
  typeof json === "object" && json !== null &&
  Object.entries(json).some(([name, value]) =>
    value !== null && !formal.has(name) && name in answers[resource].schema.fields
  )
