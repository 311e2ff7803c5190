/** Results of requests: what becomes of the item, the items to store, and the work that follows. */
import { Clock, Effect } from "effect"
import { contentOf, contentOfScan, isComparableResource } from "../../../schemas/content/content.ts"
import type { Item } from "../../../schemas/Item.ts"
import { itemFrom } from "../../../schemas/json/ParsedItem.ts"
import { isResource } from "../../../schemas/resources.ts"
import { checkAfter, judgeResponse } from "../../stages/items/completeness.ts"
import { faultOf } from "../../stages/items/fetchItems.ts"
import { readPage } from "../../stages/lists/activityPage.ts"
import { nextTryAfter } from "../../state/ledger/quarantine.ts"
import { reasons } from "../../state/ledger/reasons.ts"
import type { PendingItem } from "../../state/ledger/todo.ts"
import { withheld } from "../../strava/errors.ts"
import type { ParsedResponse } from "../../strava/ParsedResponse.ts"
import type { StravaError } from "../../strava/StravaError.ts"
import type { KnownItem } from "./known.ts"
import { type ItemResult, type Work, workClass, type WorkGrant } from "./grants.ts"

/** Resource of pages of the list of activities; their ids are the numbers of the pages. */
export const listResource = "list"

/** Result of a request. */
export interface Fetched {
  readonly result: ItemResult
  readonly items: ReadonlyArray<Item>
  readonly work: ReadonlyArray<Work>
}

/** Returns a result without items. */
export const only = (result: ItemResult): Fetched => ({ result, items: [], work: [] })

const minute = 60_000

/** Returns the milliseconds from `now` to a time; undefined if there is none. */
const until = (time: number | null, now: number) =>
  time === null ? undefined : Math.max(minute, time - now)

/** Reads a page: activities to store, and the streams and the next page to fetch. */
const readList = (grant: WorkGrant, known: KnownItem, response: ParsedResponse): Fetched => {
  const { arrivals, marks } = readPage(grant.athlete, response, 0, false)
  const page = Number(grant.id)
  const streams = marks.filter(({ resource, status }) =>
    resource === "streams" && status === "listed"
  ).map(({ id, start }) => ({ id, start }))
  // The first page is the newest, and has what an event announced; an empty one is the last.
  const hasNext = arrivals.length > 0 && known.class !== workClass.event
  return {
    result: { status: "stored" },
    items: arrivals.map(({ item }) => item),
    work: [
      { resource: "streams", class: workClass.history, items: streams },
      ...(hasNext
        ? [{
          resource: listResource,
          class: workClass.list,
          items: [{ id: String(page + 1), start: -page }],
        }]
        : []),
    ],
  }
}

/** Reads a response whose content the summary lets us judge: one that falls short is requested again. */
const readComparable = (
  resource: "streams" | "details",
  known: PendingItem,
  item: Item,
  response: ParsedResponse,
): Fetched => {
  const { receivedAt, scan } = response
  const content = scan === undefined ? contentOf(resource, response.json) : contentOfScan(scan)
  if (resource === "streams" && Object.keys(content).length === 0 && known.hash === null) {
    const { checks, recheck } = checkAfter(known, "empty", receivedAt)
    const again = until(recheck, receivedAt)
    return only({ status: "absent", reason: reasons.noSamples, checks, again })
  }
  const judged = judgeResponse(resource, known, content, receivedAt)
  return {
    result: {
      status: "stored",
      checks: judged.checks,
      again: until(judged.recheck, receivedAt),
      ...(judged.keep === "new" && { hash: item.hash }),
    },
    items: judged.keep === "new" ? [item] : [],
    work: [],
  }
}

/** Reads the response to a request of a grant. */
export const readResponse = (
  grant: WorkGrant,
  known: KnownItem,
  response: ParsedResponse,
): Fetched => {
  const { athlete, id, resource } = grant
  if (resource === listResource) return readList(grant, known, response)
  if (!isResource(resource)) return only({ status: "quarantined", reason: "unknown resource" })
  const fault = resource === "athlete" || response.scan !== undefined
    ? undefined
    : faultOf(resource as Parameters<typeof faultOf>[0], id, response)
  if (fault !== undefined) return only({ status: "quarantined", reason: fault })
  const item = itemFrom({ athlete, resource, id }, response.text, response.receivedAt)
  return isComparableResource(resource)
    ? readComparable(resource, known, item, response)
    : { result: { status: "stored", hash: item.hash }, items: [item], work: [] }
}

/** Returns the result of a 404. A stored response stays. */
export const missing = Effect.fnUntraced(function* (known: PendingItem) {
  const now = yield* Clock.currentTimeMillis
  const { checks, recheck } = checkAfter(known, "404", now)
  return only({
    status: typeof known.hash === "string" ? "stored" : "absent",
    reason: reasons.notAvailable,
    checks,
    again: until(recheck, now),
  })
})

/** Returns what becomes of an item whose request failed. */
export const failed = Effect.fnUntraced(function* (error: StravaError, tries: number) {
  const now = yield* Clock.currentTimeMillis
  const reason = withheld(error)
  if (reason !== undefined) return only({ status: "skipped", reason })
  if (error._tag === "LimitReached" || error._tag === "DeadlineReached") {
    const end = error._tag === "LimitReached" ? error.until : 0
    return only({ status: "listed", again: Math.max(1_000, end - now) })
  }
  if (error._tag === "Unreachable") {
    const again = minute * 2 ** Math.min(tries, 8)
    return only({ status: "quarantined", reason: error.detail, again })
  }
  const detail = "detail" in error && typeof error.detail === "string"
    ? error.detail
    : error.message
  return only({ status: "quarantined", reason: detail, again: nextTryAfter(tries + 1, now) - now })
})
