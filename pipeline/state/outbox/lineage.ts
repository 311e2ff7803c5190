/** The history of a sink as this state file knows it, for proofs that must not outlive it. */
import type { SinkName } from "../../../sinks/Sink.ts"
import type { StateDatabase } from "../file/Database.ts"
import { stateFactsIn } from "../file/backup.ts"
import { metaIn, setMetaIn } from "../file/meta.ts"

export interface Lineage {
  /** Last run that used the state file: lower in a copy from an earlier time. */
  readonly epoch: number
  /** Text that changes when the state file or the sink is replaced. */
  readonly identity: string
}

const key = (sink: SinkName) => `reconciled ${sink}`

/** Notes that the sink and the ledger were from different times. Must run inside a transaction. */
export const recordReconciledIn = (db: StateDatabase, sink: SinkName, epoch: number): void =>
  setMetaIn(db, key(sink), String(epoch))

export const lineageIn = (db: StateDatabase, sink: SinkName): Lineage => {
  const { epoch, pipelineId } = stateFactsIn(db.all)
  const of = [pipelineId, metaIn(db.all, key(sink)), metaIn(db.all, `sink ${sink}`)]
  return { epoch, identity: JSON.stringify(of) }
}
