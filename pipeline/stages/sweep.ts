/**
 * Sweep: the whole list again, where it was not read for a week: only that shows what was uploaded late,
 * edited long after, or deleted. It takes what new things left of the quota and never waits; what it has
 * not read stays for the next run.
 */
import { Clock, Effect, Option } from "effect"
import type { AthleteId } from "../../schemas/Athlete.ts"
import { RunOptions } from "../RunOptions.ts"
import * as Stage from "../Stage.ts"
import { leeway } from "../state/quarantine.ts"
import { StateFile } from "../state/StateFile.ts"
import { Quota } from "../strava/Quota.ts"
import { activities, lists } from "./activities.ts"
import { athlete } from "./athlete.ts"
import { details, fetchDetails } from "./details.ts"
import { nothing, type Outcomes } from "./fetching.ts"
import { gear } from "./gear.ts"
import { begin, type Cursor, pagesOf, walk } from "./listing.ts"
import { together } from "./perActivity.ts"
import { stats } from "./stats.ts"
import { fetchStreams, streams } from "./streams.ts"
import { zones } from "./zones.ts"

/** A list begun so long ago, in milliseconds, is not worth going on with: too much has changed since. */
const worthFinishing = 7 * 24 * 60 * 60_000

/** The sweep that is due, as far as it has come. */
const due = Effect.fnUntraced(function* (owner: AthleteId) {
  const { sweep: every } = yield* RunOptions
  const now = yield* Clock.currentTimeMillis
  const { left, number, sweep, whole } = yield* lists(owner)
  // The first list of all is for the activities stage.
  if (whole === undefined || (left?.page !== null && left?.after === undefined)) {
    return Option.none<Cursor>()
  }
  const begun = sweep !== undefined && sweep.page !== null && (sweep.number ?? 0) > whole.ended
  if (begun && now - sweep.before * 1_000 < worthFinishing) return Option.some(sweep)
  // By Strava's clock: one of ours that ran ahead would keep every sweep away until then.
  const ahead = whole.ended > Math.max(now, yield* (yield* Quota).serverTime) + leeway
  if (!ahead && now - whole.ended < every - Math.min(leeway, every / 2)) {
    return Option.none<Cursor>()
  }
  return Option.some<Cursor>(yield* begin(undefined, number))
})

/** Requests that a sweep would take now, 0 where none is due. */
export const sweepAhead = Effect.fnUntraced(function* (owner: AthleteId | undefined) {
  if (owner === undefined) return 0
  const cursor = yield* due(owner)
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
  const cursor = yield* due(owner)
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
  needs: { activities, athlete, details, gear, stats, streams, zones },
  run: ({ athlete: owner, ...earlier }) => sweepOnce(owner, earlier),
  recall: () => Effect.succeedSome({ swept: false }),
})
