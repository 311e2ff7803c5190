/**
 * Failpoints: named moments at which a crash must lose nothing. They do nothing in a real run;
 * `deno task crash` stops the program there.
 */
import { Context, Effect } from "effect"

/** Each failpoint, with what has just happened there. */
export const failpoints = {
  "lock.taken": "the lock of the state file is held",
  "state.opened": "the state file is open and checked",
  "state.migrating": "a migration of the state file is done but not committed",
  "state.migrated": "the state file is of the newest version",
  "state.committing": "a transaction of the state file is about to be committed",
  "state.committed": "a transaction of the state file has been committed",
  "state.closing": "the run is over; the state file is still open",
  "state.copied": "the state file has been copied, under another name",
  "state.kept": "the copy is the backup now",
  "token.asking": "new tokens are about to be requested",
  "token.granted": "new tokens were received, and are only in memory",
  "token.kept": "new tokens are on disk",
  "request.reserved": "a request is counted, and not yet sent",
  "request.answered": "a response was received, and is only in memory",
  "answer.kept": "a response is in the state file",
  "batch.taken": "a batch has been taken from the outbox, and no sink has seen it",
  "batch.written": "a sink holds a batch durably, and the state file does not know",
  "batch.acknowledged": "the state file knows that a sink holds a batch",
  "file.opened": "a temporary file was created, and is empty",
  "file.written": "a temporary file is written, and not synced",
  "file.synced": "a temporary file is synced, and not renamed",
  "file.renamed": "a file has its name, and its folder is not synced",
  "folder.made": "a folder was created, and the one above it is not synced",
  "folder.synced": "a folder is synced",
  "postgres.connected": "PostgreSQL is connected, and not yet migrated",
  "postgres.migrating": "a migration of PostgreSQL is done but not committed",
  "postgres.migrated": "PostgreSQL is of the newest version",
  "postgres.written": "the rows of a batch are written but not committed",
  "postgres.committed": "the rows of a batch are committed",
  "run.drained": "items left by earlier runs are delivered",
  "run.flushed": "everything is delivered, and the end of the run is not recorded",
  "run.ended": "the end of the run is recorded",
} as const
export type Failpoint = keyof typeof failpoints

/** Called at each failpoint; does nothing unless a test provides it. */
export const Failpoints = Context.Reference<(name: Failpoint) => void>("paceline/Failpoints", {
  defaultValue: () => () => {},
})

/** Marks the failpoint `name`. */
export const failpoint = (name: Failpoint): Effect.Effect<void> =>
  Effect.map(Failpoints, (hit) => hit(name))
