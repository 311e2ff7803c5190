/**
 * Activities: every activity Strava lists, page by page to an empty one: a short page is not the last.
 * `before` is fixed when a listing begins, so that a new activity cannot shift the pages under it.
 */
import { Clock, Effect, Option, Schema } from "effect"
import { startOf, SummaryActivity } from "../../schemas/Activity.ts"
import type { AthleteId } from "../../schemas/Athlete.ts"
import { elementsOf } from "../../schemas/Json.ts"
import { Delivery } from "../Delivery.ts"
import { notify } from "../Progress.ts"
import { RunOptions } from "../RunOptions.ts"
import { RunTally } from "../RunTally.ts"
import * as Stage from "../Stage.ts"
import { itemFrom } from "../state/item.ts"
import type { Arrival } from "../state/arrive.ts"
import type { Mark } from "../state/checkpoint.ts"
import { StateFile } from "../state/StateFile.ts"
import { Quota } from "../strava/Quota.ts"
import { type Answer, Strava } from "../strava/Strava.ts"
import { athlete, confirmAthlete } from "./athlete.ts"

/** How far a listing has come; `page` is the next, null when an empty page has been seen. */
const Cursor = Schema.Struct({
  before: Schema.Int,
  page: Schema.NullOr(Schema.Int),
  listed: Schema.Int,
  /** When the work began that this listing is part of: see `StateFile.began`. */
  began: Schema.Finite,
})
type Cursor = typeof Cursor.Type

/** A listing left for longer than this, in seconds, is begun anew: it knows nothing of what came since. */
const worthFinishing = 24 * 60 * 60

const decode = Schema.decodeUnknownOption(SummaryActivity)

interface Page {
  readonly arrivals: ReadonlyArray<Arrival>
  readonly marks: ReadonlyArray<Mark>
}

/** Read one page; what cannot be read is set aside as it came, and the rest of the page lands. */
const readPage = (owner: AthleteId, { json, receivedAt, text }: Answer): Page => {
  const arrivals: Array<Arrival> = []
  const marks: Array<Mark> = []
  const values = json as ReadonlyArray<unknown>
  elementsOf(text).forEach((element, i) => {
    const activity = decode(values[i])
    if (Option.isNone(activity)) {
      marks.push(unreadable(owner, element, values[i], receivedAt))
      return
    }
    const id = String(activity.value.id)
    const start = startOf(activity.value)
    const key = { athlete: owner, id }
    arrivals.push({
      item: itemFrom({ ...key, resource: "activities" }, element, receivedAt),
      start,
    })
    marks.push(
      activity.value.manual === true
        ? {
          ...key,
          resource: "streams",
          start,
          status: "skipped",
          reason: "entered by hand: no samples",
        }
        : { ...key, resource: "streams", start, status: "listed" },
    )
  })
  return { arrivals, marks }
}

const issueOf = (element: string): string => {
  const result = Schema.decodeUnknownResult(SummaryActivity)(JSON.parse(element))
  return result._tag === "Failure" ? result.failure.message.replaceAll(/\s+/g, " ") : "unreadable"
}

/** A name of its own where it has no id that can be used, so that the ledger can name it. */
const nameOf = (value: unknown, hash: string): string => {
  const id = typeof value === "object" && value !== null && "id" in value ? value.id : undefined
  return Number.isSafeInteger(id) && Number(id) > 0 ? String(id) : `unreadable-${hash.slice(0, 16)}`
}

const unreadable = (
  owner: AthleteId,
  element: string,
  value: unknown,
  receivedAt: number,
): Mark => {
  const key = { athlete: owner, resource: "activities" } as const
  const item = itemFrom({ ...key, id: "" }, element, receivedAt)
  const id = nameOf(value, item.hash)
  const reason = issueOf(element)
  return { ...key, id, start: 0, status: "quarantined", reason, item: { ...item, id } }
}

/** Whether the page holds an activity of another athlete. */
const hasStranger = (owner: AthleteId, values: unknown): boolean =>
  (values as ReadonlyArray<unknown>)
    .map((value) => Option.getOrUndefined(decode(value))?.athlete?.id)
    .some((id) => id !== undefined && id !== null && id !== owner)

const begin = Effect.gen(function* () {
  const now = Math.max(yield* Clock.currentTimeMillis, yield* (yield* Quota).serverTime)
  const { began } = yield* StateFile
  return { before: Math.ceil(now / 1_000), page: 1, listed: 0, began: yield* began }
})

const list = Effect.fn("activities.list")(function* (owner: AthleteId) {
  const state = yield* StateFile
  const strava = yield* Strava
  const delivery = yield* Delivery
  const tally = yield* RunTally
  const { force } = yield* RunOptions

  const left = Schema.decodeUnknownOption(Cursor)(yield* state.cursor(owner, "activities"))
  const fresh = yield* begin
  // A run that goes on with another's work also goes on with its list, if that is whole already.
  const usable = Option.filter(
    left,
    ({ before, began, page }) =>
      !force && fresh.before - before < worthFinishing && (page !== null || began === fresh.began),
  )
  let cursor: Cursor = Option.getOrElse(usable, () => fresh)
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
    }
    const figures = yield* state.checkpoint({
      arrivals,
      marks,
      again: force,
      begins: page === 1 ? { athlete: owner, resource: "activities" } : undefined,
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
  recall: ({ athlete }) =>
    Effect.gen(function* () {
      const cursor = Schema.decodeUnknownOption(Cursor)(
        yield* (yield* StateFile).cursor(athlete, "activities"),
      )
      return Option.map(cursor, ({ listed }) => ({ listed }))
    }),
})
