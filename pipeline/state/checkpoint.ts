/** Step 5 of the protocol, inside one transaction: items, ledger, outbox and cursor. */
import { gzipSync } from "node:zlib"
import type { AthleteId } from "../../schemas/Athlete.ts"
import type { Item, ItemKey } from "../../schemas/Item.ts"
import type { SinkName } from "../../sinks/Sink.ts"
import type { Database } from "./Database.ts"

/** An item that has arrived, and when its activity began (milliseconds since 1970), its place in order. */
export interface Arrival {
  readonly item: Item
  readonly start: number
}

/** What one answer of Strava's brings: all of it is committed, or nothing. */
export interface Checkpoint {
  readonly arrivals?: ReadonlyArray<Arrival>
  readonly marks?: ReadonlyArray<Mark>
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

/** How many of a checkpoint's items were new, changed since last time, or known already. */
export interface Tally {
  readonly fresh: number
  readonly changed: number
  readonly known: number
}

/** Staged answers live for seconds: speed matters more than the last byte. */
const compress = (text: string) => gzipSync(text, { level: 1 })

const lacking = (db: Database, sinks: ReadonlyArray<SinkName>, { item }: Arrival) =>
  sinks.filter((sink) => {
    const has = db.all(
      `select hash from landed where athlete = ? and resource = ? and id = ? and sink = ?`,
      item.athlete,
      item.resource,
      item.id,
      sink,
    )[0]?.["hash"]
    const refused = db.all(
      `select hash from pending where sink = ? and resource = ? and athlete = ? and id = ?
         and reason is not null`,
      sink,
      item.resource,
      item.athlete,
      item.id,
    )[0]?.["hash"]
    return has !== item.hash && refused !== item.hash
  })

const keep = (db: Database, { athlete, resource, id, hash, fetchedAt, text }: Item) =>
  db.run(
    `insert or replace into staged values (?, ?, ?, ?, ?, ?)`,
    athlete,
    resource,
    id,
    hash,
    fetchedAt,
    compress(text),
  )

const stage = (db: Database, sinks: ReadonlyArray<SinkName>, { item, start }: Arrival) => {
  const { athlete, resource, id, hash } = item
  keep(db, item)
  for (const sink of sinks) {
    db.run(
      `insert or replace into pending values (?, ?, ?, ?, ?, ?, ?, null)`,
      sink,
      resource,
      athlete,
      id,
      hash,
      item.text.length,
      start,
    )
  }
}

type Outcome = keyof Tally

const arrive = (
  db: Database,
  sinks: ReadonlyArray<SinkName>,
  arrival: Arrival,
  now: number,
): Outcome => {
  const { item: { athlete, resource, id, hash }, start } = arrival
  const had = db.all(
    `select hash from item where athlete = ? and resource = ? and id = ?`,
    athlete,
    resource,
    id,
  )[0]
  const outcome = had === undefined || had["hash"] === null
    ? "fresh"
    : had["hash"] === hash
    ? "known"
    : "changed"
  const wanting = lacking(db, sinks, arrival)
  if (wanting.length > 0) stage(db, wanting, arrival)
  const open = db.all(
    `select max(reason is null) as waits, max(reason) as reason from pending
       where athlete = ? and resource = ? and id = ? and hash = ?`,
    athlete,
    resource,
    id,
    hash,
  )[0]
  const status = open?.["waits"] === 1
    ? "staged"
    : open?.["waits"] === 0
    ? "quarantined"
    : "delivered"
  db.run(
    `insert into item (athlete, resource, id, status, start, hash, updated)
       values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
     on conflict do update set status = ?4, start = ?5, hash = ?6, tries = 0, next_try = null,
       reason = case when ?4 = 'quarantined' then reason end, updated = ?7
     where status <> ?4 or start <> ?5 or hash is not ?6`,
    athlete,
    resource,
    id,
    status,
    start,
    hash,
    now,
  )
  return outcome
}

/** What is only listed or skipped never takes back what is known; a result of asking does. */
const mark = (db: Database, { athlete, resource, id, ...mark }: Mark, now: number) => {
  if (mark.item !== undefined) keep(db, mark.item)
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
  { arrivals = [], marks = [], cursor }: Checkpoint,
  now: number,
): Tally => {
  const tally = { fresh: 0, changed: 0, known: 0 }
  for (const arrival of arrivals) tally[arrive(db, sinks, arrival, now)]++
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
