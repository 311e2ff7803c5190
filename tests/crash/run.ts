/**
 * Plays a scenario: stops the program as planned, runs it to its end, and compares the results with the simulated
 * world. Returns the counters and every broken invariant.
 */
import { Effect, FileSystem } from "effect"
import { exitCodes } from "../../pipeline/base/exit.ts"
import { migrations } from "../../pipeline/state/file/migrations.ts"
import { csvFaults, expectedOf, jsonFaults, leftovers, postgresFaults } from "./expected.ts"
import { ledgerOf, type ServedRequest, type ServerLedger } from "./ledger.ts"
import { describeStop, type Scenario, type Stop, timesPassed } from "./plan.ts"
import { type CrashResult, type CrashStand, databaseFor, fileLines, runProgram } from "./stand.ts"
import { makeStrava, type RunRequests } from "./strava.ts"

export interface CrashReport {
  readonly scenario: Scenario
  /** Broken invariants, as text; empty if there are none. */
  readonly broken: ReadonlyArray<string>
  /** Failpoints at which a run was stopped, each as often as that happened. */
  readonly stoppedAt: ReadonlyArray<string>
  readonly passed: ReadonlySet<string>
  readonly kills: number
  readonly signals: number
  readonly runs: number
  /** Number of repeated requests per kill. */
  readonly extra: ReadonlyArray<number>
  /** Number of sign-ins that a kill made necessary. */
  readonly signIns: number
}

interface Played extends CrashResult, RunRequests {
  readonly stop: Stop | undefined
  readonly ledger: ServerLedger
  /** Requests that were sent, but whose response was not stored. */
  readonly lost: ReadonlyArray<ServedRequest>
  /** True if the user must sign in before the next run. */
  readonly signedOut: boolean
}

/** Exit codes of a run that a signal ends. */
export const signalExits = { SIGINT: 130, SIGTERM: 143 } as const

/**
 * Returns a key that is equal for duplicate requests. A page of a list has the same key whatever
 * the period of the list.
 */
const keyOf = ({ path, query }: ServedRequest) => `${path}?page=${query["page"] ?? ""}`

const isListing = ({ path }: ServedRequest) => path.endsWith("/athlete/activities")

const tally = (asked: ReadonlyArray<ServedRequest>): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>()
  for (const key of asked.map(keyOf)) counts.set(key, (counts.get(key) ?? 0) + 1)
  return counts
}

const storedToken = (data: string): string | undefined => {
  try {
    return JSON.parse(Deno.readTextFileSync(`${data}/tokens.json`)).refresh_token
  } catch {
    return undefined
  }
}

const wasReached = (stop: Stop, { passed, signal }: CrashResult): boolean =>
  "at" in stop
    ? timesPassed(passed, stop) >= stop.hit
    : stop.signal !== "SIGKILL" || signal === "SIGKILL"

/**
 * True if the newest refresh token can be lost: the run was killed after Strava issued it, which can invalidate the
 * previous one, and before it was on disk, so also before its first use.
 */
const mayLoseToken = ({ passed, signal, used }: Played) =>
  signal === "SIGKILL" && !used &&
  passed.lastIndexOf("token.asking") > passed.lastIndexOf("token.kept")

/** Returns the faults of the end of one run. */
const faultsOfRun = (
  { concurrency }: Scenario,
  played: Played,
  before: { readonly signedOut: boolean },
): ReadonlyArray<string> => {
  const { asked, code, ledger, lost, passed, signal, signedOut, stderr, stdout, stop } = played
  const faults: Array<string> = []
  const reached = stop !== undefined && wasReached(stop, played)
  const killed = signal === "SIGKILL"
  const wanted = before.signedOut ? exitCodes.credentials : exitCodes.complete
  if (!reached) {
    if (code !== wanted) faults.push(`exit ${code} instead of ${wanted}: ${stderr.trim()}`)
  } else if (stop.signal === "SIGKILL") {
    if (!killed) faults.push(`exit ${code}, although it was killed: ${stderr.trim()}`)
  } else {
    // The run can end before the signal arrives.
    const over = passed.includes("run.ended") ? exitCodes.complete : signalExits[stop.signal]
    const codes: ReadonlyArray<number> = before.signedOut
      ? [wanted, signalExits[stop.signal]]
      : [over, signalExits[stop.signal]]
    if (!codes.includes(code)) {
      faults.push(`exit ${code} instead of ${signalExits[stop.signal]}: ${stderr.trim()}`)
    }
  }
  if (before.signedOut && code === exitCodes.credentials && !/deno task auth/.test(stderr)) {
    faults.push(`it does not say how to sign in: ${stderr.trim()}`)
  }
  if (!killed && lost.length > 0) {
    faults.push(`it ended by itself and lost ${lost.map(keyOf).join(", ")}`)
  }
  if (lost.length > concurrency) {
    faults.push(`${lost.length} answers lost, with ${concurrency} under way at most`)
  }
  if (signedOut && !before.signedOut && !mayLoseToken(played)) {
    faults.push("the newest refresh token is lost")
  }
  // The program repairs lost data itself, so that only its summary shows a loss.
  if (/"shortfalls":\[\{/.test(stdout)) {
    faults.push("a sink lacks what it has acknowledged")
  }
  if (ledger.fault !== undefined) faults.push(`the state file is damaged: ${ledger.fault}`)
  if (ledger.version < 0 || ledger.version > migrations.length) {
    faults.push(`the state file is of version ${ledger.version}, which there is not`)
  }
  if (asked.length > 0 && ledger.version === 0) faults.push("asked before there was a state file")
  return faults
}

/** Returns the requests that were repeated more often than lost responses explain. */
const repeated = (
  runs: ReadonlyArray<Played>,
  isDoubt: (asked: ServedRequest) => boolean,
): ReadonlyArray<string> => {
  const finished = runs.at(-2)?.ledger.finished ?? 0
  const lost = tally(runs.flatMap((run) => run.lost))
  return [...tally(runs.flatMap((run) => run.asked))].flatMap(([key, count]) => {
    const listings = /\/athlete\/activities\?/.test(key) ? finished : 0
    const doubts = runs.some(({ asked }) => asked.some((one) => keyOf(one) === key && isDoubt(one)))
      ? 1
      : 0
    const allowed = 1 + listings + doubts + (lost.get(key) ?? 0)
    return count > allowed ? [`${key} was asked for ${count} times instead of ${allowed}`] : []
  })
}

const today = () => new Date().toISOString().slice(0, 10)

export const play = Effect.fnUntraced(function* (stand: CrashStand, scenario: Scenario) {
  const fs = yield* FileSystem.FileSystem
  const data = `${yield* fs.makeTempDirectoryScoped()}/data`
  const strava = yield* makeStrava(scenario)
  // The athlete is fetched weekly, so the first response is kept after activities are added.
  const { athlete } = expectedOf(strava.world, strava.without, strava.bodies)
  const database = yield* databaseFor(stand, scenario.postgres, data)
  const sinks = ["json", "csv", ...(database === undefined ? [] : ["postgres"])]
  const words = [
    ...["pipeline", "--data", data, "--concurrency", String(scenario.concurrency)],
    ...sinks.flatMap((name) => ["--sink", name]),
    ...["--with", "details", "--json"],
    // With so few activities, one deletion exceeds the safety limit.
    ...(scenario.warm ? ["--allow-deletions", "1"] : []),
  ]
  const day = today()
  const runs: Array<Played> = []
  const broken: Array<string> = []
  const total = { signIns: 0 }

  const run = Effect.fnUntraced(function* (stop: Stop | undefined) {
    const before = { signedOut: runs.at(-1)?.signedOut ?? false }
    if (stop?.expired === true) yield* strava.expire
    const trace = `${yield* fs.makeTempDirectoryScoped()}/trace`
    yield* fs.writeFileString(trace, "")
    const { env, seen } = yield* strava.served(stop?.holds ?? [], () => fileLines(trace))
    const ended = yield* runProgram({
      root: stand.root,
      words,
      trace,
      env: { ...env, ...database?.env },
      // Half of the scenarios read back, so that both ways of delivery are stopped at every
      // failpoint.
      readsBack: scenario.seed % 2 === 0,
      ...(stop === undefined
        ? {}
        : "at" in stop
        ? { stop }
        : { later: { after: stop.after, signal: stop.signal } }),
    })
    const { asked, exchanges, used } = yield* seen
    const ledger = ledgerOf(data)
    const lost = asked.filter((one) =>
      strava.isDoubt(one) ? ledger.deleted.size === 0 : !ledger.has(one)
    )
    const signedOut = !strava.canGoOn(storedToken(data))
    const played = { ...ended, asked, exchanges, used, stop, ledger, lost, signedOut }
    runs.push(played)
    const counted = runs.reduce((sum, { asked }) => sum + asked.length, 0)
    const faults = [
      ...faultsOfRun(scenario, played, before),
      ...(ledger.counted < counted && day === today()
        ? [`only ${ledger.counted} of ${counted} requests are counted`]
        : []),
    ]
    const which = `run ${runs.length}${stop === undefined ? "" : ` (${describeStop(stop)})`}`
    broken.push(...faults.map((fault) => `${which}: ${fault}`))
    return played
  }, Effect.scoped)

  const reportOf = (): CrashReport => {
    const stopped = runs.filter((run) => run.stop !== undefined && wasReached(run.stop, run))
    const kills = stopped.filter(({ signal }) => signal === "SIGKILL")
    return {
      scenario,
      broken,
      stoppedAt: stopped.map(({ stop }) => stop !== undefined && "at" in stop ? stop.at : "a time"),
      passed: new Set(runs.flatMap(({ passed }) => passed)),
      kills: kills.length,
      signals: stopped.length - kills.length,
      runs: runs.length,
      extra: kills.map(({ lost }) => lost.length),
      signIns: total.signIns,
    }
  }

  /** Runs until the data is complete: once, or again after a sign-in. */
  const complete = Effect.gen(function* () {
    const { code } = yield* run(undefined)
    if (code !== exitCodes.credentials) return
    total.signIns++
    yield* strava.authorize
    runs.push({ ...runs.pop()!, signedOut: false })
    yield* run(undefined)
  })

  if (scenario.warm) {
    yield* complete
    yield* strava.goOn
  }
  for (const stop of scenario.stops) {
    const { code } = yield* run(stop)
    if (code !== exitCodes.credentials) continue
    total.signIns++
    yield* strava.authorize
    runs.push({ ...runs.pop()!, signedOut: false })
  }
  if (broken.length > 0) return reportOf()
  yield* complete
  broken.push(...repeated(runs, strava.isDoubt))
  const { ledger } = runs.at(-1)!
  if (ledger.undelivered > 0) broken.push(`${ledger.undelivered} rows are still to be delivered`)

  const expected = {
    ...expectedOf(strava.world, strava.without, strava.bodies),
    athlete,
  }
  const readable = <A>(what: string, look: () => ReadonlyArray<A>) =>
    Effect.try(look).pipe(Effect.catch(({ cause }) => Effect.succeed([`${what}: ${cause}`])))
  broken.push(
    ...yield* readable("json", () => jsonFaults(`${data}/json`, expected)),
    ...yield* readable("csv", () => csvFaults(`${data}/csv`, expected)),
  )
  if (database !== undefined) {
    broken.push(
      ...yield* postgresFaults(expected).pipe(
        Effect.provide(database.layer),
        Effect.catchCause((cause) => Effect.succeed([`postgres: ${cause}`])),
      ),
    )
  }

  // A run without requests does not detect that its token is expired.
  const mayExchange = strava.isExpired()
  const last = yield* run(undefined)
  if (last.exchanges > 0 && !mayExchange) broken.push("the last run asked for a token")
  if (last.asked.length !== 2 || !last.asked.every(isListing)) {
    broken.push(`the last run asked for ${last.asked.map(keyOf).join(", ")}`)
  }
  broken.push(...leftovers(data))

  return reportOf()
}, Effect.scoped)
