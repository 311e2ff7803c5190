/**
 * A list of activities, read page by page to an empty one: a short page is not the last. It has no upper
 * bound, because a wrong clock may have dated an activity in the future. So the pages can shift while they
 * are read: an activity that is added shows others twice, and one that is deleted hides others, which
 * `reconcileDeletions` requests by id if they are known and the next full sync finds if they are not.
 */
import { Clock, Effect, Schema } from "effect"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import { Delivery } from "../../delivery/Delivery.ts"
import { notify } from "../../base/Progress.ts"
import { RunOptions } from "../RunOptions.ts"
import { RunTally } from "../RunTally.ts"
import { StateFile } from "../../state/StateFile.ts"
import { listRequest, UnreadableResponse } from "../../strava/errors.ts"
import { Quota } from "../../strava/quota/Quota.ts"
import { pageSize, Strava } from "../../strava/Strava.ts"
import { hasStranger, readPage } from "./activityPage.ts"
import { confirmAthlete } from "../athlete.ts"
import { reconcileDeletions } from "./deletions.ts"
import { editsIn, editsResource } from "./edits.ts"

/** End and length of the last whole list. */
export const FullList = Schema.Struct({
  ended: Schema.Finite,
  listed: Schema.Int,
  pages: Schema.Int,
  /** Time when its first page was requested; absent in files of earlier versions. */
  opened: Schema.optionalKey(Schema.Finite),
})
export type FullList = typeof FullList.Type

/** Progress of a list. `page` is the next one; null once an empty page was read. */
export const Cursor = Schema.Struct({
  /** Seconds since 1970 when its first page was requested, by the later of the two clocks. */
  opened: Schema.Int,
  /** Seconds since 1970: the list is of activities that began after this; of all if it is absent. */
  after: Schema.optionalKey(Schema.Int),
  page: Schema.NullOr(Schema.Int),
  listed: Schema.Int,
  /** Number of pages of a finished list, with the empty one; can exceed the number that its length needs. */
  pages: Schema.optionalKey(Schema.Int),
  /** Start of the work that this list is part of: see `StateFile.began`. */
  began: Schema.Finite,
  /** Identifies a list; a later one has a higher number. */
  number: Schema.optionalKey(Schema.Finite),
  /** The last whole list up to then. */
  whole: Schema.optionalKey(FullList),
}).pipe(
  // Earlier versions stored the upper bound of the list, which was the same moment.
  Schema.encodeKeys({ opened: "before" }),
)
export type Cursor = typeof Cursor.Type

const encode = Schema.encodeSync(Cursor)

/** Pages of a list so long, with the empty one that ends it. */
export const pagesOf = (count: number): number => Math.ceil(count / pageSize) + 1

/** Name of a stored list. */
type ListName = "activities" | "sweep"

export const cursorOf = Effect.fnUntraced(function* (owner: AthleteId, name: ListName) {
  const value = yield* (yield* StateFile).cursor(owner, name)
  return Schema.decodeUnknownOption(Cursor)(value)
})

/** A list that begins now, of what began after `after` (seconds since 1970), with a number above `number`. */
export const beginList = Effect.fnUntraced(function* (after: number | undefined, number: number) {
  const now = yield* Clock.currentTimeMillis
  const serverNow = yield* (yield* Quota).serverTime
  return {
    opened: Math.floor(Math.max(now, serverNow) / 1_000),
    // An activity that is dated in the future must not hide those that begin before that.
    ...(after !== undefined && {
      after: Math.min(after, Math.floor(Math.min(now, serverNow) / 1_000) - 1),
    }),
    page: 1,
    listed: 0,
    began: yield* (yield* StateFile).workStarted,
    number: Math.max(Math.floor(now), number + 1),
  } satisfies Cursor
})

/** A page with more entries is no page: a server that ignores `per_page` sends the activities of one athlete. */
const mostListed = 50 * pageSize

/** Fails if a page is so long that storing it would take minutes: nothing of it is stored, and nothing lost. */
const ensurePage = Effect.fnUntraced(function* (page: number, json: unknown) {
  const length = Array.isArray(json) ? json.length : 0
  if (length <= mostListed) return
  return yield* new UnreadableResponse({
    request: `${listRequest} (page ${page})`,
    detail: `${length} entries, but at most ${pageSize} were requested`,
  })
})

/** Reads the list from `from` on, while `mayGoOn`; returns its progress. */
export const readPages = Effect.fn("listing.walk")(function* <E, R>(
  owner: AthleteId,
  name: ListName,
  from: Cursor,
  mayGoOn: Effect.Effect<boolean, E, R>,
) {
  const state = yield* StateFile
  const strava = yield* Strava
  const delivery = yield* Delivery
  const tally = yield* RunTally
  const { force, history } = yield* RunOptions

  let cursor = from
  const number = from.number ?? 0
  const seen = new Set<string>()
  let verified = false
  let repeats = false

  for (let page = cursor.page; page !== null; page = cursor.page) {
    if (!(yield* mayGoOn)) return cursor
    const answer = yield* strava.activities({ after: cursor.after, page })
    yield* ensurePage(page, answer.json)
    if (!verified && hasStranger(owner, answer.json)) {
      yield* confirmAthlete(owner)
      verified = true
    }
    const { arrivals, marks } = readPage(
      owner,
      answer,
      number,
      name === "sweep" || cursor.whole !== undefined,
    )
    const ids = [...arrivals.map(({ item }) => item.id), ...marks.map(({ id }) => id)]
    const added = arrivals.filter(({ item }) => !seen.has(item.id)).length
    const repeated = ids.every((id) => seen.has(id))
    // One page that repeats others: a page of activities was added meanwhile. Two: `page` is ignored.
    const last = ids.length === 0 || (repeated && repeats)
    repeats = repeated
    for (const id of ids) seen.add(id)
    const listed = cursor.listed + added
    cursor = {
      ...cursor,
      page: last ? null : page + 1,
      listed,
      ...(last && { pages: page }),
      ...(last && cursor.after === undefined &&
        {
          whole: {
            ended: yield* Clock.currentTimeMillis,
            listed,
            pages: page,
            opened: cursor.opened * 1_000,
          },
        }),
    }
    const listing = {
      athlete: owner,
      resource: "activities",
      after: cursor.after === undefined ? undefined : cursor.after * 1_000,
    } as const
    const edits = history ? yield* editsIn(owner, arrivals.map(({ item }) => item)) : []
    const figures = yield* state.checkpoint({
      arrivals: [...arrivals, ...edits.map((item) => ({ item, start: 0 }))],
      marks,
      again: force,
      begins: page === 1 ? listing : undefined,
      ends: last ? listing : undefined,
      cursor: { athlete: owner, stage: name, value: encode(cursor) },
    })
    const quarantined = marks.filter(({ status }) => status === "quarantined").length
    const skipped = marks.filter(({ status }) => status === "skipped").length
    yield* tally.add("activities", {
      ...figures,
      fresh: figures.fresh - edits.length,
      quarantined,
    })
    if (edits.length > 0) yield* tally.add(editsResource.name, { fresh: edits.length })
    yield* tally.add("streams", { skipped })
    yield* delivery.offer("activities", arrivals.length)
    if (edits.length > 0) yield* delivery.offer(editsResource.name, edits.length)
    yield* notify({ _tag: "Advanced", stage: name, done: cursor.listed, total: undefined })
  }
  yield* reconcileDeletions(owner, { number, after: cursor.after }, cursor.listed, mayGoOn)
  // The list is whole: tables that are rewritten whole are rewritten now, once.
  yield* delivery.flush
  return cursor
})
