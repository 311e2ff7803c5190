/** Grants: requests that `take_work` has reserved for an item, and what becomes of the item. */
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { AthleteId } from "../../../schemas/Athlete.ts"

/** A reserved request. Its number is the fence: only the newest grant of an item can write its result. */
export interface WorkGrant {
  readonly athlete: AthleteId
  readonly resource: string
  readonly id: string
  readonly grant: number
}

/** Classes of work: announced by an event, lists, and history. The first is requested first. */
export const workClass = { event: 1, list: 2, history: 3 } as const
type WorkClass = typeof workClass[keyof typeof workClass]

/** Work to list: items of one resource, with the start of the activity of each, in milliseconds since 1970. */
export interface Work {
  readonly resource: string
  readonly class: WorkClass
  readonly items: ReadonlyArray<{ readonly id: string; readonly start: number }>
}

interface GrantRow {
  readonly athlete_id: string | number | bigint
  readonly resource: string
  readonly id: string
  readonly grant_no: string | number | bigint
}

const grantFrom = ({ athlete_id, grant_no, id, resource }: GrantRow): WorkGrant => ({
  athlete: Number(athlete_id) as AthleteId,
  resource,
  id,
  grant: Number(grant_no),
})

/** Reserves up to `n` requests; returns the items to request. */
export const takeWork = (n: number) =>
  SqlClient.use((sql) => sql<GrantRow>`select * from fleet.take_work(${n}::int)`).pipe(
    Effect.map((rows) => rows.map(grantFrom)),
  )

/** Returns the grants whose result is not there yet, oldest first. */
export const openGrants = SqlClient.use((sql) =>
  sql<GrantRow>`select athlete_id, resource, id, grant_no from fleet.item
    where status = 'granted' order by grant_no`
).pipe(Effect.map((rows) => rows.map(grantFrom)))

/** True if the request of the grant may be sent now. */
export const claimGrant = Effect.fnUntraced(
  function* ({ athlete, grant, id, resource }: WorkGrant) {
    const sql = yield* SqlClient
    const [found] = yield* sql<{ ok: boolean }>`select fleet.claim_work(
    ${athlete}::bigint, ${resource}, ${id}, ${grant}::bigint) as ok`
    return found?.ok === true
  },
)

/** Lists work of an athlete. */
export const addWork = Effect.fnUntraced(function* (
  athlete: AthleteId,
  { class: workClass, items, resource }: Work,
) {
  if (items.length === 0) return
  const sql = yield* SqlClient
  yield* sql`select fleet.add_work(${athlete}::bigint, ${resource},
    (select array_agg(x->>'id' order by o) from json_array_elements(${
    JSON.stringify(items)
  }::json) with ordinality as e(x, o)), ${workClass}::smallint,
    (select array_agg(to_timestamp((x->>'start')::float8 / 1000) order by o)
      from json_array_elements(${JSON.stringify(items)}::json) with ordinality as e(x, o)))`
})

/** Result of a request for an item. */
export interface ItemResult {
  readonly status: "stored" | "absent" | "skipped" | "quarantined" | "listed"
  readonly reason?: string | undefined
  /** Hash of the stored response. */
  readonly hash?: string | undefined
  /** Milliseconds until the next request; absent if there is none. */
  readonly again?: number | undefined
  /** Number of responses in a row that fell short. */
  readonly checks?: number | undefined
}

/** Writes the result of a grant; false if the item was granted again, so that nothing of it may be written. */
export const endGrant = Effect.fnUntraced(function* (
  { athlete, grant, id, resource }: WorkGrant,
  result: ItemResult,
) {
  const sql = yield* SqlClient
  const [ended] = yield* sql<{ ok: boolean }>`select fleet.end_grant(
    ${athlete}::bigint, ${resource}, ${id}, ${grant}::bigint, ${
    JSON.stringify(result)
  }::text::jsonb) as ok`
  return ended?.ok === true
})
