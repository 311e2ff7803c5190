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

export type AnswerOf<R extends keyof typeof answers> = typeof answers[R]["Type"]
