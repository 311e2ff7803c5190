/** Crash scenarios as plain data: a world, options of the program, and the stops. */
import { Random } from "../../pipeline/simulator/world/random.ts"
import { type Failpoint, failpoints } from "../../sinks/failpoints.ts"

export type StopSignal = "SIGKILL" | "SIGINT" | "SIGTERM"

/** Passing number `hit` of a failpoint. */
interface Passing {
  readonly at: Failpoint
  readonly hit: number
  /** Passing from which on passings are counted. */
  readonly since?: Passing
}

/** A passing, or a time in milliseconds after the start of the run. */
type Moment = Passing | { readonly after: number }

/** A response that Strava sends only after the run has passed a failpoint, independent of speed. */
export interface Hold {
  /** Paths that are requested. */
  readonly path: RegExp
  readonly until: Passing
}

export type Stop = Moment & {
  readonly signal: StopSignal
  readonly holds?: ReadonlyArray<Hold>
  /** True if the access token is expired when this run begins. */
  readonly expired?: boolean
}

export interface Scenario {
  readonly seed: number
  readonly activities: number
  readonly samples: number
  /** Latency of Strava's responses, in milliseconds. */
  readonly latency: number
  readonly concurrency: number
  readonly postgres: "server" | "embedded" | "none"
  readonly rotation: "always" | "with-access-token" | "never"
  /** True if a complete run comes first, after which activities are added and edited. */
  readonly warm: boolean
  /** Stops, one run each, in this order. */
  readonly stops: ReadonlyArray<Stop>
}

/** True if the last passing so far is `wanted`. */
export const isNow = (passed: ReadonlyArray<string>, wanted: Passing): boolean =>
  passed.at(-1) === wanted.at && timesPassed(passed, wanted) === wanted.hit

/** Returns how often the failpoint of `wanted` was passed since `since`. */
export const timesPassed = (passed: ReadonlyArray<string>, { at, since }: Passing): number => {
  const from = since === undefined ? 0 : indexOf(passed, since) + 1
  return from < 0 ? 0 : passed.slice(from).filter((name) => name === at).length
}

/** Returns the index of the passing; -Infinity if there is none. */
const indexOf = (passed: ReadonlyArray<string>, wanted: Passing): number => {
  const at = passed.findIndex((_, i) => isNow(passed.slice(0, i + 1), wanted))
  return at < 0 ? -Infinity : at
}

/** Environment variable with the plan of the child. */
export const planVariable = "PACELINE_CRASH"
export interface ChildPlan {
  readonly stop?: Passing & { readonly signal: StopSignal }
  /** File in which the passed failpoints are recorded, one per line. */
  readonly trace: string
  /** True if deliveries read each response from the state file instead of from memory. */
  readonly readsBack: boolean
}

/** Returns a scenario with these stops: a small world, a server and three sinks, overridden by `others`. */
export const stopPlan = (
  stops: ReadonlyArray<Stop>,
  others: Partial<Scenario> = {},
): Scenario => ({
  seed: 1,
  activities: 12,
  samples: 12,
  latency: 0,
  concurrency: 4,
  postgres: "server",
  rotation: "always",
  warm: false,
  stops,
  ...others,
})

export const failpointNames = Object.keys(failpoints) as ReadonlyArray<Failpoint>

/** Approximate number of passings of a failpoint in a whole run, by number of activities; 1 for all others. */
const often: Partial<Record<Failpoint, (activities: number) => number>> = {
  "state.committing": (n) => 3 * n,
  "state.committed": (n) => 3 * n,
  "token.kept": () => 2,
  "request.reserved": (n) => n,
  "request.answered": (n) => n,
  "answer.kept": (n) => n,
  "batch.taken": (n) => n / 2,
  "batch.written": (n) => n / 2,
  "batch.acknowledged": (n) => n / 2,
  "file.opened": (n) => 2 * n,
  "file.written": (n) => 2 * n,
  "file.synced": (n) => 2 * n,
  "file.renamed": (n) => 2 * n,
  "folder.made": () => 5,
  "folder.synced": (n) => n,
  "postgres.written": (n) => n / 3,
  "postgres.committed": (n) => n / 3,
}

const momentOf = (random: Random, activities: number, last: Moment | undefined): Moment => {
  if (random.chance(0.15)) return { after: random.int(0, 500) }
  const at = last !== undefined && "at" in last && random.chance(0.4)
    ? last.at
    : random.pick(failpointNames)
  const most = Math.ceil(often[at]?.(activities) ?? 1)
  return { at, hit: 1 + Math.floor(random.next() ** 2 * most) }
}

/** Returns the scenario of a seed, always the same. */
export const scenarioOf = (seed: number): Scenario => {
  const random = new Random(seed, 77)
  const activities = random.int(5, 30)
  const warm = random.chance(0.2)
  const stops: Array<Stop> = []
  const count = random.int(1, 3)
  while (stops.length < count) {
    stops.push({
      ...momentOf(random, activities, stops.at(-1)),
      signal: random.chance(0.9) ? "SIGKILL" : random.pick(["SIGINT", "SIGTERM"]),
      ...((warm || stops.length > 0) && random.chance(0.2) ? { expired: true } : {}),
    })
  }
  return {
    seed,
    activities,
    samples: random.int(10, 60),
    latency: random.pick([0, 0, 5, 20]),
    concurrency: random.pick([1, 2, 4, 8]),
    postgres: random.chance(0.04) ? "embedded" : random.chance(0.85) ? "server" : "none",
    rotation: random.pick(["always", "always", "with-access-token", "never"]),
    warm,
    stops,
  }
}

const inWords = ({ at, hit, since }: Passing): string =>
  `at ${at} #${hit}${since === undefined ? "" : ` since ${inWords(since)}`}`

/** Returns a stop as text. */
export const describeStop = (stop: Stop): string =>
  `${stop.signal} ${"at" in stop ? inWords(stop) : `after ${stop.after} ms`}` +
  (stop.expired === true ? ", tokens expired" : "")
