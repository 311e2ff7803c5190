/** One granted request: it is sent, and its result and rows are committed in one transaction. */
import { Clock, Effect, Result, Schedule } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import type { Item } from "../../../schemas/Item.ts"
import { itemFrom } from "../../../schemas/json/ParsedItem.ts"
import { isResource } from "../../../schemas/resources.ts"
import { postgresTable } from "../../../sinks/postgres/write/tables.ts"
import { checkAfter } from "../../stages/items/completeness.ts"
import { faultOf } from "../../stages/items/fetchItems.ts"
import { stages } from "../../stages/all.ts"
import { readPage } from "../../stages/lists/activityPage.ts"
import { nextTryAfter } from "../../state/ledger/quarantine.ts"
import { reasons } from "../../state/ledger/reasons.ts"
import { withheld } from "../../strava/errors.ts"
import type { ParsedResponse } from "../../strava/ParsedResponse.ts"
import { Strava } from "../../strava/Strava.ts"
import type { StravaError } from "../../strava/StravaError.ts"
import { revokeAthlete } from "./revoke.ts"
import {
  addWork,
  claimGrant,
  endGrant,
  type ItemResult,
  type Work,
  workClass,
  type WorkGrant,
} from "./grants.ts"

/** Resource of pages of the list of activities; their ids are the numbers of the pages. */
export const listResource = "list"

/** Result of a request: what becomes of the item, the items to store, and the work that follows. */
interface Fetched {
  readonly result: ItemResult
  readonly items: ReadonlyArray<Item>
  readonly work: ReadonlyArray<Work>
}

const only = (result: ItemResult): Fetched => ({ result, items: [], work: [] })

/** Reads a page: activities to store, and the streams and the next page to fetch. */
const readList = (grant: WorkGrant, response: ParsedResponse): Fetched => {
  const { arrivals, marks } = readPage(grant.athlete, response, 0, false)
  const streams = marks.filter(({ resource, status }) =>
    resource === "streams" && status === "listed"
  )
  const page = Number(grant.id)
  const isFull = arrivals.length > 0
  return {
    result: { status: "stored" },
    items: arrivals.map(({ item }) => item),
    work: [
      {
        resource: "streams",
        class: workClass.history,
        items: streams.map(({ id, start }) => ({ id, start })),
      },
      ...(isFull
        ? [{
          resource: listResource,
          class: workClass.list,
          // The first page is the newest.
          items: [{ id: String(page + 1), start: -page }],
        }]
        : []),
    ],
  }
}

/** Reads the response to a request for one item. */
const readItem = (
  { athlete, id, resource }: WorkGrant,
  response: ParsedResponse,
): Fetched => {
  if (!isResource(resource)) {
    return only({ status: "quarantined", reason: "there is no such resource" })
  }
  const fault = resource === "athlete" || response.scan !== undefined
    ? undefined
    : faultOf(resource as Parameters<typeof faultOf>[0], id, response)
  if (fault !== undefined) return only({ status: "quarantined", reason: fault })
  const item = itemFrom({ athlete, resource, id }, response.text, response.receivedAt)
  return { result: { status: "stored", hash: item.hash }, items: [item], work: [] }
}

/** Returns the request for an item; none if Strava has none. */
const requestOf = ({ id, resource }: WorkGrant) =>
  Effect.gen(function* () {
    const strava = yield* Strava
    if (resource === listResource) {
      return Result.succeed(yield* strava.activities({ page: Number(id) }))
    }
    if (resource === "athlete") return Result.succeed(yield* strava.athlete)
    const stage = Object.values(stages).find(({ name }) => name === resource)
    if (stage === undefined || !("request" in stage)) return Result.fail("unknown" as const)
    const found = yield* strava.item(stage.request(id))
    return found._tag === "None" ? Result.fail("404" as const) : Result.succeed(found.value)
  })

const minute = 60_000

/** True if the athlete has withdrawn access: Strava accepts neither the token nor the refresh token. */
const isWithdrawn = ({ _tag }: StravaError) =>
  _tag === "RefreshTokenRefused" || _tag === "Unauthorized" || _tag === "NotConfigured"

/** Returns what becomes of an item whose request failed. */
const failureOf = Effect.fnUntraced(function* (error: StravaError, tries: number) {
  const now = yield* Clock.currentTimeMillis
  const reason = withheld(error)
  if (reason !== undefined) return only({ status: "skipped", reason })
  if (error._tag === "LimitReached" || error._tag === "DeadlineReached") {
    const until = error._tag === "LimitReached" ? error.until : 0
    return only({ status: "listed", again: Math.max(1_000, until - now) })
  }
  if (error._tag === "Unreachable") {
    return only({
      status: "quarantined",
      reason: error.detail,
      again: minute * 2 ** Math.min(tries, 8),
    })
  }
  const detail = "detail" in error && typeof error.detail === "string"
    ? error.detail
    : error.message
  return only({ status: "quarantined", reason: detail, again: nextTryAfter(tries + 1, now) - now })
})

/** Sends the request of a grant. */
const fetched = Effect.fnUntraced(function* (grant: WorkGrant, tries: number, start: number) {
  const answer = yield* requestOf(grant)
  if (Result.isFailure(answer)) {
    if (answer.failure === "unknown") {
      return only({ status: "quarantined", reason: "this version has no such resource" })
    }
    const now = yield* Clock.currentTimeMillis
    const { recheck } = checkAfter({ id: grant.id, start, tries }, "404", now)
    return only({
      status: "absent",
      reason: reasons.notAvailable,
      ...(recheck !== null && { again: Math.max(minute, recheck - now) }),
    })
  }
  return grant.resource === listResource
    ? readList(grant, answer.success)
    : readItem(grant, answer.success)
})

/** Writes the result, the rows and the work that follows, unless the grant has passed to another request. */
const commit = Effect.fnUntraced(function* (grant: WorkGrant, { items, result, work }: Fetched) {
  const sql = yield* SqlClient
  yield* sql.withTransaction(Effect.gen(function* () {
    if (!(yield* endGrant(grant, result))) return
    for (const [resource, group] of Map.groupBy(items, ({ resource }) => resource)) {
      const table = postgresTable(resource)
      const rows = group.flatMap((item) =>
        Result.match(table.row(item), {
          onFailure: () => [],
          onSuccess: (parameters) => [{ item, parameters }],
        })
      )
      for (const { parameters, text } of table.landing(rows)) yield* sql.unsafe(text, parameters)
    }
    for (const one of work) yield* addWork(grant.athlete, one)
  }))
})

/** A response has used quota, so it is kept while the database is down. */
const patiently = <A, R>(effect: Effect.Effect<A, SqlError, R>) =>
  Effect.retry(effect, { times: 30, schedule: Schedule.spaced("1 second") })

/**
 * Sends the request of a grant and commits its result. Does nothing if the grant has passed to another request. Fails
 * only if the database does.
 */
export const fetchGrant = Effect.fn("fleet.fetch")(
  function* (grant: WorkGrant) {
    if (!(yield* claimGrant(grant))) return
    const sql = yield* SqlClient
    const [known] = yield* sql<{ tries: number; start: number }>`
      select tries, (1000 * extract(epoch from start))::float8 as start from fleet.item
      where athlete_id = ${grant.athlete}::bigint and resource = ${grant.resource} and id = ${grant.id}`
    const { start = 0, tries = 0 } = known ?? {}
    const write = yield* fetched(grant, tries, start).pipe(
      Effect.catchIf(
        (error) => !isWithdrawn(error),
        (error) => failureOf(error, tries),
      ),
      Effect.match({
        onFailure: () => revokeAthlete(grant.athlete),
        onSuccess: (found) => commit(grant, found),
      }),
    )
    yield* patiently(write)
  },
  (effect, { grant, resource }) => Effect.annotateLogs(effect, { resource, grant }),
)
