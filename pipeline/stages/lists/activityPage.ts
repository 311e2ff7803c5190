/**
 * Reads one page of Strava's list: its activities, the items to fetch for them, and entries that
 * cannot be read.
 */
import { Option, Predicate, Schema } from "effect"
import { SentId, startOf, SummaryActivity } from "../../../schemas/Activity.ts"
import { type AthleteId, SentAthleteId } from "../../../schemas/Athlete.ts"
import { isDecimalId } from "../../../schemas/Item.ts"
import { elementsOf, idIn, onOneLine } from "../../../schemas/json/Json.ts"
import { maybe } from "../../../schemas/open.ts"
import type { Arrival } from "../../state/outbox/stage.ts"
import type { LedgerMark } from "../../state/outbox/checkpoint.ts"
import { reasons } from "../../state/ledger/reasons.ts"
import { summaryFacts } from "../../state/ledger/activityFacts.ts"
import { itemFrom } from "../../../schemas/json/ParsedItem.ts"
import type { ParsedResponse } from "../../strava/ParsedResponse.ts"

const decode = Schema.decodeUnknownOption(SummaryActivity)

/** True if `id` is a possible id at Strava: a positive whole number of 64 bits. */
const isInt64 = (id: string): boolean => isDecimalId(id) && BigInt(id) < 2n ** 63n

interface Page {
  readonly arrivals: ReadonlyArray<Arrival>
  readonly marks: ReadonlyArray<LedgerMark>
}

/**
 * Reads one page. An entry without a usable id is quarantined as sent; it does not affect the
 * others.
 */
export const readPage = (
  owner: AthleteId,
  { json, receivedAt, text }: ParsedResponse,
  /** Number of the list: see `ActivityFacts`. */
  list: number,
  /** True if it is not the first list, so that its new activities were uploaded since the last one. */
  late: boolean,
): Page => {
  const arrivals: Array<Arrival> = []
  const marks: Array<LedgerMark> = []
  const values = json as ReadonlyArray<unknown>
  elementsOf(text).forEach((element, i) => {
    const activity = decode(values[i])
    const id = idIn(element, values[i])
    if (Option.isNone(activity) || id === undefined || !isInt64(id)) {
      marks.push(unreadable(owner, element, values[i], receivedAt, list))
      return
    }
    const start = startOf(activity.value)
    const key = { athlete: owner, id }
    arrivals.push({
      item: itemFrom(
        { ...key, resource: "activities" },
        onOneLine(element),
        receivedAt,
        () => values[i],
      ),
      start,
      json: values[i],
      facts: summaryFacts(activity.value, list, late),
    })
    marks.push(
      activity.value.manual === true
        ? {
          ...key,
          resource: "streams",
          start,
          status: "skipped",
          reason: reasons.manual,
        }
        : {
          ...key,
          resource: "streams",
          start,
          status: "listed",
          ...(late && { reason: reasons.uploadedLate }),
        },
    )
  })
  return { arrivals, marks }
}

const issueOf = (value: unknown): string => {
  if (value === undefined) return "it is not JSON"
  const result = Schema.decodeUnknownResult(SummaryActivity)(value)
  return result._tag === "Failure"
    ? result.failure.message.replaceAll(/\s+/g, " ")
    : "its id is not a 64-bit number"
}

const unreadable = (
  owner: AthleteId,
  element: string,
  value: unknown,
  receivedAt: number,
  list: number,
): LedgerMark => {
  const key = { athlete: owner, resource: "activities" } as const
  const item = itemFrom({ ...key, id: "" }, element, receivedAt)
  // An id of our own, so that the ledger can store the entry.
  const id = `unreadable-${item.hash.slice(0, 16)}`
  const reason = issueOf(value)
  const start = Predicate.isReadonlyObject(value) ? startOf(value) : 0
  return { ...key, id, start, status: "quarantined", reason, item: { ...item, id }, list }
}

/** Fields of an activity that name its athlete. */
const decodeOwned = Schema.decodeUnknownOption(
  Schema.Struct({
    id: SentId,
    athlete: maybe(Schema.Struct({ id: maybe(SentAthleteId) })),
  }),
)

/** True if the page holds an activity of another athlete. */
export const hasStranger = (owner: AthleteId, values: unknown): boolean =>
  (values as ReadonlyArray<unknown>)
    .map((value) => Option.getOrUndefined(decodeOwned(value))?.athlete?.id)
    .some((id) => id !== undefined && id !== null && id !== owner)
