/** Faults of the process, the disk, other runs, the clock and the database: rows 1 to 25 of the matrix. */
import type { Fault } from "./Fault.ts"

export const ofMachine: Readonly<Record<number, Fault>> = {
  1: {
    fault: "kill -9 at any labelled moment",
    injected: "the process kills itself at the n-th passing of a failpoint",
    expected: "the next run completes; only requests in flight are sent again",
    exit: [],
  },
  2: {
    fault: "kill -9 at a random time",
    injected: "a timer of the parent process",
    expected: "the next run completes; only requests in flight are sent again",
    exit: [],
  },
  3: {
    fault: "several crashes in a row, also while recovering from the one before",
    injected: "the same failpoint again in the next run",
    expected: "recovery can itself be repeated: nothing is lost or doubled",
    exit: [],
  },
  4: {
    fault: "power loss: what was not synced is gone, renames come late",
    injected: "a simulated disk that loses or tears what was not synced, cut before each call",
    expected:
      "each file is the old or the new one, whole, and the new one once it was told so; the next run lands the rest",
    exit: [],
  },
  5: {
    fault: "kill while the state file or the database is brought to a new version",
    injected: "a failpoint in each step of each migration",
    expected: "the old or the new version, never one between",
    exit: [],
  },
  6: {
    fault: "kill between Strava's answer with a new token and its being saved",
    injected: "a failpoint",
    expected:
      "the next run continues with the previous refresh token, or says how to sign in again",
    exit: [77],
  },
  7: {
    fault: "no space left for the state file",
    injected: "a limit on the size of files (ulimit -f) that the state file runs into",
    expected:
      "room for the responses in flight is taken up before they are requested: they are kept, no other request is sent, the state file stays valid, and the next run goes on",
    exit: [74],
  },
  8: {
    fault: "no space left for a file of a sink, or a short write",
    injected: "a simulated disk, full from each call on; /dev/full",
    expected:
      "the file before stays whole, no temporary file stays, other sinks go on; the next run lands the rest",
    exit: [74],
  },
  9: {
    fault: "a folder that cannot be written",
    injected: "permissions, owners and read-only disks, also simulated",
    expected:
      "the run fails before its first request, and names the folder; one of a sink is told, and others go on",
    exit: [74],
  },
  10: {
    fault: "too many open files",
    injected: "a simulated disk that is short of handles, at each call",
    expected: "few files are open at once; where that is too many, no half file is left",
    exit: [74],
  },
  11: {
    fault: "a disk that fails: EIO, or a failed sync",
    injected: "a simulated disk that fails at each call, and drops what it could not sync",
    expected:
      "the file counts as not written, its handle is not used again; the run ends with the code for disks",
    exit: [74],
  },
  12: {
    fault: "a state file that is torn, empty or has flipped bits",
    injected: "damage at random places",
    expected: "it is noticed and said; nothing starts over in silence",
    exit: [],
  },
  13: {
    fault: "a state file restored from an old backup",
    injected: "the file of an earlier run put back",
    expected: "what the sinks hold is newer and stays; nothing old is written over it",
    exit: [],
  },
  14: {
    fault: "a state file of a newer version of the program",
    injected: "a higher version number",
    expected: "it is refused and left as it is",
    exit: [78],
  },
  15: {
    fault: "a state file on a network file system",
    injected: "a file system that says it is one",
    expected: "a clear refusal",
    exit: [],
  },
  16: {
    fault: "two runs in one folder",
    injected: "a second process",
    expected: "the second ends at once and names the first, which is not disturbed",
    exit: [75],
  },
  17: {
    fault: "two runs of one athlete in two folders, one database",
    injected: "a second sink on the database of the first; three at once",
    expected:
      "one writes at a time; the other says so and ends (runs of different athletes do not wait)",
    exit: [75],
  },
  18: {
    fault: "a run that was stopped for long, and another took over",
    injected: "its sessions end under it, between batches and inside one; a second begins",
    expected: "the first writes nothing over what the second has written",
    exit: [75],
  },
  19: {
    fault: "a clock that is wrong or jumps",
    injected: "a test clock beside the server's",
    expected:
      "windows follow Strava's Date header; no token is used dead or refreshed without need; deadlines do not follow the clock on the wall",
    exit: [],
  },
  20: {
    fault: "PostgreSQL is down at the start",
    injected: "nothing listens",
    expected: "other sinks go on; what it lacks waits; the message has no password",
    exit: [69],
  },
  21: {
    fault: "PostgreSQL restarts in a batch, or fails at COMMIT",
    injected: "a connection or the server killed in a batch; a cut before or after COMMIT",
    expected: "the batch is sent again, and each row is there once",
    exit: [],
  },
  22: {
    fault: "somebody else holds the table",
    injected: "LOCK TABLE and a locked row in another session",
    expected: "a bounded wait, repeated; then the message names the table and its holder",
    exit: [69],
  },
  23: {
    fault: "a deadlock with another writer",
    injected: "updates in the reverse order",
    expected: "the whole transaction is repeated",
    exit: [],
  },
  24: {
    fault: "one bad row in a batch of 500",
    injected: "a number too large for numeric",
    expected: "499 are stored, one is quarantined with the reason, and status shows it",
    exit: [2],
  },
  25: {
    fault: "PostgreSQL has no room, permission or column for us",
    injected: "its own error codes",
    expected: "the sink is given up at once, without retries; other sinks go on",
    exit: [],
  },
}
