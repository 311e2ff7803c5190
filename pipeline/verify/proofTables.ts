/** The tables of `verified.db`, and what is read and written in them. */
import { existsSync, rmSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import type { Resource } from "../../schemas/Item.ts"
import { openSync } from "../../sinks/files/regularFile.ts"
import type { SinkName } from "../../sinks/Sink.ts"
import type { Lineage } from "../state/outbox/sinkHistory.ts"

/** Proof that an item of a sink agreed with its response. */
export interface ItemProof {
  /** Digest of the response that it was made from, and of its version in the sink. */
  readonly digest: string
  /** Time of the verification that read it, in milliseconds since 1970. */
  readonly at: number
  /** Streams of the response that are not of one length, in words; null if all are. */
  readonly uneven: string | null
}

/** The sink that proofs are of, as the state file knows it now. */
export interface ProvenSink {
  readonly name: SinkName
  readonly lineage: Lineage
}

/** The tables, for one version of the program. Proofs of another do not count, because it might compare differently. */
interface ProofTables {
  readonly db: DatabaseSync
  readonly version: string
}

/** Raised when the tables change. A file of another version is made again. */
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

const isOurs = (tables: ProofTables, sink: ProvenSink): boolean => {
  const { db } = tables
  const found = db.prepare(`select identity, epoch from sink where name = ?`).get(sink.name)
  return found !== undefined && found["identity"] === identityOf(tables, sink) &&
    Number(found["epoch"]) <= sink.lineage.epoch
}

const versionIn = (db: DatabaseSync): number =>
  Number(db.prepare("pragma user_version").get()?.["user_version"])

/** Opens the file to read it; undefined if there is none, or it is of another version. */
export const openProofs = (file: string): DatabaseSync | undefined => {
  if (!existsSync(file)) return undefined
  const db = new DatabaseSync(file, { readOnly: true })
  if (versionIn(db) === layout) return db
  db.close()
  return undefined
}

/** Opens the file to write to it. Replaces one that cannot be read, because it is only a cache. */
export const makeProofs = (file: string): DatabaseSync => {
  const open = () => {
    // SQLite gives its journal the permissions of the file.
    openSync(file, { create: true, write: true, mode: 0o600 }).close()
    const db = new DatabaseSync(file)
    try {
      const found = versionIn(db)
      // After a loss of power the file may be damaged, and is then made again.
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

/** The proofs of a sink, by id. */
export const readProofs = (
  tables: ProofTables,
  sink: ProvenSink,
  resource: Resource,
): ReadonlyMap<string, ItemProof> => {
  if (!isOurs(tables, sink)) return new Map()
  const rows = tables.db.prepare(
    `select id, lower(hex(digest)) as digest, at, uneven from proof where sink = ? and resource = ?`,
  ).all(sink.name, resource)
  return new Map(rows.map(({ at, digest, id, uneven }) => [String(id), {
    digest: String(digest),
    at: Number(at),
    uneven: uneven === null ? null : String(uneven),
  }]))
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
    const ids = db.prepare(`select id from proof where sink = ? and resource = ?`)
      .all(name, resource).map(({ id }) => String(id))
    for (const id of ids) if (!kept.has(id) && !proven.has(id)) remove.run(name, resource, id)
    for (const [id, { digest, uneven }] of proven) {
      add.run(name, resource, id, digest, Math.floor(now), uneven)
    }
    db.exec("commit")
  } catch (error) {
    if (db.isTransaction) db.exec("rollback")
    throw error
  }
}
