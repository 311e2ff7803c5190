/** Whole runs over the simulated Strava, on the test clock: how tests start, watch and break them. */
import { Effect, Exit, Fiber, FileSystem, Layer, Option, type Path, Redacted } from "effect"
import { TestClock } from "effect/testing"
import { Delivery, Patience } from "../../pipeline/delivery/Delivery.ts"
import type * as Pipeline from "../../pipeline/run/Pipeline.ts"
import { Progress, type ProgressEvent } from "../../pipeline/base/Progress.ts"
import { defaultOptions, RunOptions } from "../../pipeline/stages/RunOptions.ts"
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

/** In the middle of a window. */
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

/** Moves the test clock until a condition holds. */
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
  /** Sinks outside of the run. */
  readonly others?: ReadonlyArray<SinkSource>
  readonly policy?: Partial<QuotaPolicy>
  readonly options?: Partial<RunOptions["Service"]>
  readonly selected?: Pipeline.Selection
  readonly last?: "activities" | "streams" | "everything"
  /** `--rebuild-state`. */
  readonly rebuild?: boolean
  readonly state?: (state: StateFile["Service"]) => StateFile["Service"]
  /** Milliseconds that the clock moves while real I/O proceeds: few if windows are counted. */
  readonly step?: number
  /** Give a sink up as soon as a real run would. Else not: files take real time, while the clock jumps. */
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

/** The layers of a run, its sinks and its state file as the test wants them. */
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
      return Layer.mergeAll(strava, Delivery.layer, RunTally.layer, RunTurns.layer).pipe(
        Layer.provideMerge(Layer.mergeAll(stateFile, Layer.succeed(Sinks, sources))),
        Layer.provideMerge(
          Layer.succeed(RunOptions, { ...defaultOptions, ...options }),
        ),
      )
    }),
  )

/** A run that has begun; `events` grow as it goes. */
export const beginTestRun = Effect.fnUntraced(function* (setup: Setup) {
  const events: Array<ProgressEvent> = []
  const last = { activities: activitiesStage, streams: stages.streams, everything: lastStage }
  const fiber = yield* sync<unknown, ErrorOf<typeof lastStage>, ServicesOf<typeof lastStage>>(
    last[setup.last ?? "streams"],
    setup.selected ?? (() => true),
  ).pipe(
    Effect.provide(layerOf(setup), { local: true }),
    setup.impatient === true ? (same) => same : Effect.provideService(Patience, endless),
    Effect.provideService(OtherSinks, setup.others ?? []),
    Effect.provideService(Progress, {
      notify: (event) => Effect.sync(() => void events.push(event)),
    }),
    Effect.forkScoped,
  )
  return { events, fiber }
})

/** A run from its beginning to its end; where it waits for a window, the clock jumps there. */
export const runToEnd = Effect.fnUntraced(function* (setup: Setup) {
  const { events, fiber } = yield* beginTestRun(setup)
  for (let exit = fiber.pollUnsafe(); exit === undefined; exit = fiber.pollUnsafe()) {
    yield* breathe
    // Answers may still arrive, and tell of themselves, while the next request waits.
    const last = events.findLast(({ _tag }) => _tag === "Waiting" || _tag === "Resumed")
    const now = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
    // A wait looks at the clock now and then, so it takes several steps.
    const left = last?._tag === "Waiting" ? last.until - now : 0
    yield* TestClock.adjust(left <= 0 ? setup.step ?? 100 : Math.min(left, 60_000))
  }
  return { ...yield* Fiber.join(fiber), events }
})

/** Presses Ctrl-C, then moves time by `step` milliseconds; returns true if the run ended by it. */
export const interrupt = Effect.fnUntraced(function* <A, E>(fiber: Fiber.Fiber<A, E>, step = 3) {
  fiber.interruptUnsafe()
  const exit = yield* untilDone(fiber, step)
  return Exit.hasInterrupts(exit)
})

/** Requests to Strava's API (not for tokens) that were seen so far. */
export const requestCount = Effect.map(
  Effect.flatMap(Simulator, (simulator) => simulator.requests),
  (requests) => requests.filter(({ path }) => path.startsWith("/api/v3/")),
)

/** A folder of its own for each test, at a realistic time. */
export const runFolder = Effect.gen(function* () {
  yield* TestClock.setTime(runStart)
  return yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
})

/** The activities whose streams were asked for, in the order of asking. */
export const streamsAsked = Effect.map(
  requestCount,
  (requests) =>
    requests.flatMap(({ path }) => {
      const id = /\/activities\/(\d+)\/streams$/.exec(path)?.[1]
      return id === undefined ? [] : [Number(id)]
    }),
)

/** The pages of the list that were asked for. */
export const pagesAsked = Effect.map(
  requestCount,
  (requests) =>
    requests.filter(({ path }) => path.endsWith("/athlete/activities")).map(({ query }) => query),
)
