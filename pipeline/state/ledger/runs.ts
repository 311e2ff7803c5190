/** The runs that have used a state file. */
import { exitCodes } from "../../base/exit.ts"
import type { StateDatabase } from "../file/Database.ts"

export interface RunEpoch {
  readonly epoch: number
  readonly began: number
}

/** A run that follows an unfinished one within this goes on with it. */
const soon = 60 * 60_000

const finished: ReadonlyArray<unknown> = [exitCodes.complete, exitCodes.quarantined]

/** The run that would begin `now`; see `StateFile` for what it is told. */
export const nextRun = (db: StateDatabase, now: number): RunEpoch => {
  const earlier = db.all(
    `select epoch, started, ended, exit from run order by epoch desc limit 500`,
  )
  const epoch = Number(earlier[0]?.["epoch"] ?? 0) + 1
  let began = Math.floor(now)
  for (const { ended, exit, started } of earlier) {
    if (finished.includes(exit) || began - Number(ended ?? started) > soon) break
    began = Number(started)
  }
  return { epoch, began }
}

/** Inside a transaction: note that a run begins, after any run up to `above`. */
export const beginRun = (db: StateDatabase, now: number, above = 0): RunEpoch => {
  const next = nextRun(db, now)
  const run = { ...next, epoch: Math.max(next.epoch, above + 1) }
  db.run(`insert into run (epoch, started) values (?, ?)`, run.epoch, now)
  return run
}

/** Inside a transaction: records the end of the run `epoch` with its exit code. */
export const endRun = (db: StateDatabase, epoch: number, exit: number, now: number): void =>
  void db.run(`update run set ended = ?, exit = ? where epoch = ?`, now, exit, epoch)
