/** Shared by the client's tests: the client as a run builds it, over a simulated Strava, on the test clock. */
import { ConfigProvider, Effect, FileSystem, Layer, Option } from "effect"
import type { HttpClient } from "effect/http"
import { TestClock } from "effect/testing"
import { layerClient } from "../../pipeline/simulator/client.ts"
import type { FaultAnswer, SeenRequest } from "../../pipeline/simulator/protocol.ts"
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

/** In the middle of a window. */
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
  /** The folder of `tokens.json`; the tokens are kept in memory without one. */
  readonly data?: string
  readonly env?: Record<string, string>
  readonly ledger?: QuotaRows
  readonly policy?: QuotaPolicy
  /** In place of the ledger in memory. */
  readonly state?: ReturnType<typeof StateFile.layer>
  readonly http?: Layer.Layer<HttpClient.HttpClient, never, Simulator>
  readonly files?: Layer.Layer<FileSystem.FileSystem>
}

/** No file, so that nothing but the test clock takes time. */
const tokensInMemory = Layer.sync(TokenFile, () => {
  let kept = Option.none<StoredTokens>()
  return {
    path: "tokens.json",
    read: Effect.sync(() => kept),
    write: (tokens) => Effect.sync(() => void (kept = Option.some(tokens))),
    remove: Effect.sync(() => void (kept = Option.none())),
  }
})

/** The client of one run. */
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

/** A folder of the test's own, at a realistic time. */
export const clientFolder = Effect.gen(function* () {
  yield* TestClock.setTime(now)
  return yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
})

/** Let promises, streams and files move on, answers of several steps too. */
export const breatheLong = Effect.repeat(oneBreath, { times: 5 })

/** How it ends, with time and real files moving on; in steps shorter than any deadline. */
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

/** The error it ends with. */
export const failureOf = <A, E, R>(self: Effect.Effect<A, E, R>, step?: number) =>
  Effect.flip(ended(self, step))

/** From now on such requests are answered so. */
export const injectFault = (path: string | RegExp, answer: FaultAnswer, times = Infinity) =>
  Effect.flatMap(Simulator, (simulator) => simulator.fault({ path, answer, times }))

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

/** What `tokens.json` holds. */
export const stored = Effect.fnUntraced(function* (data: string) {
  const text = yield* (yield* FileSystem.FileSystem).readFileString(`${data}/tokens.json`)
  return JSON.parse(text) as Record<string, unknown>
})
