/** Tables of `verified.db`, the cache of proofs. */
import { Schema } from "effect"
import { existsSync, rmSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import type { Resource } from "../../schemas/Item.ts"
import { openSync } from "../../sinks/files/regularFile.ts"
import type { SinkName } from "../../sinks/Sink.ts"
import { row, rowReader } from "../state/file/rows.ts"
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

/** Version of the tables. A file of another version is created again. */
const layout = 1

const layoutOf1 = `
  create table sink (name text primary key, identity text not null, epoch integer not null)
    strict, without rowid;
  create table proof (
    sink text not null, resource text not null, id text not null,
    digest blob not null, at integer not null, uneven text,
    primary key (sink, resource, id)
  ) strict, without rowid;
  pragma user_version = ${layout};
`

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
const VersionRow = row({ user_version: Schema.Int })

const readerOf = (db: DatabaseSync) => rowReader((sql) => db.prepare(sql))

/** True if the proofs of the sink count: the sink and the state file were not replaced since. */
const isOurs = (tables: ProofTables, sink: ProvenSink): boolean => {
  const { db } = tables
  const found = readerOf(db).first(
    SinkRow,
    `select identity, epoch from sink where name = ?`,
    sink.name,
  )
  return found !== undefined && found.identity === identityOf(tables, sink) &&
    found.epoch <= sink.lineage.epoch
}

const versionIn = (db: DatabaseSync): number | undefined =>
  readerOf(db).first(VersionRow, "pragma user_version")?.user_version

/** Opens the file read-only; undefined if it does not exist or has another version. */
export const openProofs = (file: string): DatabaseSync | undefined => {
  if (!existsSync(file)) return undefined
  const db = new DatabaseSync(file, { readOnly: true })
  if (versionIn(db) === layout) return db
  db.close()
  return undefined
}

/** Opens the file for writing. Replaces a file that cannot be read, because it is only a cache. */
export const makeProofs = (file: string): DatabaseSync => {
  const open = () => {
    // The journal of SQLite gets the permissions of the file.
    openSync(file, { create: true, write: true, mode: 0o600 }).close()
    const db = new DatabaseSync(file)
    try {
      const found = versionIn(db)
      // After a power failure the file might be damaged; it is then created again.
      db.exec("pragma synchronous = off")
      if (found === 0) db.exec(`begin immediate; ${layoutOf1} commit`)
      return found === 0 || found === layout ? db : undefined
    } catch (error) {
      db.close()
      const unreadable = error instanceof Error && "errcode" in error &&
        (error.errcode === 11 || error.errcode === 26)
      if (unreadable) return undefined
      throw error
    }
  }
  const first = open()
  if (first !== undefined) return first
  for (const end of ["", "-journal"]) rmSync(file + end, { force: true })
  const second = open()
  if (second === undefined) throw new Error("it cannot be created")
  return second
}

/** Returns the proofs of a sink, by id. */
export const readProofs = (
  tables: ProofTables,
  sink: ProvenSink,
  resource: Resource,
): ReadonlyMap<string, ItemProof> => {
  if (!isOurs(tables, sink)) return new Map()
  const rows = readerOf(tables.db).all(
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
  db.exec("begin immediate")
  try {
    if (!isOurs(tables, sink)) db.prepare(`delete from proof where sink = ?`).run(name)
    db.prepare(`insert or replace into sink values (?, ?, ?)`)
      .run(name, identityOf(tables, sink), sink.lineage.epoch)
    const earlier = readerOf(db).all(
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
    db.exec("commit")
  } catch (error) {
    if (db.isTransaction) db.exec("rollback")
    throw error
  }
}
