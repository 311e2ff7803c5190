/** The history of a sink as this state file knows it, for proofs that must not outlive it. */
import type { SinkName } from "../../sinks/Sink.ts"
import type { Database } from "./Database.ts"
import { factsIn } from "./generation.ts"
import { metaIn, setMetaIn } from "./meta.ts"

export interface Lineage {
  /** Last run that used the state file: lower in a copy from an earlier time. */
  readonly epoch: number
  /** Text that is another one after the state file or the sink was replaced. */
  readonly identity: string
}

const key = (sink: SinkName) => `reconciled ${sink}`

/** Inside a transaction: the sink was found to be of another time than the ledger. */
export const noteReconciledIn = (db: Database, sink: SinkName, epoch: number): void =>
  setMetaIn(db, key(sink), String(epoch))

export const lineageIn = (db: Database, sink: SinkName): Lineage => {
  const { epoch, pipelineId } = factsIn(db.all)
  const of = [pipelineId, metaIn(db.all, key(sink)), metaIn(db.all, `sink ${sink}`)]
  return { epoch, identity: JSON.stringify(of) }
}
