/** Completeness of stored responses: their content, what they lack, and when they are checked again. */
import { Option, Schema } from "effect"
import {
  type Amounts,
  contentOf,
  isComparableResource,
  shortfall,
} from "../../../schemas/content/content.ts"
import { sourceOf } from "../../../schemas/export/source.ts"
import type { Item, ItemKey, Resource } from "../../../schemas/Item.ts"
import type { StateDatabase } from "../file/Database.ts"
import { hasKnownResource, row } from "../file/rows.ts"
import { isOfApi } from "../sources/sourceColumn.ts"
import { quarantineDay } from "./quarantine.ts"

const decodeAmounts = Schema.decodeUnknownOption(
  Schema.fromJsonString(Schema.Record(Schema.String, Schema.Finite)),
)

/** Decodes the amounts of a column; undefined if there are none. */
export const amountsIn = (column: unknown): Amounts | undefined =>
  Option.getOrUndefined(decodeAmounts(column))

/** False if no run since version 5 has opened the file. */
export const hasComparison = (db: StateDatabase): boolean =>
  db.has(`select 1 from pragma_table_info('item') where name = 'recheck'`)

/** Names of what a response lacks, and the next request for it. */
export interface Shortage {
  /** Names of what the summary claims and the response lacks; empty if it is complete. */
  readonly lacks: ReadonlyArray<string>
  /** Number of responses in a row that fell short. */
  readonly checks: number
  /** Time of the next request, in milliseconds since 1970; null if there is none. */
  readonly recheck: number | null
}

/** Content of a response, and what it lacks. */
export interface ContentCheck extends Shortage {
  readonly has: Amounts
}

/** Returns the names as one text for the column `lacks`; null if empty. */
export const joinLacks = (lacks: ReadonlyArray<string>) =>
  lacks.length === 0 ? null : lacks.join(",")

/** Inside a transaction: records that a response without claims in a summary has arrived. */
export const recordComplete = (db: StateDatabase, { athlete, id, resource }: ItemKey): void =>
  void db.run(
    `update item set lacks = null, recheck = null
       where athlete = ? and resource = ? and id = ? and lacks is not null`,
    athlete,
    resource,
    id,
  )

/** Inside a transaction: records the scope of the request, also of one without a response. */
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

const namesIn = (column: string | null): ReadonlyArray<string> => column?.split(",") ?? []

/** Inside a transaction: records the content of the response that has just arrived. */
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

const ClaimsRow = row({ claims: Schema.NullOr(Schema.String) })

/**
 * Inside a transaction: records the content of an adopted response of the API. One that falls short is fetched
 * again after a day, so that `plan` shows it first.
 */
export const recordAdopted = (db: StateDatabase, item: Item, now: number): void => {
  const { athlete, id, resource, text } = item
  if (!isComparableResource(resource)) return
  if (sourceOf(item) === "export") return
  const summary = db.first(
    ClaimsRow,
    `select claims from summary where athlete = ? and id = ?`,
    athlete,
    id,
  )
  const has = contentOf(resource, JSON.parse(text))
  const lacks = shortfall(resource, amountsIn(summary?.claims) ?? {}, has)
  const recheck = lacks.length === 0 ? null : now + quarantineDay
  recordContent(db, item, { has, lacks, checks: 0, recheck })
}

/** Names of content that a response can lack although no summary claims it. */
const beyondClaims: ReadonlySet<string> = new Set([
  "samples",
  "less",
  "segments",
  "laps",
  "content",
  "scope",
])

const ContentRow = row({
  resource: Schema.Literals(["streams", "details"]),
  hash: Schema.NullOr(Schema.String),
  has: Schema.NullOr(Schema.String),
  lacks: Schema.NullOr(Schema.String),
})

/** Claims of an activity's summary on the last list, and on the list before. */
interface Claims {
  readonly now: Amounts
  readonly before: Amounts | undefined
}

/**
 * Inside a transaction: marks the responses that lack something that the summary now claims, once per change. If
 * the content of a response is unknown, only a new claim marks it.
 */
export const recordClaims = (
  db: StateDatabase,
  { athlete, id }: ItemKey,
  claims: Claims,
  now: number,
): void => {
  const rows = db.all(
    ContentRow,
    `select resource, hash, has, lacks from item where athlete = ? and id = ?
       and resource in ('streams', 'details') and status in ('staged', 'delivered', 'absent')
       and ${isOfApi}`,
    athlete,
    id,
  )
  for (const { has, hash, lacks: stored, resource } of rows) {
    const content = hash === null ? {} : amountsIn(has)
    const known = namesIn(stored)
    const lacks = [
      ...shortfall(resource, claims.now, content ?? claims.before ?? claims.now),
      ...known.filter((name) => beyondClaims.has(name)),
    ]
    const before = hash === null ? shortfall(resource, claims.before ?? claims.now, {}) : known
    const gained = lacks.some((name) => !before.includes(name))
    if (!gained && (content === undefined || hash === null)) continue
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

/** A response that is incomplete or not available yet. */
export interface Incomplete {
  readonly resource: Resource
  readonly id: string
  readonly lacks: ReadonlyArray<string>
  /** Time of the next request, in milliseconds since 1970; null if there is none. */
  readonly nextTry: number | null
}

const IncompleteRow = row({
  resource: Schema.String,
  id: Schema.String,
  lacks: Schema.NullOr(Schema.String),
  recheck: Schema.NullOr(Schema.Int),
})

/** Returns the incomplete responses: first those that are fetched again, newest first, then the others. */
export const incompleteIn = (db: StateDatabase): ReadonlyArray<Incomplete> =>
  !hasComparison(db) ? [] : db.all(
    IncompleteRow,
    `select resource, id, lacks, recheck from item
       where (lacks is not null and status in ('staged', 'delivered', 'quarantined'))
         or (recheck is not null and status in ('listed', 'staged', 'delivered', 'absent'))
       order by recheck is null, start desc, id`,
  ).filter(hasKnownResource).map(({ id, lacks, recheck, resource }) => ({
    resource,
    id,
    lacks: namesIn(lacks),
    nextTry: recheck,
  }))
