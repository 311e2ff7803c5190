/**
 * Activities: every activity Strava lists, page by page to an empty one: a short page is not the last.
 * `before` is fixed when a listing begins, so that a new activity cannot shift the pages under it.
 */
import { Clock, Effect, Option, Schema } from "effect"
import type { AthleteId } from "../../schemas/Athlete.ts"
import { Delivery } from "../Delivery.ts"
import { notify } from "../Progress.ts"
import { RunOptions } from "../RunOptions.ts"
import { RunTally } from "../RunTally.ts"
import * as Stage from "../Stage.ts"
import { StateFile } from "../state/StateFile.ts"
import { Quota } from "../strava/Quota.ts"
import { pageSize, Strava } from "../strava/Strava.ts"
import { hasStranger, readPage } from "./activityPage.ts"
import { athlete, confirmAthlete } from "./athlete.ts"

/** How far a listing has come; `page` is the next, null when an empty page has been seen. */
const Cursor = Schema.Struct({
  before: Schema.Int,
  page: Schema.NullOr(Schema.Int),
  listed: Schema.Int,
  /** Of a whole list: its pages, with the empty one; more than its length tells, since some are short. */
  pages: Schema.optionalKey(Schema.Int),
  /** When the work began that this listing is part of: see `StateFile.began`. */
  began: Schema.Finite,
})
type Cursor = typeof Cursor.Type

/** A listing left for longer than this, in seconds, is begun anew: it knows nothing of what came since. */
const worthFinishing = 24 * 60 * 60

const begin = Effect.gen(function* () {
  const now = Math.max(yield* Clock.currentTimeMillis, yield* (yield* Quota).serverTime)
  const { began } = yield* StateFile
  return { before: Math.ceil(now / 1_000), page: 1, listed: 0, began: yield* began }
})

const cursorOf = (owner: AthleteId) =>
  Effect.map(
    Effect.flatMap(StateFile, (state) => state.cursor(owner, "activities")),
    Schema.decodeUnknownOption(Cursor),
  )

/** The list that an earlier run left, if this run may go on with it. */
const leftBehind = Effect.fnUntraced(function* (owner: AthleteId, fresh: Cursor) {
  const state = yield* StateFile
  const { force, retryQuarantined } = yield* RunOptions
  const left = yield* cursorOf(owner)
  // What could not be read is seen again only where it is listed again.
  const unread = retryQuarantined &&
    (yield* state.counts).quarantined.some(({ nextTry, resource }) =>
      resource === "activities" && nextTry === null
    )
  // A run that goes on with another's work also goes on with its list, if that is whole already.
  return Option.filter(
    left,
    ({ before, began, page }) =>
      !force && !unread && fresh.before - before < worthFinishing &&
      (page !== null || began === fresh.began),
  )
})

/** What the list would cost now, and what is known of its length. */
export interface ListAhead {
  readonly requests: number
  /** Activities on it as far as known. */
  readonly known: number
  /** Whether it has been read to its end. */
  readonly whole: boolean
}

/**
 * What the stage would ask for now if all goes well, with `assumed` activities on the list, where more is
 * not known: every page, and the empty one that ends it.
 */
export const listAhead = Effect.fnUntraced(function* (owner: AthleteId | undefined, assumed = 0) {
  const pagesOf = (count: number) => Math.ceil(count / pageSize) + 1
  if (owner === undefined) return { requests: pagesOf(assumed), known: 0, whole: false }
  const state = yield* StateFile
  const { all, unreadable } = yield* state.ahead(owner, "activities", 0)
  const left = yield* cursorOf(owner)
  const whole = Option.isSome(left) && left.value.page === null
  const known = whole ? left.value.listed + unreadable : all
  const usable = yield* leftBehind(owner, yield* begin)
  const page = Option.match(usable, { onNone: () => 1, onSome: ({ page }) => page })
  const before = Option.match(left, { onNone: () => 0, onSome: ({ pages }) => pages ?? 0 })
  const pages = Math.max(assumed > known ? pagesOf(assumed) : 0, before || pagesOf(known))
  const requests = page === null && assumed <= known ? 0 : Math.max(1, pages - ((page ?? 1) - 1))
  return { requests, known, whole } satisfies ListAhead
})

const list = Effect.fn("activities.list")(function* (owner: AthleteId) {
  const state = yield* StateFile
  const strava = yield* Strava
  const delivery = yield* Delivery
  const tally = yield* RunTally
  const { force } = yield* RunOptions

  const fresh: Cursor = yield* begin
  let cursor = Option.getOrElse(yield* leftBehind(owner, fresh), () => fresh)
  const seen = new Set<string>()
  let verified = false

  for (let page = cursor.page; page !== null; page = cursor.page) {
    const answer = yield* strava.activities({ before: cursor.before, page })
    if (!verified && hasStranger(owner, answer.json)) {
      yield* confirmAthlete(owner)
      verified = true
    }
    const { arrivals, marks } = readPage(owner, answer)
    const ids = [...arrivals.map(({ item }) => item.id), ...marks.map(({ id }) => id)]
    // A page with nothing new on it: the end, or a server that does not know `page`.
    const last = ids.every((id) => seen.has(id))
    for (const id of ids) seen.add(id)
    cursor = {
      ...cursor,
      began: fresh.began,
      page: last ? null : page + 1,
      listed: cursor.listed + arrivals.length,
      ...(last && { pages: page }),
    }
    const key = { athlete: owner, resource: "activities" } as const
    const figures = yield* state.checkpoint({
      arrivals,
      marks,
      again: force,
      begins: page === 1 ? key : undefined,
      ends: last ? key : undefined,
      cursor: { athlete: owner, stage: "activities", value: cursor },
    })
    const quarantined = marks.filter(({ status }) => status === "quarantined").length
    const skipped = marks.filter(({ status }) => status === "skipped").length
    yield* tally.add("activities", { ...figures, quarantined })
    yield* tally.add("streams", { skipped })
    yield* delivery.offer("activities", arrivals.length)
    yield* notify({ _tag: "Advanced", stage: "activities", done: cursor.listed, total: undefined })
  }
  // The list is whole: tables that are rewritten whole are rewritten now, once.
  yield* delivery.flush
  return { listed: cursor.listed }
})

export const activities = Stage.make({
  name: "activities",
  needs: { athlete },
  run: ({ athlete }) => list(athlete),
  recall: ({ athlete }) => Effect.map(cursorOf(athlete), Option.map(({ listed }) => ({ listed }))),
})
