/**
 * Full sync (`--sweep`): reads the full list again when it is due. It uses the quota that new activities
 * leave and never waits; the next run reads the pages that are left.
 */
import { Clock, Effect, Option } from "effect"
import type { AthleteId } from "../../schemas/Athlete.ts"
import type { Planned, StageAhead } from "./StageAhead.ts"
import { StateFile } from "../state/StateFile.ts"
import { Quota } from "../strava/quota/Quota.ts"
import { lists } from "./activities.ts"
import { fullSyncSchedule } from "./lists/fullSync.ts"
import { beginList, type Cursor, pagesOf, readPages } from "./lists/listing.ts"

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

/** Plans a full sync with the quota that the other stages leave. */
export const sweepAhead = Effect.fnUntraced(function* ({ ends, full, left, owner }: Planned) {
  if (owner === undefined || full || ends === Infinity) return { requests: 0 } satisfies StageAhead
  const cursor = yield* due(owner, ends)
  if (Option.isNone(cursor)) return { requests: 0 } satisfies StageAhead
  const { whole } = yield* lists(owner)
  const { listed } = yield* (yield* StateFile).lists.known(owner)
  const pages = Math.max(whole?.pages ?? 0, pagesOf(listed))
  const wanted = Math.max(1, pages - ((cursor.value.page ?? 1) - 1))
  return { requests: Math.min(wanted, left), wanted } satisfies StageAhead
})

/** True if the quota allows another request now, without a wait. */
const isLeft = Effect.map(
  Effect.flatMap(Quota, (quota) => quota.snapshot),
  ({ day, quarter }) => quarter.used < quarter.cap && day.used < day.cap,
)

/**
 * Reads the full list if it is due, as far as the quota allows. Runs `fetch` once it is read to its end, so
 * that late uploads and crops are part of this run.
 */
export const fullSync = Effect.fn("sweep")(
  function* <E, R>(owner: AthleteId, fetch: Effect.Effect<unknown, E, R>) {
    const cursor = yield* due(owner, yield* Clock.currentTimeMillis)
    if (Option.isNone(cursor)) return { swept: false }
    const { page } = yield* readPages(owner, "sweep", cursor.value, isLeft)
    if (page !== null) return { swept: false }
    yield* fetch
    return { swept: true }
  },
)
