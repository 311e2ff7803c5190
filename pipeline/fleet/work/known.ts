/** Facts about an item before its request, derived from the ledger and the stored responses. */
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { claimsOf, contentOf, isComparableResource } from "../../../schemas/content/content.ts"
import type { Resource } from "../../../schemas/resources.ts"
import { storedResponses } from "../../../sinks/postgres/read/readBack.ts"
import { postgresTable } from "../../../sinks/postgres/write/tables.ts"
import type { PendingItem } from "../../state/ledger/todo.ts"
import type { WorkGrant } from "./grants.ts"

/** An item as stages see one, with the class of its work. */
export interface KnownItem extends PendingItem {
  readonly class: number
}

interface KnownRow {
  readonly class: number
  readonly tries: number
  readonly checks: number
  readonly start: number
  readonly hash: string | null
}

/** Returns the stored response of an item, parsed; undefined if there is none. */
const storedOf = Effect.fnUntraced(function* ({ athlete, id }: WorkGrant, resource: Resource) {
  const sql = yield* SqlClient
  const [found] = yield* storedResponses(sql, postgresTable(resource), [id], athlete)
  return found === undefined ? undefined : JSON.parse(found.text) as Record<string, unknown>
})

/** Returns the item of a grant as stages see an item to fetch; streams and details with what their summary claims. */
export const knownItem = Effect.fnUntraced(function* (grant: WorkGrant) {
  const { athlete, id, resource } = grant
  const sql = yield* SqlClient
  const [row] = yield* sql<KnownRow>`
    select class::int, tries, checks, hash, (1000 * extract(epoch from start))::float8 as start from fleet.item
    where athlete_id = ${athlete}::bigint and resource = ${resource} and id = ${id}`
  const { checks = 0, class: ofClass = 0, hash = null, start = 0, tries = 0 } = row ?? {}
  const item: KnownItem = { id, start, tries, checks, hash, class: ofClass }
  if (!isComparableResource(resource)) return item
  const summary = yield* storedOf(grant, "activities")
  const before = hash === null ? undefined : yield* storedOf(grant, resource)
  const elapsed = Number(summary?.["elapsed_time"] ?? 0)
  return {
    ...item,
    claims: summary === undefined ? {} : claimsOf(summary),
    has: before === undefined ? undefined : contentOf(resource, before),
    ended: start + elapsed * 1_000,
  } satisfies KnownItem
})
