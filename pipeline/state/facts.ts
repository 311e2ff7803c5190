/** What is noted of an activity's summary: all that decides what is asked for besides it. */
import type { SummaryActivity } from "../../schemas/Activity.ts"
import { basisOf } from "../../schemas/basis.ts"
import { hashOf } from "./outbox.ts"
import type { Facts } from "./summaries.ts"

/** `list` is the number of the list that it is on. */
export const factsOf = (activity: SummaryActivity, list: number): Facts => ({
  basis: hashOf(basisOf(activity)).slice(0, 32),
  sport: activity.sport_type ?? activity.type ?? null,
  gear: activity.gear_id ?? null,
  private: activity.private === true || activity.visibility === "only_me",
  list,
})
