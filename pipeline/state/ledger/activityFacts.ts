/** What is noted of an activity's summary: all that decides what is asked for besides it. */
import { startOf, type SummaryActivity } from "../../../schemas/Activity.ts"
import { basisOf } from "../../../schemas/basis.ts"
import { claimsOf } from "../../../schemas/content.ts"
import type { ItemKey } from "../../../schemas/Item.ts"
import { type StateDatabase, storableInteger } from "../file/Database.ts"
import type { ItemVersions } from "../recovery/compare.ts"
import { hashOf } from "../../../schemas/json/hash.ts"
import { type ActivityFacts, recordFacts } from "./activityIndex.ts"

/** `list` is the number of the list that it is on, and `late` is true if an earlier one could have had it. */
export const summaryFacts = (
  activity: SummaryActivity,
  list: number,
  late = false,
): ActivityFacts => ({
  basis: hashOf(basisOf(activity)).slice(0, 32),
  sport: activity.sport_type ?? activity.type ?? null,
  gear: activity.gear_id ?? null,
  private: activity.private === true || activity.visibility === "only_me",
  list,
  late,
  claims: claimsOf(activity),
  ended: storableInteger(startOf(activity) + (activity.elapsed_time ?? 0) * 1_000),
})

interface Found {
  readonly activity: SummaryActivity
  readonly start: number
  readonly now: number
}

/** Inside a transaction: take the facts out of the answer of `hash` that a sink keeps. */
export const adoptActivityFacts = (
  db: StateDatabase,
  key: ItemKey,
  { had }: ItemVersions,
  hash: string,
  { activity, now, start }: Found,
): void => {
  // Of the same answer they are the same; where they are not, the file was damaged there.
  if (had?.hash === hash) {
    db.run(`update summary set basis = null where athlete = ? and id = ?`, key.athlete, key.id)
  }
  recordFacts(db, key, start, summaryFacts(activity, 0), false, now)
}
