/** What a crash scenario is: a world, a way to run the program, and where it is stopped. Plain data. */
import { Random } from "../../pipeline/simulator/world/random.ts"
import { type Failpoint, failpoints } from "../../sinks/failpoints.ts"

export type StopSignal = "SIGKILL" | "SIGINT" | "SIGTERM"

/** A moment that is passed for the `hit`-th time. */
interface Passing {
  readonly at: Failpoint
  readonly hit: number
  /** Counted only from there on. */
  readonly since?: Passing
}

/** A passing, or so many milliseconds after the run has begun. */
type Moment = Passing | { readonly after: number }

/** A response that Strava sends only after the run has passed a moment, however fast either is. */
export interface Hold {
  /** Paths that are requested. */
  readonly path: RegExp
  readonly until: Passing
}

export type Stop = Moment & {
  readonly signal: StopSignal
  readonly holds?: ReadonlyArray<Hold>
  /** The access token is no good any more when this run begins. */
  readonly expired?: boolean
}

export interface Scenario {
  readonly seed: number
  readonly activities: number
  readonly samples: number
  /** Of Strava's answers, in milliseconds. */
  readonly latency: number
  readonly concurrency: number
  readonly postgres: "server" | "embedded" | "none"
  readonly rotation: "always" | "with-access-token" | "never"
  /** A complete run comes first; then activities are added and edited. */
  readonly warm: boolean
  /** One run each, one after the other. */
  readonly stops: ReadonlyArray<Stop>
}

/** Whether the passings so far, the last one included, end just with `wanted`. */
export const isNow = (passed: ReadonlyArray<string>, wanted: Passing): boolean =>
  passed.at(-1) === wanted.at && timesPassed(passed, wanted) === wanted.hit

/** How often the moment of `wanted` was passed since it counts. */
export const timesPassed = (passed: ReadonlyArray<string>, { at, since }: Passing): number => {
  const from = since === undefined ? 0 : indexOf(passed, since) + 1
  return from < 0 ? 0 : passed.slice(from).filter((name) => name === at).length
}

/** Where `wanted` was passed; -Infinity where it was not. */
const indexOf = (passed: ReadonlyArray<string>, wanted: Passing): number => {
  const at = passed.findIndex((_, i) => isNow(passed.slice(0, i + 1), wanted))
  return at < 0 ? -Infinity : at
}

/** What the child is told by this variable of its environment. */
export const planVariable = "PACELINE_CRASH"
export interface ChildPlan {
  readonly stop?: Passing & { readonly signal: StopSignal }
  /** The file that the moments passed are noted in, one a line. */
  readonly trace: string
  /** True if no response is handed over in memory, so that deliveries read each from the state file. */
  readonly readsBack: boolean
}

/** A small world, a server and three sinks, stopped so; with `others` in place of that. */
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

/** How often a whole run passes a moment, about, with so many activities; 1 for all others. */
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

/** The scenario of a seed, the same for ever. */
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

/** A stop in words. */
export const describeStop = (stop: Stop): string =>
  `${stop.signal} ${"at" in stop ? inWords(stop) : `after ${stop.after} ms`}` +
  (stop.expired === true ? ", tokens expired" : "")
