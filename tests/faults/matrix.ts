/**
 * What can go wrong, row by row, and how a run must end then. Tests say which row they prove by their
 * names, as in `fault 7: …`; docs/faults.md is made of both.
 */

export interface Fault {
  readonly fault: string
  /** How the tests bring it about. */
  readonly injected: string
  /** What the user may expect. */
  readonly expected: string
  /** How the process ends; several where it depends, none where no process ends by it. */
  readonly exit: ReadonlyArray<number>
  /** Why there is no test, or what a test leaves open. */
  readonly note?: string
}

export const faults: Readonly<Record<number, Fault>> = {
  1: {
    fault: "kill -9 at each labelled boundary (19 points)",
    injected: 'Deno.kill(Deno.pid,"SIGKILL") at n-th hit',
    expected: "rerun finishes; ≤1 extra request; I1–I5",
    exit: [],
  },
  2: {
    fault: "kill -9 at random time",
    injected: "parent timer, ≥1 000 nightly",
    expected: "as 1",
    exit: [],
  },
  3: {
    fault: "crash during recovery/drain (2–3 in a row)",
    injected: "same point repeatedly",
    expected: "as 1; recovery is idempotent",
    exit: [],
  },
  4: {
    fault: "power loss (un-synced data lost, renames reordered)",
    injected:
      "CrashFS layer of the FileSystem service that drops un-fsynced bytes/renames; LazyFS or dm-log-writes nightly if available",
    expected: "as 1; SQLite for state, our dir-fsync for sinks",
    exit: [],
  },
  5: {
    fault: "kill during schema migration",
    injected: "crash point per migration step",
    expected: "old or new version, never between; backup present",
    exit: [],
  },
  6: {
    fault: "kill between token response and save",
    injected: "crash point",
    expected: "next run works with previous, or exit 77 with the command to run",
    exit: [77],
  },
  7: {
    fault: "ENOSPC in state commit",
    injected: "2 MB tmpfs",
    expected:
      'exit 74 "disk full at <path>, nothing lost, N items pending"; old state valid; rerun after freeing continues',
    exit: [74],
  },
  8: {
    fault: "ENOSPC in a file sink (short write)",
    injected: "tmpfs on sink dir",
    expected: "target untouched, temp removed, others sinks go on; exit 69/74",
    exit: [69, 74],
  },
  9: {
    fault: "read-only directory / wrong owner",
    injected: "chmod, ro mount",
    expected: "fail before the first API request (write probe) with path and fix",
    exit: [],
  },
  10: {
    fault: "EMFILE",
    injected: "ulimit -n 32",
    expected: "bounded concurrency; retries; no half files",
    exit: [],
  },
  11: {
    fault: "EIO / failed fsync",
    injected: "CrashFS",
    expected: "stop, do not retry the handle, exit 74",
    exit: [74],
  },
  12: {
    fault: "torn / zero-length / bit-flipped state",
    injected: "corrupt at random offset (≥500 seeds)",
    expected: "detected; .prev + sinks used; message; no silent restart",
    exit: [],
  },
  13: {
    fault: "state restored from an old backup",
    injected: "copy yesterday's file",
    expected: "epoch lower than sink → reconcile, no old data over new",
    exit: [],
  },
  14: {
    fault: "newer schema version",
    injected: "user_version+1",
    expected: "exit 78, file untouched",
    exit: [78],
  },
  15: {
    fault: "state on NFS/SMB",
    injected: "refuse-list",
    expected: "clear refusal",
    exit: [],
  },
  16: {
    fault: "two runs at once, same host",
    injected: "start twice",
    expected: "second exits 75 at once, names holder",
    exit: [75],
  },
  17: {
    fault: "two runs, two hosts (CI + laptop)",
    injected: "two dirs, one Postgres",
    expected: "advisory lock: second exits 75",
    exit: [75],
  },
  18: {
    fault: "zombie: SIGSTOP 10 min, other run took over, SIGCONT",
    injected: "kill -STOP",
    expected: "zombie's transaction hits 0 lease rows → aborts, exit 75",
    exit: [75],
  },
  19: {
    fault: "clock jumps ±1 h, leap, DST, wrong TZ",
    injected: "TestClock / faketime",
    expected:
      "windows from server Date header where present; token expiry with margin; no negative sleeps; monotonic for timeouts",
    exit: [],
  },
  20: {
    fault: "Postgres down at start",
    injected: "stop it",
    expected: "other sinks proceed; pending kept; exit 69; message without password",
    exit: [69],
  },
  21: {
    fault: "Postgres restarts mid-batch / fails at COMMIT",
    injected: "pg_ctl -m immediate stop during batch",
    expected: "replay; no dup; unknown commit handled",
    exit: [],
  },
  22: {
    fault: "lock timeout (someone holds the table)",
    injected: "LOCK TABLE in psql",
    expected: "bounded wait, retry, then 69 naming the blocking relation",
    exit: [69],
  },
  23: {
    fault: "deadlock with another writer",
    injected: "reversed order updates",
    expected: "40P01 → whole transaction retried",
    exit: [],
  },
  24: {
    fault: "one bad row in 500",
    injected: "NUL, overflow, NaN",
    expected: "499 delivered, 1 dead-lettered, exit 2, dead-letters command shows it",
    exit: [2],
  },
  25: {
    fault: "disk full / permission / missing column on Postgres",
    injected: "53100, 42501, 42703",
    expected: "fatal for that sink, no retry storm",
    exit: [],
  },
  26: {
    fault: "connection reset mid-body",
    injected: "raw TCP server",
    expected: "nothing checkpointed; retry with budget; ok",
    exit: [],
  },
  27: {
    fault: "slow-loris (1 byte/s)",
    injected: "raw server",
    expected: "whole-body deadline, counted as one request, retry ≤ n",
    exit: [],
  },
  28: {
    fault: "truncated JSON, length present / absent",
    injected: "raw server (length-less truncation is accepted silently by fetch)",
    expected: "parse/schema failure → retry → dead-letter; never half an array",
    exit: [],
  },
  29: {
    fault: "HTML page with 200 (maintenance, captive portal)",
    injected: "mock",
    expected: 'content-type/parse check → temporary error, not "empty athlete"',
    exit: [],
  },
  30: {
    fault: "200 with [] or missing fields / new fields",
    injected: "mock",
    expected:
      "empty list accepted only as end of list; unknown fields kept in raw; missing required → dead-letter",
    exit: [],
  },
  31: {
    fault: "401 once / 401 forever",
    injected: "mock",
    expected:
      "one refresh, one retry, then 77; never a loop (max 1 refresh per request, 2 per run without success)",
    exit: [2, 77],
  },
  32: {
    fault: "refresh token revoked (invalid_grant)",
    injected: "mock",
    expected: "77, that athlete only; others go on",
    exit: [77],
  },
  33: {
    fault: "two workers refresh at once",
    injected: "parallel",
    expected: "single flight; the loser rereads",
    exit: [],
  },
  34: {
    fault: "403 scope missing; 404 private/deleted activity",
    injected: "mock",
    expected: "stage skipped with the scope named; item absent; deletion policy documented",
    exit: [],
  },
  35: {
    fault: "429 with usage headers",
    injected: "mock",
    expected: "sleep to the next aligned quarter-hour (+jitter); 0 further requests meanwhile",
    exit: [],
  },
  36: {
    fault: "429 without headers / with Retry-After / proxy 429",
    injected: "mock",
    expected: "assume window end; honour Retry-After if larger; max 1 probe per window",
    exit: [],
  },
  37: {
    fault: "daily limit reached mid-run",
    injected: "mock",
    expected:
      "clean stop, paused until 00:00 UTC, exit 0 (or 75 with --strict), all staged delivered first",
    exit: [0, 75],
  },
  38: {
    fault: "usage header shows others using the app",
    injected: "mock",
    expected: "local ledger = max(local, header)",
    exit: [],
  },
  39: {
    fault: "5xx burst, 502/503/504, 10 min",
    injected: "mock",
    expected: "jittered exponential, cap, total budget; each try counted in quota; then 75",
    exit: [75],
  },
  40: {
    fault: "DNS failure, TLS failure (expired, wrong host), connection refused",
    injected: "mock/hosts",
    expected: "DNS/refused retried; TLS not retried and not bypassable",
    exit: [],
  },
  41: {
    fault: "redirect 301/302 to another host",
    injected: "mock",
    expected:
      "not followed (manual); error names the host; token never sent (Deno drops Authorization cross-origin, we do not rely on it)",
    exit: [],
  },
  42: {
    fault: "gzip bomb (204 KB → 200 MB) / endless body",
    injected: "mock",
    expected:
      "stopped at the cap (8.4 MB decoded in test), connection closed, dead-letter; RSS bounded",
    exit: [],
  },
  43: {
    fault: "ids: ../../etc/passwd, 1e3, -1, > 2^53, > 2^63, string/number mix",
    injected: "mock",
    expected:
      "exact decimal string or rejected; no path from unvalidated text; --allow-write limited to data dir",
    exit: [],
  },
  44: {
    fault: "CSV formula in activity name",
    injected: "=HYPERLINK(…)",
    expected: "neutralised, round-trips with documented rule",
    exit: [],
  },
  45: {
    fault: "NUL, lone surrogate, bidi, 1 MB name, NaN/1e400 in streams",
    injected: "mock",
    expected: "sanitised/rejected per §2.4; JSON never contains null invented from Infinity",
    exit: [],
  },
  46: {
    fault: "prototype pollution keys (__proto__), 10 000-deep nesting, 10^6-element stream",
    injected: "mock",
    expected: "schema decode drops/limits; no crash",
    exit: [],
  },
  47: {
    fault: "secrets in logs, errors, traces, crash dumps, state",
    injected: "canary token in all inputs; grep every output of the whole suite",
    expected: "zero hits; Redacted + a final log filter",
    exit: [],
  },
  48: {
    fault: "token file mode 0644 / owned by other / symlink",
    injected: "chmod, ln -s",
    expected: "refuse (or fix) with message; created 0600 with O_EXCL",
    exit: [],
  },
  49: {
    fault: "SSRF through base URL (http://169.254.169.254, file:, userinfo)",
    injected: "config fuzz",
    expected:
      "only https://www.strava.com unless --allow-insecure-base-url for tests; deno task pipeline runs with --allow-net= list",
    exit: [],
  },
  50: {
    fault: "supply chain: lock mismatch, floating action tags",
    injected: "CI check",
    expected:
      "deno.lock frozen, exact versions, actions pinned by SHA, minimum dependency age, no postinstall",
    exit: [],
  },
  51: {
    fault: "SIGINT / SIGTERM during write; second SIGINT; closed stdout (EPIPE)",
    injected: "signals at all 19 points",
    expected:
      "finish current commit, drain ≤ grace, close, 130/143; second signal stops at once and is as safe as kill -9",
    exit: [],
  },
  52: {
    fault: "OOM kill, 256 MB limit, 100 000 activities",
    injected: "cgroup/--max-old-space-size",
    expected: "RSS flat (streaming); no growth with history",
    exit: [],
  },
}

/** The exit codes that a run may end with in row `row`: for tests to compare with. */
export const exitsOf = (row: number): ReadonlyArray<number> => faults[row]?.exit ?? []
