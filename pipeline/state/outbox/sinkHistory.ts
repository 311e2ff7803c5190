/** Identity, generation and reconciliation of each sink, as the state file last knew them. */
import { Schema } from "effect"
import type { Generation, SinkName } from "../../../sinks/Sink.ts"
import { stateFactsIn } from "../file/backup.ts"
import type { StateDatabase } from "../file/Database.ts"
import { deleteMetaIn, metaIn, setMetaIn } from "../file/meta.ts"
import { row } from "../file/rows.ts"

const identityKey = (sink: SinkName) => `sink ${sink}`
const generationKey = (sink: SinkName) => `generation ${sink}`
const reconciledKey = (sink: SinkName) => `reconciled ${sink}`

const MetaRow = row({ key: Schema.String, value: Schema.String })

/** Returns the identity of each sink that has been used, by its name: see `recordIdentityIn`. */
export const identitiesIn = (db: StateDatabase): ReadonlyMap<string, string> =>
  new Map(
    db.all(MetaRow, `select key, value from meta where key like 'sink %'`)
      .map(({ key, value }) => [key.slice("sink ".length), value]),
  )

/** Returns the identity of a sink; undefined if it has not been used. */
export const identityIn = (db: StateDatabase, sink: SinkName): string | undefined =>
  metaIn(db, identityKey(sink))

/**
 * Inside a transaction: records the identity of a sink, such as its directory or database. If it differs from the
 * recorded one, deletes what the ledger says about the old sink and returns the number of items.
 */
export const recordIdentityIn = (db: StateDatabase, sink: SinkName, identity: string): number => {
  const known = identityIn(db, sink)
  if (known === identity) return 0
  setMetaIn(db, identityKey(sink), identity)
  deleteMetaIn(db, generationKey(sink))
  return known === undefined ? 0 : db.run(`delete from landed where sink = ?`, sink)
}

/** Age of a sink compared with the state file. */
export type SinkAge = "older" | "newer"

/** Inside a transaction: records that the sink and the state file agree at this generation. */
export const recordGenerationIn = (
  db: StateDatabase,
  sink: SinkName,
  generation: number,
): void => {
  if (metaIn(db, generationKey(sink)) !== String(generation)) {
    setMetaIn(db, generationKey(sink), String(generation))
  }
}

/**
 * Returns `older` if the sink is older than the state file (it was restored or recreated), `newer` if something
 * wrote to it that this state file does not know of, and undefined if they agree.
 */
export const generationDrift = (
  db: StateDatabase,
  sink: SinkName,
  { found }: Generation,
): SinkAge | undefined => {
  const known = metaIn(db, generationKey(sink))
  if (known === undefined || known === String(found)) return undefined
  return found < Number(known) ? "older" : "newer"
}

/** Inside a transaction: records that the ledger was updated from the sink, because they disagreed. */
export const recordReconciledIn = (db: StateDatabase, sink: SinkName, epoch: number): void =>
  setMetaIn(db, reconciledKey(sink), String(epoch))

/** Version of a sink as this state file knows it. Proofs of `verify` count only for the same version. */
export interface Lineage {
  /** Epoch of the last run that used the state file: lower in a restored backup. */
  readonly epoch: number
  /** Text that changes when the state file or the sink is replaced. */
  readonly identity: string
}

export const lineageIn = (db: StateDatabase, sink: SinkName): Lineage => {
  const { epoch, pipelineId } = stateFactsIn(db)
  const parts = [pipelineId, metaIn(db, reconciledKey(sink)), identityIn(db, sink)]
  return { epoch, identity: JSON.stringify(parts) }
}
