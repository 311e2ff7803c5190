/** Each sink's count of runs, as this state file last knew it. */
import type { Generation, SinkName } from "../../../sinks/Sink.ts"
import type { StateDatabase } from "../file/Database.ts"
import { metaIn, setMetaIn } from "../file/meta.ts"

const key = (sink: SinkName) => `generation ${sink}`

/** Age of a sink compared with the state file. */
export type SinkAge = "older" | "newer"

/** Inside a transaction: the sink and the state file are at the same point. */
export const recordGenerationIn = (db: StateDatabase, sink: SinkName, generation: number): void => {
  if (metaIn(db.all, key(sink)) !== String(generation)) setMetaIn(db, key(sink), String(generation))
}

/** Inside a transaction: the sink is another than before. */
export const forgetGenerationIn = (db: StateDatabase, sink: SinkName): void =>
  void db.run(`delete from meta where key = ?`, key(sink))

/**
 * Returns `older` if the sink is of an earlier time than the state file (it was restored or made again),
 * and `newer` if something wrote to it that this state file does not know of.
 */
export const generationDrift = (
  db: StateDatabase,
  sink: SinkName,
  { found }: Generation,
): SinkAge | undefined => {
  const known = metaIn(db.all, key(sink))
  if (known === undefined || known === String(found)) return undefined
  return found < Number(known) ? "older" : "newer"
}
