/** What the ledger and the sinks say of the same items, side by side. */
import type { AthleteId } from "../../../schemas/Athlete.ts"
import type { Resource } from "../../../schemas/Item.ts"
import type { Kept } from "../../../sinks/Sink.ts"
import type { SqlRow, StateDatabase } from "../file/Database.ts"
import { itemOf } from "../outbox/outbox.ts"

export interface ItemVersions {
  readonly id: string
  readonly had: {
    readonly status: string
    readonly hash: string | null
    readonly start: number
    readonly tries: number
    readonly updated: number
  } | undefined
  /** The hash that each sink has taken, as the ledger knows. */
  readonly landed: ReadonlyMap<string, string>
  readonly pending: ReadonlyMap<string, string>
  /** What each sink holds now; undefined where it holds it and cannot tell the hash. */
  readonly held: ReadonlyMap<string, string | undefined>
  /** The answer that waits for a sink, if it is whole; for its text see `waitingIn`. */
  readonly staged: Omit<Kept, "text"> | undefined
  /** The sinks that were looked at. */
  readonly open: ReadonlySet<string>
}

interface Page {
  readonly athlete: AthleteId
  readonly resource: Resource
  /** The ids after this one, in the order of text. */
  readonly after: string
  readonly limit: number
  readonly open: ReadonlySet<string>
}

const hashes = (rows: ReadonlyArray<SqlRow>) =>
  new Map(rows.map(({ hash, sink }) => [String(sink), hash === null ? undefined : String(hash)]))

const known = (rows: ReadonlyArray<SqlRow>) =>
  new Map(rows.map(({ hash, sink }) => [String(sink), String(hash)]))

type Key = readonly [athlete: AthleteId, resource: Resource, id: string]

/** The staged answer of an item, if a sink waits for it and it is whole. */
export const undeliveredIn = (
  db: StateDatabase,
  [athlete, resource, id]: Key,
): Kept | undefined => {
  const row = db.all(
    `select athlete, id, hash, fetched_at, body from staged
       where athlete = ?1 and resource = ?2 and id = ?3 and exists (select 1 from pending
         where athlete = ?1 and resource = ?2 and id = ?3 and pending.hash = staged.hash)`,
    athlete,
    resource,
    id,
  )[0]
  return row === undefined ? undefined : itemOf(row, resource)
}

const withoutText = (kept: Kept | undefined) =>
  kept === undefined ? undefined : { id: kept.id, hash: kept.hash, fetchedAt: kept.fetchedAt }

/** The next ids, and a look at each that is not as the ledger says already. */
export const comparePage = (db: StateDatabase, { after, athlete, limit, open, resource }: Page) => {
  const ids = db.all(
    `select id from (
       select id from (select distinct id from temp.held where resource = ?1 and id > ?2
         order by id limit ?3)
       union
       select id from (select id from item where athlete = ?4 and resource = ?1 and id > ?2
         order by id limit ?3))
     order by id limit ?3`,
    resource,
    after,
    limit,
    athlete,
  ).map(({ id }) => String(id))
  const looks = ids.map((id): ItemVersions => {
    const key = [athlete, resource, id] as const
    const item = db.all(
      `select status, hash, start, tries, updated from item
         where athlete = ? and resource = ? and id = ?`,
      ...key,
    )[0]
    return {
      id,
      open,
      had: item === undefined ? undefined : {
        status: String(item["status"]),
        hash: item["hash"] === null ? null : String(item["hash"]),
        start: Number(item["start"]),
        tries: Number(item["tries"]),
        updated: Number(item["updated"]),
      },
      landed: known(
        db.all(
          `select sink, hash from landed where athlete = ? and resource = ? and id = ?`,
          ...key,
        ),
      ),
      pending: known(
        db.all(
          `select sink, hash from pending where athlete = ? and resource = ? and id = ?`,
          ...key,
        ),
      ),
      held: hashes(
        db.all(`select sink, hash from temp.held where resource = ? and id = ?`, resource, id),
      ),
      staged: withoutText(undeliveredIn(db, key)),
    }
  })
  return { ids, looks: looks.filter((look) => !agrees(look)) }
}

/** Strava no longer has it, and no sink holds another answer than the last that was known. */
export const isDeleted = ({ had, held }: ItemVersions): boolean =>
  had?.status === "deleted" &&
  [...held.values()].every((hash) => hash === undefined || hash === had.hash || hash === "")

/**
 * It was purged, and what a sink holds was received before that: it has come back with a copy of the sink.
 */
export const isPurged = ({ had }: ItemVersions, texts: ReadonlyArray<Kept>): boolean =>
  had?.status === "purged" && texts.every(({ fetchedAt }) => fetchedAt <= had.updated)

/** Every sink holds what the ledger says, and nothing waits. */
const agrees = ({ had, held, landed, open, pending, staged }: ItemVersions): boolean =>
  had !== undefined && (had.status === "deleted" || had.status === "purged") && held.size === 0 ||
  had !== undefined && staged === undefined && pending.size === 0 &&
    (had.hash === null
      ? had.status !== "delivered" && had.status !== "staged" && held.size === 0 &&
        landed.size === 0
      : had.status === "delivered" &&
        [...open].every((sink) =>
          held.has(sink) && landed.get(sink) === had.hash &&
          (held.get(sink) ?? had.hash) === had.hash
        ))
