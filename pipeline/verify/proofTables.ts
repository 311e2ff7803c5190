/** Tables of `verified.db`, the cache of proofs. */
import { Schema } from "effect"
import type { DatabaseSync } from "node:sqlite"
import type { Resource } from "../../schemas/Item.ts"
import type { SinkName } from "../../sinks/Sink.ts"
import { cacheReader, type CacheTables, inTransaction } from "../state/cacheDatabase.ts"
import { row } from "../state/file/rows.ts"
import type { Lineage } from "../state/outbox/sinkHistory.ts"

/** Proof that an item of a sink agreed with its response. */
export interface ItemProof {
  /** Digest of the response that it was made from, and of its version in the sink. */
  readonly digest: string
  /** Time of the verification that read it, in milliseconds since 1970. */
  readonly at: number
  /** Streams of unequal length, as text; null if all have one length. */
  readonly uneven: string | null
}

/** Sink of the proofs, as the state file knows it now. */
export interface ProvenSink {
  readonly name: SinkName
  readonly lineage: Lineage
}

/** Tables for one version of the program. Proofs of another version do not count, because it might compare differently. */
interface ProofTables {
  readonly db: DatabaseSync
  readonly version: string
}

export const proofTables: CacheTables = {
  version: 1,
  sql: `
    create table sink (name text primary key, identity text not null, epoch integer not null)
      strict, without rowid;
    create table proof (
      sink text not null, resource text not null, id text not null,
      digest blob not null, at integer not null, uneven text,
      primary key (sink, resource, id)
    ) strict, without rowid`,
}

const identityOf = ({ version }: ProofTables, { lineage }: ProvenSink): string =>
  `${version} ${lineage.identity}`

const SinkRow = row({ identity: Schema.String, epoch: Schema.Int })
const IdRow = row({ id: Schema.String })
const ProofRow = row({
  id: Schema.String,
  digest: Schema.String,
  at: Schema.Int,
  uneven: Schema.NullOr(Schema.String),
})

/** True if the proofs of the sink count: the sink and the state file were not replaced since. */
const isOurs = (tables: ProofTables, sink: ProvenSink): boolean => {
  const { db } = tables
  const found = cacheReader(db).first(
    SinkRow,
    `select identity, epoch from sink where name = ?`,
    sink.name,
  )
  return found !== undefined && found.identity === identityOf(tables, sink) &&
    found.epoch <= sink.lineage.epoch
}

/** Returns the proofs of a sink, by id. */
export const readProofs = (
  tables: ProofTables,
  sink: ProvenSink,
  resource: Resource,
): ReadonlyMap<string, ItemProof> => {
  if (!isOurs(tables, sink)) return new Map()
  const rows = cacheReader(tables.db).all(
    ProofRow,
    `select id, lower(hex(digest)) as digest, at, uneven from proof where sink = ? and resource = ?`,
    sink.name,
    resource,
  )
  return new Map(rows.map(({ id, ...proof }) => [id, proof]))
}

/** Proofs of a resource, which replace the earlier ones. */
export interface NewProofs {
  /** Ids of earlier proofs that stay. */
  readonly kept: ReadonlySet<string>
  readonly proven: ReadonlyMap<string, Omit<ItemProof, "at">>
}

export const writeProofs = (
  tables: ProofTables,
  sink: ProvenSink,
  resource: Resource,
  { kept, proven }: NewProofs,
  now: number,
): void => {
  const { db } = tables
  const { name } = sink
  const remove = db.prepare(`delete from proof where sink = ? and resource = ? and id = ?`)
  const add = db.prepare(
    `insert or replace into proof values (?, ?, ?, unhex(?), ?, ?)`,
  )
  inTransaction(db, () => {
    if (!isOurs(tables, sink)) db.prepare(`delete from proof where sink = ?`).run(name)
    db.prepare(`insert or replace into sink values (?, ?, ?)`)
      .run(name, identityOf(tables, sink), sink.lineage.epoch)
    const earlier = cacheReader(db).all(
      IdRow,
      `select id from proof where sink = ? and resource = ?`,
      name,
      resource,
    )
    for (const { id } of earlier) {
      if (!kept.has(id) && !proven.has(id)) remove.run(name, resource, id)
    }
    for (const [id, { digest, uneven }] of proven) {
      add.run(name, resource, id, digest, Math.floor(now), uneven)
    }
  })
}
