/** Step 5 of the protocol, inside one transaction: items, ledger, outbox and cursor. */
import type { AthleteId } from "../../schemas/Athlete.ts"
import type { Item, ItemKey } from "../../schemas/Item.ts"
import type { SinkName } from "../../sinks/Sink.ts"
import { type Arrival, arrive, awaited, keep, letGo, type Tally } from "./arrive.ts"
import type { Database } from "./Database.ts"

/** What one answer of Strava's brings: all of it is committed, or nothing. */
export interface Checkpoint {
  readonly arrivals?: ReadonlyArray<Arrival>
  readonly marks?: ReadonlyArray<Mark>
  /** Deliver what has arrived also to sinks that hold it already. */
  readonly again?: boolean
  /** A listing of these items begins with this checkpoint. */
  readonly begins?: Omit<ItemKey, "id"> | undefined
  /** Where a listing goes on; null once it is complete. */
  readonly cursor?: { readonly athlete: AthleteId; readonly stage: string; readonly value: unknown }
}

/** A ledger entry without an answer: listed for later, or a result that is no data. */
export interface Mark extends ItemKey {
  readonly status: "listed" | "absent" | "quarantined" | "skipped"
  readonly start: number
  readonly reason?: string
  /** Of what is set aside: when it may be asked for again, in milliseconds since 1970. */
  readonly nextTry?: number
  /** What cannot be read is kept as it came. */
  readonly item?: Item
}

/**
 * A listing begins: what the one before could not read will be seen again, or is gone.
 */
const forgetUnreadable = (db: Database, { athlete, resource }: Omit<ItemKey, "id">) => {
  const unreadable = db.all(
    `select id, hash from item where athlete = ? and resource = ? and status = 'quarantined'
       and tries > 0`,
    athlete,
    resource,
  )
  for (const row of unreadable) {
    const key = { athlete, resource, id: String(row["id"]) }
    db.run(
      row["hash"] === null
        ? `delete from item where athlete = ? and resource = ? and id = ?`
        : `update item set status = 'delivered', reason = null, tries = 0
             where athlete = ? and resource = ? and id = ?`,
      athlete,
      resource,
      key.id,
    )
    if (row["hash"] === null) letGo(db, key)
  }
}

/** What is only listed or skipped never takes back what is known; a result of asking does. */
const mark = (db: Database, { athlete, resource, id, ...mark }: Mark, now: number) => {
  if (mark.item !== undefined && !awaited(db, mark.item)) keep(db, mark.item)
  const asked = mark.status === "absent" || mark.status === "quarantined"
  db.run(
    `insert into item (athlete, resource, id, status, start, reason, tries, next_try, updated)
       values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
     on conflict do update set status = ?4, start = ?5, reason = ?6, tries = tries + ?7,
       next_try = ?8, updated = ?9
     where ?7 = 1 or (status in ('listed', 'skipped') and (status, start) is not (?4, ?5))`,
    athlete,
    resource,
    id,
    mark.status,
    mark.start,
    mark.reason ?? null,
    asked ? 1 : 0,
    mark.nextTry ?? null,
    now,
  )
}

/** Apply `checkpoint` inside the running transaction, for the sinks of this run. */
export const checkpointIn = (
  db: Database,
  sinks: ReadonlyArray<SinkName>,
  { again = false, arrivals = [], marks = [], begins, cursor }: Checkpoint,
  now: number,
): Tally => {
  const tally = { fresh: 0, changed: 0, known: 0 }
  if (begins !== undefined) forgetUnreadable(db, begins)
  for (const arrival of arrivals) tally[arrive(db, sinks, arrival, now, again)]++
  for (const entry of marks) mark(db, entry, now)
  if (cursor !== undefined) {
    db.run(
      `insert or replace into cursor values (?, ?, ?)`,
      cursor.athlete,
      cursor.stage,
      JSON.stringify(cursor.value),
    )
  }
  return tally
}
