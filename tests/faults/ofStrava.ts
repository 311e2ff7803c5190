/** Faults of the network, of Strava, of what it sends, and of what surrounds the program: rows 26 on. */
import type { Fault } from "./Fault.ts"

export const ofStrava: Readonly<Record<number, Fault>> = {
  26: {
    fault: "a connection that breaks before or in an answer",
    injected: "the simulated Strava breaks it",
    expected:
      "nothing of the answer is kept; at most six tries, each counted; then the run stops, or goes on without that item if Strava answers for the athlete",
    exit: [69],
  },
  27: {
    fault: "an answer that comes a byte a second, stalls or never comes",
    injected: "the simulated Strava sends that slowly",
    expected: "one deadline of 60 seconds for the whole answer; at most six tries, each counted",
    exit: [69],
  },
  28: {
    fault: "an answer that breaks off, with or without a length to tell by",
    injected: "the simulated Strava sends half of it",
    expected:
      "never half a list: it is asked for again, once if it seems whole, else six times at most",
    exit: [65, 69],
  },
  29: {
    fault: "a page for people in place of the answer (maintenance, a hotel's portal)",
    injected: "HTML with status 200",
    expected: "asked for once more, then said; never taken for an empty history",
    exit: [65],
  },
  30: {
    fault: "a list that is empty, fields that are missing or new",
    injected: "the simulated Strava answers so",
    expected:
      "an empty page ends the list and deletes nothing; a list that lacks many activities is warned of; unknown fields are kept; an activity without an id is quarantined",
    exit: [],
  },
  31: {
    fault: "401 once, or for ever",
    injected: "the simulated Strava forgets or refuses the token",
    expected:
      "one refresh for all requests under way and one repetition of each; then the run ends if the athlete is refused too: never a loop",
    exit: [77],
  },
  32: {
    fault: "a refresh token that was revoked or used up elsewhere",
    injected: "the athlete withdraws; a second folder with the same seed",
    expected: "requested once; the message says how to sign in again; no stored data is lost",
    exit: [77],
  },
  33: {
    fault: "several requests, or another program, refresh at once",
    injected: "eight to twenty requests at once; tokens.json changes under the run",
    expected: "one refresh for all; a newer pair on the disk is used in place of ours",
    exit: [],
  },
  34: {
    fault: "a permission that was not granted; an activity that is gone",
    injected: "the simulated Strava's own 401, 403 and 404",
    expected: "the permission is named; a missing answer is a result and not asked for again",
    exit: [77],
  },
  35: {
    fault: "429 with numbers",
    injected: "other users spend the application's limit",
    expected: "no request before the next quarter of an hour by Strava's clock",
    exit: [],
  },
  36: {
    fault: "429 without numbers, with Retry-After, or of a proxy",
    injected: "the simulated Strava answers so",
    expected:
      "the window counts as spent; Retry-After only lengthens the wait, by a day at most, also of the next process; then one goes first",
    exit: [],
  },
  37: {
    fault: "the day's limit is reached",
    injected: "limits of the simulated Strava",
    expected: "all that came is delivered; the run waits for midnight UTC, or stops and says when",
    exit: [0, 75],
  },
  38: {
    fault: "others use the same application",
    injected: "the simulated Strava counts requests that are not ours",
    expected: "our own count follows the larger of the two",
    exit: [],
  },
  39: {
    fault: "5xx answers, one or for minutes",
    injected: "the simulated Strava answers so",
    expected:
      "six tries, each later than the last and each counted; what is listed by then gets its samples, " +
      "and the run stops",
    exit: [69],
  },
  40: {
    fault: "an unknown host name, a refused connection, a bad certificate",
    injected: "such hosts; servers with self-signed, expired and foreign certificates",
    expected:
      "the first two are tried again; a certificate is not, and no setting lets a bad one pass",
    exit: [69],
  },
  41: {
    fault: "a redirect to another host",
    injected: "the simulated Strava sends one to a second server",
    expected: "not followed, and the second server sees nothing; the message names its host",
    exit: [69],
  },
  42: {
    fault: "a small answer that unpacks to hundreds of megabytes, or never ends",
    injected: "gzip of 200 MB and more",
    expected: "given up at 64 MB, not tried again; memory stays flat",
    exit: [65],
  },
  43: {
    fault: "ids such as ../../etc/passwd, 1e3, -1, 2^53+1 and beyond 2^63",
    injected: "the simulated Strava lists them",
    expected:
      "kept to the last digit or quarantined; no file has a name made of anything but digits",
    exit: [2],
  },
  44: {
    fault: "a formula as the name of an activity",
    injected: "names such as =HYPERLINK(…)",
    expected: "the CSV file shows it as text, and it can be read back as it was",
    exit: [],
  },
  45: {
    fault: "NUL, lone surrogates, bidirectional marks, a name of 1 MB, 1e400 and NaN",
    injected: "the simulated Strava sends them",
    expected:
      "kept exactly where a sink can, else refused with the reason; no number turns into null",
    exit: [2],
  },
  46: {
    fault: "__proto__ as a key, 10,000 levels, a million samples",
    injected: "the simulated Strava sends them",
    expected: "keys are only text, depth breaks nothing, lists are not cut; others are not held up",
    exit: [2],
  },
  47: {
    fault: "a secret that gets out: in a message, a file, a log",
    injected: "every secret of the tests holds a recognisable word",
    expected: "it is in tokens.json and nowhere else",
    exit: [],
  },
  48: {
    fault: "a token file that others can read, of another owner, damaged, or a link or no file",
    injected: "permissions, owners, links, pipes, also on a simulated disk",
    expected:
      "what others can read is replaced by a copy they cannot, and told; the rest is refused; a new one is its owner's only",
    exit: [74],
  },
  49: {
    fault: "a setting that leads requests elsewhere",
    injected: "plain http, file:, addresses with a user, a query or a look-alike host",
    expected: "only https, or plain http to this machine; refused before anything is sent",
    exit: [78],
  },
  50: {
    fault: "a package, an action or a tool that is not the one that was checked",
    injected: "the repository's own files are read",
    expected:
      "exact versions, a frozen lock with a hash of each, actions by commit, no powers beyond need",
    exit: [],
  },
  51: {
    fault: "Ctrl-C, SIGTERM, a second one, a reader that leaves (closed stdout)",
    injected: "signals to the process and pipes that close",
    expected:
      "what is under way is kept within seconds; the second signal leaves at once; no trace is printed",
    exit: [0, 130, 143],
  },
  52: {
    fault: "little memory, a long history",
    injected: "a process with a heap of 64 MB, and twice that much data",
    expected: "the run completes: memory does not grow with the history",
    exit: [],
    note: "How memory grows with the history is measured in docs/benchmark.md.",
  },
  53: {
    fault:
      "a response without a body (204, 304), or one that refuses one thing (401, 403, 410, 451)",
    injected: "the simulated Strava sends it for one activity, bike, or the zones",
    expected:
      "that one is quarantined with the status; the others are delivered. 401 concerns the sign-in only if the athlete is refused too, which is asked at most once per suspicion",
    exit: [2],
  },
  54: {
    fault: "a token response with odd, missing or more fields, or one that is no token",
    injected: "the simulated Strava sends such bodies",
    expected:
      "the pair is stored first, whatever comes with it; an expiry that cannot be read counts as one hour; a response that is no token is requested once",
    exit: [],
  },
  55: {
    fault: "a Date header that is days or years off",
    injected: "the simulated Strava sends it once, or always",
    expected:
      "it is not believed: no window moves, none counts as used up, nothing is purged by it; one note says so",
    exit: [],
  },
  56: {
    fault: "a response that comes too early: without samples, some samples, segments, or as 404",
    injected: "the simulated Strava sends a part of the true response, or nothing",
    expected:
      "it is stored, unless a fuller one is, shown as incomplete, and fetched again a bounded number of times",
    exit: [],
  },
  57: {
    fault: "a permission that is granted later",
    injected: "the simulated Strava extends the scope between two runs",
    expected:
      "what was fetched with fewer permissions is counted by plan, told once, and fetched after everything else",
    exit: [],
  },
  58: {
    fault: "a connection to PostgreSQL that anybody could read or pretend to be",
    injected: "a server whose certificate is another's or another host's, or that offers no TLS",
    expected: "each sslmode connects, checks and falls back as in libpq; plain text is reported",
    exit: [],
  },
  59: {
    fault: "a statement that would write, read files, run programs or leave its role",
    injected: "given to `sql`, as a superuser, on a server and in the embedded database",
    expected: "it is refused, and nothing of it stays",
    exit: [],
  },
  60: {
    fault: "a list that shifts while it is read, and activities that are dated in the future",
    injected:
      "the simulated Strava adds or deletes activities between two pages, or has some of 2033",
    expected:
      "the list is read to its end; what a deletion hides is kept, or comes with the next full sync; activities of any date are copied and hide no others",
    exit: [],
  },
  61: {
    fault: "an old activity that is uploaded late, edited or deleted",
    injected: "in the simulated Strava, between two runs",
    expected:
      "a full sync finds it: the first run of a day (UTC) if the full list costs at most 1 % of the day's reads, otherwise once a week; plan says which",
    exit: [],
  },
  62: {
    fault: "a state file that mentions a sink of another version",
    injected: "its name is written to the tables of the state file",
    expected: "the sink is named and left alone; everything else is read, verified and purged",
    exit: [],
  },
}
