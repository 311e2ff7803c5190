/**
 * Runs against the simulated Strava on the test clock: helpers that start, observe and interrupt
 * them.
 */
import { Effect, Exit, Fiber, FileSystem, Layer, Option, type Path, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { Delivery, Patience } from "../../pipeline/delivery/Delivery.ts"
import type * as Pipeline from "../../pipeline/run/Pipeline.ts"
import { rememberLayer } from "../../pipeline/run/layers.ts"
import { partsOf, type ScriptPipeline } from "../../pipeline/run/ScriptPipeline.ts"
import { Progress, type ProgressEvent } from "../../pipeline/base/Progress.ts"
import { defaultOptions, RunOptions } from "../../pipeline/stages/RunOptions.ts"
import { PipelineStages } from "../../pipeline/stages/PipelineStages.ts"
import { RunTally } from "../../pipeline/stages/RunTally.ts"
import { RunTurns } from "../../pipeline/stages/RunTurns.ts"
import { layerClient } from "../../pipeline/simulator/client.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import {
  simulatedClientId,
  simulatedClientSecret,
  simulatedRefreshToken,
} from "../../pipeline/simulator/Tokens.ts"
import type { ErrorOf, ServicesOf } from "../../pipeline/stages/Stage.ts"
import { activitiesStage } from "../../pipeline/stages/activities.ts"
import { lastStage, stages } from "../../pipeline/stages/all.ts"
import { StateFile } from "../../pipeline/state/StateFile.ts"
import { Quota, type QuotaPolicy } from "../../pipeline/strava/quota/Quota.ts"
import { Strava } from "../../pipeline/strava/Strava.ts"
import { StravaConfig } from "../../pipeline/strava/StravaConfig.ts"
import { TokenFile } from "../../pipeline/strava/auth/TokenFile.ts"
import { Tokens } from "../../pipeline/strava/auth/Tokens.ts"
import { sync } from "../../pipeline/run/run.ts"
import { OtherSinks, Sinks, type SinkSource } from "../../sinks/Sink.ts"
import { breathe } from "../FileWork.ts"

/** Start of the runs, in the middle of a window. */
export const runStart = Date.UTC(2026, 10, 23, 10, 7, 30)

export { breathe }

/**
 * Moves the test clock by `step` milliseconds until `fiber` is done, with real I/O in between;
 * returns its exit. Steps are small, because a request's deadline runs on the test clock too.
 */
export const untilDone = Effect.fnUntraced(function* <A, E>(fiber: Fiber.Fiber<A, E>, step = 100) {
  for (let exit = fiber.pollUnsafe();; exit = fiber.pollUnsafe()) {
    if (exit !== undefined) return exit
    yield* breathe
    yield* TestClock.adjust(step)
  }
})

/** Moves the test clock until a condition is true. */
export const untilTrue = Effect.fnUntraced(function* (condition: () => boolean, step = 10) {
  for (let round = 0; !condition(); round++) {
    if (round > 20_000) return yield* Effect.die(new Error("it never came true"))
    yield* breathe
    yield* TestClock.adjust(step)
  }
})

type Source = Effect.Effect<SinkSource, never, FileSystem.FileSystem | Path.Path>

export interface Setup {
  readonly data: string
  readonly sinks: ReadonlyArray<SinkSource | Source>
  /** Sinks that this run does not write to. */
  readonly others?: ReadonlyArray<SinkSource>
  readonly policy?: Partial<QuotaPolicy>
  readonly options?: Partial<RunOptions["Service"]>
  readonly selected?: Pipeline.Selection
  readonly last?: "activities" | "streams" | "everything"
  /** Pipeline of a script, in place of the built-in stages. */
  readonly pipeline?: ScriptPipeline
  /** Value of `--rebuild-state`. */
  readonly rebuild?: boolean
  readonly state?: (state: StateFile["Service"]) => StateFile["Service"]
  /**
   * Number of milliseconds per step of the clock while real I/O proceeds. Use a small step if
   * windows are counted.
   */
  readonly step?: number
  /**
   * True if sinks time out as in a real run. False by default, because files take real time while
   * the clock jumps.
   */
  readonly impatient?: boolean
}

const endless = { limit: "1000 days", grace: "1000 days" } as const

/** Configuration of a run against the simulated Strava. */
export const credentials = Layer.succeed(StravaConfig, {
  apiUrl: "https://www.strava.com/api/v3",
  oauthUrl: "https://www.strava.com/oauth",
  credentials: Effect.succeed({
    clientId: simulatedClientId,
    clientSecret: Redacted.make(simulatedClientSecret),
  }),
  refreshToken: Option.some(Redacted.make(simulatedRefreshToken)),
  authorizationCode: Option.none(),
})

/** Builds the layers of a run with the sinks and the state file of `setup`. */
const layerOf = (
  { data, options, policy, rebuild = false, sinks, state = (same) => same }: Setup,
) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const sources = yield* Effect.forEach(
        sinks,
        (sink) => Effect.isEffect(sink) ? sink : Effect.succeed(sink),
      )
      const stateFile = Layer.effect(StateFile, Effect.map(StateFile, state)).pipe(
        Layer.provide(StateFile.layer(data, sources.map(({ name }) => name), { rebuild })),
        Layer.provide(Layer.succeed(Sinks, sources)),
      )
      const strava = Strava.layer.pipe(
        Layer.provideMerge(Tokens.layer),
        Layer.provideMerge(Layer.mergeAll(
          Quota.layer({ onLimit: "wait", deadline: undefined, reserve: 0, ...policy }),
          TokenFile.layer(data),
          layerClient,
          credentials,
        )),
      )
      const all = { ...defaultOptions, ...options }
      const remembering = rememberLayer({ data, options: all }).pipe(Layer.provideMerge(stateFile))
      return Layer.mergeAll(strava, Delivery.layer, RunTally.layer, RunTurns.layer).pipe(
        Layer.provideMerge(Layer.mergeAll(remembering, Layer.succeed(Sinks, sources))),
        Layer.provideMerge(Layer.succeed(RunOptions, all)),
      )
    }),
  )

/** Starts a run. Returns its fiber and its `events`, which grow during the run. */
export const beginTestRun = Effect.fnUntraced(function* (setup: Setup) {
  const events: Array<ProgressEvent> = []
  const last = { activities: activitiesStage, streams: stages.streams, everything: lastStage }
  const fiber = yield* sync<unknown, ErrorOf<typeof lastStage>, ServicesOf<typeof lastStage>>(
    setup.pipeline === undefined ? last[setup.last ?? "streams"] : partsOf(setup.pipeline).last,
    setup.selected ?? (() => true),
  ).pipe(
    Effect.provide(layerOf(setup), { local: true }),
    setup.impatient === true ? (same) => same : Effect.provideService(Patience, endless),
    Effect.provideService(OtherSinks, setup.others ?? []),
    setup.pipeline === undefined
      ? (same) => same
      : Effect.provideService(PipelineStages, partsOf(setup.pipeline)),
    Effect.provideService(Progress, {
      notify: (event) => Effect.sync(() => void events.push(event)),
    }),
    Effect.forkScoped,
  )
  return { events, fiber }
})

/** Runs from start to end. If the run waits for a window, the clock jumps there. */
export const runToEnd = Effect.fnUntraced(function* (setup: Setup) {
  const { events, fiber } = yield* beginTestRun(setup)
  for (let exit = fiber.pollUnsafe(); exit === undefined; exit = fiber.pollUnsafe()) {
    yield* breathe
    // Responses can still arrive and emit events while the next request waits.
    const last = events.findLast(({ _tag }) => _tag === "Waiting" || _tag === "Resumed")
    const now = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
    // A wait checks the clock at intervals, so it takes several steps.
    const left = last?._tag === "Waiting" ? last.until - now : 0
    yield* TestClock.adjust(left <= 0 ? setup.step ?? 100 : Math.min(left, 60_000))
  }
  return { ...yield* Fiber.join(fiber), events }
})

/** Presses Ctrl-C, then moves time by `step` milliseconds. Returns true if this ended the run. */
export const interrupt = Effect.fnUntraced(function* <A, E>(fiber: Fiber.Fiber<A, E>, step = 3) {
  fiber.interruptUnsafe()
  const exit = yield* untilDone(fiber, step)
  return Exit.hasInterrupts(exit)
})

/** Returns all requests to Strava's API so far, without those for tokens. */
export const requestCount = Effect.map(
  Effect.flatMap(Simulator, (simulator) => simulator.requests),
  (requests) => requests.filter(({ path }) => path.startsWith("/api/v3/")),
)

/** Creates a folder for one test, at a realistic time. */
export const runFolder = Effect.gen(function* () {
  yield* TestClock.setTime(runStart)
  return yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
})

/** Returns the ids of the activities whose streams were requested, in the order of the requests. */
export const streamsAsked = Effect.map(
  requestCount,
  (requests) =>
    requests.flatMap(({ path }) => {
      const id = /\/activities\/(\d+)\/streams$/.exec(path)?.[1]
      return id === undefined ? [] : [Number(id)]
    }),
)

/** Returns the queries of all requests for pages of the list. */
export const pagesAsked = Effect.map(
  requestCount,
  (requests) =>
    requests.filter(({ path }) => path.endsWith("/athlete/activities")).map(({ query }) => query),
)
