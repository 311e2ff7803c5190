/** Completeness of stored responses, inside a transaction: what each one contains, lacks, and when to check. */
import { Option, Schema } from "effect"
import { type Amounts, type Comparable, contentOf, shortfall } from "../../../schemas/content.ts"
import type { ItemKey, Resource } from "../../../schemas/Item.ts"
import type { StateDatabase } from "../file/Database.ts"
import { quarantineDay } from "./quarantine.ts"

const decodeAmounts = Schema.decodeUnknownOption(
  Schema.fromJsonString(Schema.Record(Schema.String, Schema.Finite)),
)

/** Amounts out of a column; undefined if it has none. */
export const amountsIn = (column: unknown): Amounts | undefined =>
  Option.getOrUndefined(decodeAmounts(column))

/** False of a file that no run of this version has opened yet. */
export const hasComparison = (db: StateDatabase): boolean =>
  db.all(`select 1 from pragma_table_info('item') where name = 'recheck'`).length > 0

/** Names of what a response lacks, and the next request for it. */
export interface Shortage {
  /** Names of what the summary claims and the response lacks; empty if it is complete. */
  readonly lacks: ReadonlyArray<string>
  /** Number of responses in a row that fell short. */
  readonly checks: number
  /** Time of the next request, in milliseconds since 1970; null if there is none. */
  readonly recheck: number | null
}

/** A response as it was judged. */
export interface ContentCheck extends Shortage {
  readonly has: Amounts
}

/** Names as they are stored. */
export const joinLacks = (lacks: ReadonlyArray<string>) =>
  lacks.length === 0 ? null : lacks.join(",")

/** Notes that a response has arrived that no summary says anything of. */
export const recordComplete = (db: StateDatabase, { athlete, id, resource }: ItemKey): void =>
  void db.run(
    `update item set lacks = null, recheck = null
       where athlete = ? and resource = ? and id = ? and lacks is not null`,
    athlete,
    resource,
    id,
  )

/** Notes the scope that the response, or the lack of one, was fetched with. */
export const recordScope = (
  db: StateDatabase,
  { athlete, id, resource }: ItemKey,
  scope: string,
): void =>
  void db.run(
    `update item set scope = ?4 where athlete = ?1 and resource = ?2 and id = ?3 and scope is not ?4`,
    athlete,
    resource,
    id,
    scope,
  )

const namesIn = (column: unknown): ReadonlyArray<string> =>
  typeof column === "string" ? column.split(",") : []

/** Notes how complete the response is that has just arrived. */
export const recordContent = (
  db: StateDatabase,
  { athlete, id, resource }: ItemKey,
  { checks, has, lacks, recheck }: ContentCheck,
): void =>
  void db.run(
    `update item set has = ?4, lacks = ?5, checks = ?6, recheck = ?7
       where athlete = ?1 and resource = ?2 and id = ?3
         and (has, lacks, checks, recheck) is not (?4, ?5, ?6, ?7)`,
    athlete,
    resource,
    id,
    JSON.stringify(has),
    joinLacks(lacks),
    checks,
    recheck,
  )

/**
 * Notes how complete a response is that only a sink held. If it falls short, it is fetched again a day later,
 * so that `plan` can tell.
 */
export const recordAdopted = (db: StateDatabase, key: ItemKey, text: string, now: number): void => {
  const { athlete, id, resource } = key
  if (resource !== "streams" && resource !== "details") return
  const row = db.all(`select claims from summary where athlete = ? and id = ?`, athlete, id)[0]
  const has = contentOf(resource, JSON.parse(text))
  const lacks = shortfall(resource, amountsIn(row?.["claims"]) ?? {}, has)
  const recheck = lacks.length === 0 ? null : now + quarantineDay
  recordContent(db, key, { has, lacks, checks: 0, recheck })
}

/** Names of what a response can lack that no summary claims: see `judge`. */
const beyondClaims: ReadonlySet<string> = new Set([
  "samples",
  "less",
  "segments",
  "laps",
  "content",
  "scope",
])

/** Claims of an activity's summary: those of the last list, and those of the list before. */
interface Claims {
  readonly now: Amounts
  readonly before: Amounts | undefined
}

/**
 * Queues what the summary claims now and the stored response lacks: once for each change. Of a response
 * of unknown content, only a claim that is new says so.
 */
export const recordClaims = (
  db: StateDatabase,
  { athlete, id }: ItemKey,
  claims: Claims,
  now: number,
): void => {
  const rows = db.all(
    `select resource, hash, has, lacks, recheck from item where athlete = ? and id = ?
       and resource in ('streams', 'details') and status in ('staged', 'delivered', 'absent')`,
    athlete,
    id,
  )
  for (const row of rows) {
    const resource = row["resource"] as Comparable
    const content = row["hash"] === null ? {} : amountsIn(row["has"])
    const known = namesIn(row["lacks"])
    const lacks = [
      ...shortfall(resource, claims.now, content ?? claims.before ?? claims.now),
      ...known.filter((name) => beyondClaims.has(name)),
    ]
    const before = row["hash"] === null
      ? shortfall(resource, claims.before ?? claims.now, {})
      : known
    const gained = lacks.some((name) => !before.includes(name))
    if (!gained && (content === undefined || row["hash"] === null)) continue
    if (!gained && joinLacks(lacks) === joinLacks(known)) continue
    db.run(
      `update item set lacks = ?4, checks = case when ?5 then 0 else checks end,
         recheck = case when ?5 then ?6 when ?4 is null then null else recheck end, updated = ?6
         where athlete = ?1 and resource = ?2 and id = ?3`,
      athlete,
      resource,
      id,
      joinLacks(lacks),
      gained ? 1 : 0,
      now,
    )
  }
}

/** A response that Strava sent incomplete, or not yet. */
export interface Incomplete {
  readonly resource: Resource
  readonly id: string
  readonly lacks: ReadonlyArray<string>
  /** Time of the next request, in milliseconds since 1970; null if it is kept as it is. */
  readonly nextTry: number | null
}

/** Returns what is incomplete: first what is fetched again, newest first, then what is kept as it is. */
export const incompleteIn = (db: StateDatabase): ReadonlyArray<Incomplete> =>
  !hasComparison(db) ? [] : db.all(
    `select resource, id, lacks, recheck from item
       where (lacks is not null and status in ('staged', 'delivered', 'quarantined'))
         or (recheck is not null and status in ('listed', 'staged', 'delivered', 'absent'))
       order by recheck is null, start desc, id`,
  ).map(({ id, lacks, recheck, resource }) => ({
    resource: resource as Resource,
    id: String(id),
    lacks: namesIn(lacks),
    nextTry: typeof recheck === "number" ? recheck : null,
  }))
