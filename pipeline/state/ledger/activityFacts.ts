/** Facts of an activity's summary that the ledger stores because they decide which other requests are sent. */
import { startOf, type SummaryActivity } from "../../../schemas/Activity.ts"
import { basisOf, claimsOf } from "../../../schemas/content/content.ts"
import type { Source } from "../../../schemas/export/source.ts"
import type { ItemKey } from "../../../schemas/Item.ts"
import { type StateDatabase, storableInteger } from "../file/Database.ts"
import type { ItemVersions } from "../recovery/compare.ts"
import { hashOf } from "../../../schemas/json/hash.ts"
import { type ActivityFacts, recordFacts } from "./activityIndex.ts"

/** Returns the facts. `list` is the number of the list; `late` is true unless it is the first list. */
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

/**
 * Returns the facts of an imported activity. They have no basis and no claims, so that nothing is requested because
 * Strava's list differs from the export.
 */
export const importedFacts = (activity: SummaryActivity): ActivityFacts => ({
  ...summaryFacts(activity, 0),
  basis: null,
  claims: {},
})

interface AdoptedActivity {
  readonly activity: SummaryActivity
  readonly source: Source
  readonly start: number
  readonly now: number
}

/** Inside a transaction: records the facts of a response with this hash that was found in a sink. */
export const adoptActivityFacts = (
  db: StateDatabase,
  key: ItemKey,
  { entry }: ItemVersions,
  hash: string,
  { activity, now, source, start }: AdoptedActivity,
): void => {
  // The same response has the same facts. Others are damage, so that they must not count as a change.
  if (entry?.hash === hash) {
    db.run(`update summary set basis = null where athlete = ? and id = ?`, key.athlete, key.id)
  }
  const facts = source === "export" ? importedFacts(activity) : summaryFacts(activity, 0)
  recordFacts(db, key, start, facts, false, now)
}
