/**
 * Full sync (`--sweep`): reads the full list again when it is due. It uses the quota that new activities
 * leave and never waits; the next run reads the pages that are left.
 */
import { Clock, Effect, Option } from "effect"
import type { AthleteId } from "../../schemas/Athlete.ts"
import * as Stage from "./Stage.ts"
import { StateFile } from "../state/StateFile.ts"
import { Quota } from "../strava/quota/Quota.ts"
import { activitiesStage, lists } from "./activities.ts"
import { athleteStage } from "./athlete.ts"
import { detailsStage, fetchDetails } from "./details.ts"
import { nothing, type Outcomes } from "./items/fetchItems.ts"
import { fullSyncSchedule } from "./lists/fullSync.ts"
import { gearStage } from "./gear.ts"
import { beginList, type Cursor, pagesOf, walk } from "./lists/listing.ts"
import { together } from "./items/perActivity.ts"
import { statsStage } from "./stats.ts"
import { fetchStreams, streamsStage } from "./streams.ts"
import { zonesStage } from "./zones.ts"

/** A list begun so long ago, in milliseconds, is not worth going on with: too much has changed since. */
const worthFinishing = 7 * 24 * 60 * 60_000

/** The full sync that is due at `now`, as far as it has come. */
const due = Effect.fnUntraced(function* (owner: AthleteId, now: number) {
  const { left, number, sweep, whole } = yield* lists(owner)
  const planned = yield* fullSyncSchedule(owner)
  // The activities stage reads the first list of all.
  if (whole === undefined || planned === undefined || planned.every === Infinity) {
    return Option.none<Cursor>()
  }
  // It reads this one too, or has just read it as part of the same work.
  const isOpen = left?.page !== null || left.began === (yield* (yield* StateFile).workStarted)
  if (left?.after === undefined && isOpen) return Option.none<Cursor>()
  const begun = sweep !== undefined && sweep.page !== null && (sweep.number ?? 0) > whole.ended
  if (begun && now - sweep.opened * 1_000 < worthFinishing) return Option.some(sweep)
  return planned.due <= now
    ? Option.some<Cursor>(yield* beginList(undefined, number))
    : Option.none<Cursor>()
})

/** Requests that a full sync takes for a run that gets to it at `at`; 0 if none is due by then. */
export const sweepAhead = Effect.fnUntraced(function* (owner: AthleteId | undefined, at: number) {
  if (owner === undefined || at === Infinity) return 0
  const cursor = yield* due(owner, at)
  if (Option.isNone(cursor)) return 0
  const { whole } = yield* lists(owner)
  const { listed } = yield* (yield* StateFile).lists.known(owner)
  const pages = Math.max(whole?.pages ?? 0, pagesOf(listed))
  return Math.max(1, pages - ((cursor.value.page ?? 1) - 1))
})

/** Whether another request may go out now, without a wait. */
const isLeft = Effect.map(
  Effect.flatMap(Quota, (quota) => quota.snapshot),
  ({ day, quarter }) => quarter.used < quarter.cap && day.used < day.cap,
)

interface Earlier {
  readonly details: Outcomes
  readonly streams: Outcomes
}

const sweepOnce = Effect.fn("sweep")(function* (owner: AthleteId, { details, streams }: Earlier) {
  const cursor = yield* due(owner, yield* Clock.currentTimeMillis)
  if (Option.isNone(cursor)) return { swept: false }
  const { page } = yield* walk(owner, "sweep", cursor.value, isLeft)
  if (page !== null) return { swept: false }
  // Late uploads and crops are part of this run, as far as its requests go.
  yield* together([
    ...(streams === nothing ? [] : [fetchStreams(owner)]),
    ...(details === nothing ? [] : [fetchDetails(owner)]),
  ])
  return { swept: true }
})

export const sweep = Stage.make({
  name: "sweep",
  needs: {
    activities: activitiesStage,
    athlete: athleteStage,
    details: detailsStage,
    gear: gearStage,
    stats: statsStage,
    streams: streamsStage,
    zones: zonesStage,
  },
  run: ({ athlete: owner, ...earlier }) => sweepOnce(owner, earlier),
  recall: () => Effect.succeedSome({ swept: false }),
})
