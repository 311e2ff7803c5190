/** Faults of the network, of Strava and its responses, and of the program's environment: rows 26 on. */
import type { FaultCase } from "./Fault.ts"

export const ofStrava: Readonly<Record<number, FaultCase>> = {
  26: {
    fault: "a connection that breaks before or during a response",
    injected: "the simulated Strava breaks the connection",
    expected:
      "no part of the response is kept; at most six attempts, each counted; then the run stops, or continues without that item if Strava answers for the athlete",
    exit: [69],
  },
  27: {
    fault: "a response that arrives at one byte per second, stalls or never arrives",
    injected: "the simulated Strava sends slowly or not at all",
    expected:
      "one deadline of 60 seconds for the whole response; at most six attempts, each counted",
    exit: [69],
  },
  28: {
    fault: "a response that is cut off, with or without a Content-Length",
    injected: "the simulated Strava sends half of the response",
    expected:
      "a partial list is never accepted: it is requested again, once if it seems complete, otherwise at most six times",
    exit: [65, 69],
  },
  29: {
    fault: "an HTML page instead of the response (maintenance, a captive portal)",
    injected: "HTML with status 200",
    expected: "requested once more, then reported; never treated as an empty history",
    exit: [65],
  },
  30: {
    fault: "an empty list, missing or unknown fields",
    injected: "the simulated Strava sends an empty page, or other fields",
    expected:
      "an empty page ends the list and deletes nothing; if many activities are missing from a list, the run warns; unknown fields are kept; an activity without an id is quarantined",
    exit: [],
  },
  31: {
    fault: "401 once, or every time",
    injected: "the simulated Strava forgets or rejects the token",
    expected:
      "one refresh for all requests in flight and one retry of each; then the run ends if the request for the athlete is refused too: never a loop",
    exit: [77],
  },
  32: {
    fault: "a refresh token that was revoked or used up elsewhere",
    injected:
      "the athlete withdraws access; a second data directory starts from the same refresh token",
    expected: "requested once; the message says how to sign in again; no stored data is lost",
    exit: [77],
  },
  33: {
    fault: "several requests, or another program, refresh the token at the same time",
    injected: "8 to 20 concurrent requests; tokens.json changes during the run",
    expected: "one refresh for all; a newer pair on the disk is used instead",
    exit: [],
  },
  34: {
    fault: "a scope that was not granted; an activity that no longer exists",
    injected: "the simulated Strava's own 401, 403 and 404",
    expected:
      "the message names the scope; a missing response (404) is a result and is not requested again",
    exit: [77],
  },
  35: {
    fault: "429 with usage headers",
    injected: "other users use up the limit of the application",
    expected: "no request before the next 15-minute window by Strava's clock",
    exit: [],
  },
  36: {
    fault: "429 without usage headers, with Retry-After, or from a proxy",
    injected: "the simulated Strava sends such a 429",
    expected:
      "the window counts as used up; Retry-After can only lengthen the wait, by at most a day, also for the next process; then one request goes first",
    exit: [],
  },
  37: {
    fault: "the daily limit is reached",
    injected: "limits of the simulated Strava",
    expected:
      "everything fetched is delivered; the run waits until midnight UTC, or stops and says when to continue",
    exit: [0, 75],
  },
  38: {
    fault: "other programs use the same application",
    injected: "the simulated Strava counts requests of others",
    expected: "Paceline's count follows the larger of the two",
    exit: [],
  },
  39: {
    fault: "5xx responses, once or for minutes",
    injected: "the simulated Strava sends 5xx responses",
    expected:
      "six attempts with increasing delay, each counted; the streams of activities listed so far are fetched, and the run stops",
    exit: [69],
  },
  40: {
    fault: "an unknown host name, a refused connection, a bad certificate",
    injected:
      "unknown and refusing hosts; servers with self-signed, expired and foreign certificates",
    expected:
      "the first two are retried; a certificate error is not, and no setting accepts a bad certificate",
    exit: [69],
  },
  41: {
    fault: "a redirect to another host",
    injected: "the simulated Strava redirects to a second server",
    expected: "not followed, and the second server sees nothing; the message names its host",
    exit: [69],
  },
  42: {
    fault: "a small response that decompresses to hundreds of megabytes, or never ends",
    injected: "gzip of 200 MB and more",
    expected: "stopped at 64 MB and not retried; memory does not grow",
    exit: [65],
  },
  43: {
    fault: "ids such as ../../etc/passwd, 1e3, -1, 2^53+1 and beyond 2^63",
    injected: "the simulated Strava lists such ids",
    expected: "kept to the last digit or quarantined; file names consist of digits only",
    exit: [2],
  },
  44: {
    fault: "a formula as the name of an activity",
    injected: "names such as =HYPERLINK(…)",
    expected: "the CSV file shows it as text, and the original text can be restored",
    exit: [],
  },
  45: {
    fault: "NUL, lone surrogates, bidirectional marks, a name of 1 MB, 1e400, NaN",
    injected: "the simulated Strava sends such text and numbers",
    expected:
      "kept exactly if the sink can, otherwise refused with the reason; no number becomes null",
    exit: [2],
  },
  46: {
    fault: "__proto__ as a key, nesting of 10,000 levels, a million samples",
    injected: "the simulated Strava sends such JSON",
    expected:
      "keys are only text, deep nesting breaks nothing, lists are not truncated; other items are not delayed",
    exit: [2],
  },
  47: {
    fault: "a secret in a message, a file or a log",
    injected: "every secret of the tests contains a recognizable word",
    expected: "it is in tokens.json and nowhere else",
    exit: [],
  },
  48: {
    fault: "a token file that others can read, of another owner, damaged, or not a regular file",
    injected: "permissions, owners, links, pipes, also on a simulated disk",
    expected:
      "a file that others can read is replaced by a private copy, with a note; the others are refused; a new file is readable by its owner only",
    exit: [74],
  },
  49: {
    fault: "a setting that sends requests to another host",
    injected: "plain http, file:, URLs with a user, a query or a look-alike host",
    expected:
      "only https, or plain http to this machine; anything else is refused before a request is sent",
    exit: [78],
  },
  50: {
    fault: "a package, an action or a tool other than the reviewed one",
    injected: "the tests read the files of the repository",
    expected:
      "exact versions, a frozen lock with a hash of each package, actions pinned by commit, minimal permissions",
    exit: [],
  },
  51: {
    fault: "Ctrl-C, SIGTERM, a second signal, closed stdout",
    injected: "signals to the process, pipes that close",
    expected:
      "requests in flight are finished and kept within seconds; the second signal exits at once; no stack trace is printed",
    exit: [0, 130, 143],
  },
  52: {
    fault: "little memory and a long history",
    injected: "a process with a heap of 64 MB, and twice as much data",
    expected: "the run completes: memory does not grow with the history",
    exit: [],
    note: "docs/benchmark.md has the memory used for histories of different lengths.",
  },
  53: {
    fault:
      "a response without a body (204, 304), or one that refuses a single item (401, 403, 410, 451)",
    injected: "the simulated Strava sends the response for one activity, one bike, or the zones",
    expected:
      "the item is quarantined with the status; the others are delivered. A 401 counts as a lost sign-in only if the request for the athlete is refused too; it is sent at most once per suspicion",
    exit: [2],
  },
  54: {
    fault: "a token response with invalid, missing or extra fields, or without a token",
    injected: "the simulated Strava sends such bodies",
    expected:
      "the pair is stored first, whatever else the response contains; an unreadable expiry counts as one hour; after a response without a token there is no second request",
    exit: [],
  },
  55: {
    fault: "a Date header that is days or years off",
    injected: "the simulated Strava sends such a header once, or always",
    expected:
      "it is ignored: no window moves, none counts as used up, nothing is purged by it; one note says so",
    exit: [],
  },
  56: {
    fault:
      "a response that is not complete yet: without samples, some samples or segments, or a 404",
    injected: "the simulated Strava sends part of a response, or nothing",
    expected:
      "it is stored unless a more complete one is stored already, shown as incomplete, and fetched again a bounded number of times",
    exit: [],
  },
  57: {
    fault: "a scope that is granted later",
    injected: "the simulated Strava extends the scope between two runs",
    expected:
      "responses that were fetched with fewer scopes are counted by plan, reported once, and fetched again after everything else",
    exit: [],
  },
  58: {
    fault: "a connection to PostgreSQL that others could read or impersonate",
    injected: "a server with a certificate of another CA or another host, or without TLS",
    expected: "each sslmode connects, checks and falls back as in libpq; plain text is reported",
    exit: [],
  },
  59: {
    fault: "a statement that would write, read files, run programs or leave its role",
    injected:
      "such statements are passed to `sql`, as a superuser, on a server and in the embedded database",
    expected: "it is refused and has no effect",
    exit: [],
  },
  60: {
    fault: "a list that shifts while it is read, and activities dated in the future",
    injected:
      "the simulated Strava adds or deletes activities between two pages, or has activities of 2033",
    expected:
      "the list is read to its end; an activity hidden by a deletion is kept, or fetched by the next full sync; activities of any date are copied and hide no others",
    exit: [],
  },
  61: {
    fault: "an old activity that is uploaded late, edited or deleted",
    injected: "such a change in the simulated Strava between two runs",
    expected:
      "a full sync finds it: the first run of a day (UTC) if the full list costs at most 1 % of the day's reads, otherwise once a week; plan says which",
    exit: [],
  },
  62: {
    fault: "a state file with a sink that only another version knows",
    injected: "the test writes the name of such a sink to the tables of the state file",
    expected: "the sink is named and not changed; everything else is read, verified and purged",
    exit: [],
  },
}
