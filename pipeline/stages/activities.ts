/**
 * Activities: the first run reads the full list, newest first. Later runs are incremental: they read the last
 * weeks, and the stage `sweep` reads the full list again when it is due.
 */
import { Clock, Effect, Option } from "effect"
import type { AthleteId } from "../../schemas/Athlete.ts"
import type { Planned, StageAhead } from "./StageAhead.ts"
import { RunOptions } from "./RunOptions.ts"
import * as Stage from "./Stage.ts"
import { StateFile } from "../state/StateFile.ts"
import { listRequest, Refused, Unreachable, UnreadableResponse } from "../strava/errors.ts"
import { Quota } from "../strava/quota/Quota.ts"
import { athleteStage } from "./athlete.ts"
import {
  beginList,
  type Cursor,
  cursorOf,
  type FullList,
  pagesOf,
  readPages,
} from "./lists/listing.ts"

/** Age in seconds from which an unfinished list starts again, because it lacks all later activities. */
const worthFinishing = 24 * 60 * 60

/** Returns the last list that was read to its end, by either stage, and the highest number of a list. */
export const lists = Effect.fnUntraced(function* (owner: AthleteId) {
  const left = Option.getOrUndefined(yield* cursorOf(owner, "activities"))
  const sweep = Option.getOrUndefined(yield* cursorOf(owner, "sweep"))
  const now = Math.max(yield* Clock.currentTimeMillis, yield* (yield* Quota).serverTime)
  const [whole] = [left?.whole, sweep?.whole]
    .filter((one): one is FullList => one !== undefined)
    // Times of a clock that was ahead count last.
    .sort((a, b) => Number(a.ended > now) - Number(b.ended > now) || b.ended - a.ended)
  return { left, sweep, whole, number: Math.max(left?.number ?? 0, sweep?.number ?? 0) }
})

/** True if unreadable items must be listed again, which only a whole list does. */
const hasUnread = Effect.gen(function* () {
  const { retryQuarantined } = yield* RunOptions
  if (!retryQuarantined) return false
  return (yield* (yield* StateFile).counts).quarantined.some(({ nextTry, resource }) =>
    resource === "activities" && nextTry === null
  )
})

/** Returns the list that this run reads: one that an earlier run left unfinished, or a new one. */
const listOf = Effect.fnUntraced(function* (owner: AthleteId) {
  const state = yield* StateFile
  const { allowDeletions, force, overlap } = yield* RunOptions
  const { left, number, whole } = yield* lists(owner)
  const all = force || (yield* hasUnread)
  const { newest } = yield* state.lists.known(owner)
  const complete = all || allowDeletions !== undefined || whole === undefined ||
    newest === undefined
  // With a clock that is ahead, an activity that is dated in the future would count as the newest.
  const latest = Math.min(newest ?? 0, yield* (yield* Quota).serverTime)
  const after = complete ? undefined : Math.max(0, Math.floor((latest - overlap) / 1_000))
  const fresh: Cursor = { ...(yield* beginList(after, number)), ...(whole && { whole }) }
  // A run that continues the work of another uses its list even if that was read to its end.
  const usable = left !== undefined && !all &&
    (left.after === undefined || !complete) &&
    fresh.opened - left.opened < worthFinishing &&
    (left.page !== null || left.began === fresh.began)
  return usable ? { ...left, began: fresh.began } : fresh
})

/**
 * Returns the requests for the list if all goes well, with `assumed` activities at Strava unless more are
 * known: one for each page, and one for the empty page that ends it.
 */
const listAhead = Effect.fnUntraced(function* (owner: AthleteId | undefined, assumed: number) {
  if (owner === undefined) {
    return { requests: pagesOf(assumed), list: { known: 0, whole: false, full: true } }
  }
  const state = yield* StateFile
  const { purged, unreadable, ...ahead } = yield* state.pendingCounts(owner, "activities", 0)
  const all = ahead.all + purged
  const { whole } = yield* lists(owner)
  const known = whole === undefined ? all : Math.max(all, whole.listed + unreadable)
  const more = Math.max(0, assumed - known)
  const { after, page, pages = 0 } = yield* listOf(owner)
  const expected = after === undefined
    ? Math.max(more > 0 ? pagesOf(assumed) : 0, whole?.pages ?? pages, pagesOf(known))
    : pagesOf(more + (yield* state.lists.countSince(owner, after * 1_000)))
  const requests = page === null ? 0 : Math.max(1, expected - (page - 1))
  const full = after === undefined && requests > 0
  return { requests, list: { known, whole: whole !== undefined, full } }
})

/** Plans the stage: a list that brings lost activities back is read to its end. */
const activitiesAhead = Effect.fnUntraced(function* ({ again, assumed, owner }: Planned) {
  const ahead = yield* listAhead(owner, assumed)
  if (again.activities === 0) return ahead satisfies StageAhead
  return {
    requests: Math.max(ahead.requests, pagesOf(ahead.list.known)),
    list: { ...ahead.list, full: true },
  } satisfies StageAhead
})

/**
 * True of an error that does not concern the sign-in, the limits or this machine: only a page
 * fails.
 */
const isOfPage = (error: unknown): boolean =>
  (error instanceof UnreadableResponse || error instanceof Refused ||
    (error instanceof Unreachable && error.hasResponse)) &&
  error.request.startsWith(listRequest)

/** Activities that were listed before a page failed get their streams and details. */
export const activitiesStage = Stage.make({
  name: "activities",
  needs: { athlete: athleteStage },
  run: Effect.fnUntraced(function* ({ athlete: owner }) {
    const { listed } = yield* readPages(
      owner,
      "activities",
      yield* listOf(owner),
      Effect.succeed(true),
    )
    return { listed }
  }),
  ahead: activitiesAhead,
  salvage: ({ athlete }, error) =>
    Effect.map(
      isOfPage(error) ? cursorOf(athlete, "activities") : Effect.succeedNone,
      Option.flatMap(({ listed, page }) =>
        page !== null && page > 1 ? Option.some({ listed }) : Option.none()
      ),
    ),
  recall: ({ athlete }) =>
    Effect.map(cursorOf(athlete, "activities"), Option.map(({ listed }) => ({ listed }))),
})
