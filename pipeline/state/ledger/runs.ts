/** Runs that have used a state file. */
import { Schema } from "effect"
import { exitCodes } from "../../base/exit.ts"
import type { StateDatabase } from "../file/Database.ts"
import { row } from "../file/rows.ts"

export interface RunEpoch {
  readonly epoch: number
  readonly began: number
}

/** A run that starts within this time after an unfinished one continues its work. */
const soon = 60 * 60_000

const finished: ReadonlyArray<unknown> = [exitCodes.complete, exitCodes.quarantined]

const RunRow = row({
  epoch: Schema.Int,
  started: Schema.Int,
  ended: Schema.NullOr(Schema.Int),
  exit: Schema.NullOr(Schema.Int),
})

/** Returns the run that would begin `now`: its epoch, and the start of its work (see `StateFile.workStarted`). */
export const nextRun = (db: StateDatabase, now: number): RunEpoch => {
  const earlier = db.all(
    RunRow,
    `select epoch, started, ended, exit from run order by epoch desc limit 500`,
  )
  const epoch = (earlier[0]?.epoch ?? 0) + 1
  let began = Math.floor(now)
  for (const { ended, exit, started } of earlier) {
    if (finished.includes(exit) || began - (ended ?? started) > soon) break
    began = started
  }
  return { epoch, began }
}

/** Inside a transaction: records the start of a run. Its epoch is higher than `above`. */
export const beginRun = (db: StateDatabase, now: number, above = 0): RunEpoch => {
  const next = nextRun(db, now)
  const run = { ...next, epoch: Math.max(next.epoch, above + 1) }
  db.run(`insert into run (epoch, started) values (?, ?)`, run.epoch, now)
  return run
}

/** Inside a transaction: records the end of the run `epoch` with its exit code. */
export const endRun = (db: StateDatabase, epoch: number, exit: number, now: number): void =>
  void db.run(`update run set ended = ?, exit = ? where epoch = ?`, now, exit, epoch)
