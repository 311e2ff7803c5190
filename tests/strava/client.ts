/**
 * Helpers of the client's tests: the client in the form that a run builds, with a simulated Strava
 * and the test clock.
 */
import { ConfigProvider, Effect, FileSystem, Layer, Option } from "effect"
import type { HttpClient } from "effect/http"
import { TestClock } from "effect/testing"
import { layerClient } from "../../pipeline/simulator/client.ts"
import type { FaultResponse, SeenRequest } from "../../pipeline/simulator/protocol.ts"
import { Simulator, type SimulatorOptions } from "../../pipeline/simulator/Simulator.ts"
import {
  simulatedClientId,
  simulatedClientSecret,
  simulatedRefreshToken,
} from "../../pipeline/simulator/Tokens.ts"
import { World } from "../../pipeline/simulator/world/World.ts"
import type { StateFile } from "../../pipeline/state/StateFile.ts"
import { Quota, type QuotaPolicy } from "../../pipeline/strava/quota/Quota.ts"
import { Strava } from "../../pipeline/strava/Strava.ts"
import { StravaConfig } from "../../pipeline/strava/StravaConfig.ts"
import type { StoredTokens } from "../../pipeline/strava/auth/StoredTokens.ts"
import { TokenFile } from "../../pipeline/strava/auth/TokenFile.ts"
import { Tokens } from "../../pipeline/strava/auth/Tokens.ts"
import { breathe as oneBreath } from "../FileWork.ts"
import { emptyLedger, layerLedger, type QuotaRows, wait } from "./quota/load.ts"

/** Time in the middle of a window. */
export const now = Date.UTC(2026, 10, 23, 10, 7, 30)

const world = World.make({ activities: 3, manual: 0, samples: 3 })

export const simulatedStrava = (options: SimulatorOptions = {}) =>
  Simulator.layer({ world, ...options })

export const clientEnvironment = {
  STRAVA_CLIENT_ID: simulatedClientId,
  STRAVA_CLIENT_SECRET: simulatedClientSecret,
  STRAVA_REFRESH_TOKEN: simulatedRefreshToken,
}

export interface ClientOptions {
  /** Directory of `tokens.json`; without it, the tokens are kept in memory. */
  readonly data?: string
  readonly env?: Record<string, string>
  readonly ledger?: QuotaRows
  readonly policy?: QuotaPolicy
  /** Replaces the ledger in memory. */
  readonly state?: ReturnType<typeof StateFile.layer>
  readonly http?: Layer.Layer<HttpClient.HttpClient, never, Simulator>
  readonly files?: Layer.Layer<FileSystem.FileSystem>
}

/** Keeps the tokens in memory, so that only the test clock takes time. */
const tokensInMemory = Layer.sync(TokenFile, () => {
  let storedTokens = Option.none<StoredTokens>()
  return {
    path: "tokens.json",
    read: Effect.sync(() => storedTokens),
    write: (tokens) => Effect.sync(() => void (storedTokens = Option.some(tokens))),
    remove: Effect.sync(() => void (storedTokens = Option.none())),
  }
})

/** Provides the client of one run. */
export const layerRun = (
  {
    data,
    env = clientEnvironment,
    files,
    http = layerClient,
    ledger = emptyLedger(),
    policy = wait,
    state,
  }: ClientOptions,
) => {
  const config = ConfigProvider.layer(ConfigProvider.fromUnknown(env))
  const tokenFile = data === undefined
    ? tokensInMemory
    : TokenFile.layer(data).pipe(Layer.provide(config))
  return Strava.layer.pipe(
    Layer.provideMerge(Tokens.layer),
    Layer.provideMerge(Layer.mergeAll(
      Quota.layer(policy).pipe(Layer.provide(state ?? layerLedger(ledger))),
      files === undefined ? tokenFile : tokenFile.pipe(Layer.provide(files)),
      StravaConfig.layer.pipe(Layer.provide(config)),
      http,
    )),
  )
}

/** Makes a temporary directory and sets a realistic time. */
export const clientFolder = Effect.gen(function* () {
  yield* TestClock.setTime(now)
  return yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
})

/** Lets promises, streams and files progress, including responses with several steps. */
export const breatheLong = Effect.repeat(oneBreath, { times: 5 })

/** Returns the exit while time and real files progress, in steps shorter than any deadline. */
export const exitOf = Effect.fnUntraced(
  function* <A, E, R>(self: Effect.Effect<A, E, R>, step = 250) {
    const fiber = yield* Effect.forkChild(self)
    for (let exit = fiber.pollUnsafe();; exit = fiber.pollUnsafe()) {
      if (exit !== undefined) return exit
      yield* breatheLong
      if (fiber.pollUnsafe() === undefined) yield* TestClock.adjust(step)
    }
  },
)

export const ended = <A, E, R>(self: Effect.Effect<A, E, R>, step?: number) =>
  Effect.flatten(exitOf(self, step))

/** Returns the error. */
export const failureOf = <A, E, R>(self: Effect.Effect<A, E, R>, step?: number) =>
  Effect.flip(ended(self, step))

/** Makes the simulator respond to matching requests with this fault. */
export const injectFault = (path: string | RegExp, response: FaultResponse, times = Infinity) =>
  Effect.flatMap(Simulator, (simulator) => simulator.fault({ path, response, times }))

const seen = (wanted: (request: SeenRequest) => boolean) =>
  Effect.map(
    Effect.flatMap(Simulator, (simulator) => simulator.requests),
    (requests) => requests.filter(wanted),
  )

/** Requests for tokens. */
export const posts = seen(({ path }) => path === "/oauth/token")
/** Requests to the API. */
export const calls = seen(({ path }) => path.startsWith("/api/v3/"))

export const bearers = Effect.map(
  calls,
  (requests) => requests.map(({ headers }) => headers["authorization"]?.replace("Bearer ", "")),
)

/** Reads `tokens.json`. */
export const stored = Effect.fnUntraced(function* (data: string) {
  const text = yield* (yield* FileSystem.FileSystem).readFileString(`${data}/tokens.json`)
  return JSON.parse(text) as Record<string, unknown>
})
