/** Faults of the process, the disk, other runs, the clock and the database: rows 1 to 25 of the matrix. */
import type { FaultCase } from "./Fault.ts"

export const ofMachine: Readonly<Record<number, FaultCase>> = {
  1: {
    fault: "kill -9 at any failpoint",
    injected: "the process kills itself when it passes a failpoint for the n-th time",
    expected: "the next run completes; only requests in flight are sent again",
    exit: [],
  },
  2: {
    fault: "kill -9 at a random time",
    injected: "timer of the parent process",
    expected: "the next run completes; only requests in flight are sent again",
    exit: [],
  },
  3: {
    fault: "several crashes in a row, also during recovery from the previous one",
    injected: "the same failpoint again in the next run",
    expected: "recovery is idempotent: nothing is lost or duplicated",
    exit: [],
  },
  4: {
    fault: "power failure: unsynced data is lost, renames are delayed",
    injected: "simulated disk that loses or tears unsynced data, cut before each call",
    expected:
      "each file is complete: the old or the new version, and the new one once it was reported as written; the next run delivers the rest",
    exit: [],
  },
  5: {
    fault: "kill during a migration of the state file or the database",
    injected: "failpoint in each step of each migration",
    expected: "the old or the new version, nothing in between",
    exit: [],
  },
  6: {
    fault: "kill between Strava's response with a new token and the write to disk",
    injected: "failpoint",
    expected:
      "the next run continues with the previous refresh token, or says how to sign in again",
    exit: [77],
  },
  7: {
    fault: "no disk space for the state file",
    injected: "limit on file size (ulimit -f) that the state file reaches",
    expected:
      "space for the responses in flight is reserved before they are requested, so they are kept; no other request is sent; the state file stays valid; the next run continues",
    exit: [74],
  },
  8: {
    fault: "no disk space for a file of a sink, or a short write",
    injected: "simulated disk that is full from each call on; /dev/full",
    expected:
      "the previous file stays complete, no temporary file remains, other sinks continue; the next run delivers the rest",
    exit: [74],
  },
  9: {
    fault: "a directory that is not writable",
    injected: "permissions, owners and read-only disks, also simulated",
    expected:
      "the run fails before its first request and names the directory; for the directory of a sink, it is reported and other sinks continue",
    exit: [74],
  },
  10: {
    fault: "too many open files",
    injected: "simulated disk that runs out of handles, at each call",
    expected: "few files are open at once; if that is too many, no partial file remains",
    exit: [74],
  },
  11: {
    fault: "a failing disk: EIO, or a failed sync",
    injected: "simulated disk that fails at each call and drops what it could not sync",
    expected:
      "the file counts as not written and its handle is not used again; the run ends with the exit code for disks",
    exit: [74],
  },
  12: {
    fault: "a state file that is torn, empty or has flipped bits",
    injected: "damage at random places",
    expected: "the damage is detected and reported; nothing silently starts from the beginning",
    exit: [],
  },
  13: {
    fault: "a state file restored from an old backup",
    injected: "the file of an earlier run in place of the current one",
    expected: "newer data in the sinks is kept and not overwritten with older data",
    exit: [],
  },
  14: {
    fault: "a state file of a newer version of the program",
    injected: "a higher version number",
    expected: "the run refuses it and leaves it unchanged",
    exit: [78],
  },
  15: {
    fault: "a state file on a network file system",
    injected: "a file system that reports such a type",
    expected: "the run refuses it with a clear message",
    exit: [],
  },
  16: {
    fault: "two runs in one data directory",
    injected: "a second process",
    expected: "the second ends at once and names the first, which continues undisturbed",
    exit: [75],
  },
  17: {
    fault: "two runs of one athlete with two data directories and one database",
    injected: "a second sink on the database of the first; three at once",
    expected:
      "one writes at a time; the other says so and ends (runs of different athletes do not wait)",
    exit: [75],
  },
  18: {
    fault: "a run that was suspended for a long time, and another run took over",
    injected: "database sessions of the run end between batches or during one; a second run starts",
    expected: "the first run overwrites nothing that the second has written",
    exit: [75],
  },
  19: {
    fault: "a local clock that is wrong or jumps",
    injected: "a test clock that differs from the server's",
    expected:
      "windows follow Strava's Date header; no expired token is used and none is refreshed without need; deadlines do not depend on the wall clock",
    exit: [],
  },
  20: {
    fault: "PostgreSQL is down at the start",
    injected: "nothing listens on the port",
    expected:
      "other sinks continue; its undelivered data is kept; the message contains no password",
    exit: [69],
  },
  21: {
    fault: "PostgreSQL restarts during a batch, or fails at COMMIT",
    injected: "connection or server killed during a batch; cut before or after COMMIT",
    expected: "the batch is sent again, and each row exists once",
    exit: [],
  },
  22: {
    fault: "another session holds a lock on the table",
    injected: "LOCK TABLE and a locked row in another session",
    expected: "a bounded wait, repeated; then the message names the table and the session",
    exit: [69],
  },
  23: {
    fault: "a deadlock with another writer",
    injected: "updates in the reverse order",
    expected: "the whole transaction is repeated",
    exit: [],
  },
  24: {
    fault: "one invalid row in a batch of 500",
    injected: "a number too large for numeric",
    expected: "499 are stored, one is quarantined with its reason, and status shows it",
    exit: [2],
  },
  25: {
    fault: "PostgreSQL has no disk space, no permission or no column for the data",
    injected: "error codes of PostgreSQL",
    expected: "the run stops using the sink at once, without retries; other sinks continue",
    exit: [],
  },
}
