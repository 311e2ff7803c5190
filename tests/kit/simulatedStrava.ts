/** A simulated Strava for the tests of a script: one made-up athlete, with Strava's limits. */
import { Effect, Layer, Redacted } from "effect"
import type { HttpClient } from "effect/http"
import type { Pipeline } from "../../pipeline/mod.ts"
import { layerClient } from "../../pipeline/simulator/client.ts"
import {
  simulatedClientId,
  simulatedClientSecret,
  simulatedRefreshToken,
} from "../../pipeline/simulator/Tokens.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"

/** The simulated athlete. */
export interface SimulatedOptions {
  /** Number of activities; 10 by default. */
  readonly activities?: number
  /** Number of samples of each; 10 by default. */
  readonly samples?: number
}

/** A simulated Strava, and its client. */
export interface SimulatedStrava {
  /** Pass it to `Pipeline.run` as `http`. */
  readonly http: Layer.Layer<HttpClient.HttpClient>
  /** Credentials that it accepts: pass them to `Pipeline.run` too. */
  readonly credentials: Pipeline.AppCredentials
  /** Paths of the requests so far, without those for tokens. */
  readonly requests: Effect.Effect<ReadonlyArray<string>>
}

/** Returns a simulated Strava. It keeps its state: the limits, and what was requested. */
export const makeSimulatedStrava = (
  { activities = 10, samples = 10 }: SimulatedOptions = {},
): Effect.Effect<SimulatedStrava> =>
  Effect.gen(function* () {
    const simulator = yield* Simulator
    const client = layerClient.pipe(Layer.provide(Layer.succeed(Simulator, simulator)))
    return {
      http: client,
      credentials: {
        clientId: simulatedClientId,
        clientSecret: Redacted.make(simulatedClientSecret),
        refreshToken: Redacted.make(simulatedRefreshToken),
      },
      requests: Effect.map(simulator.requests, (seen) =>
        seen.map(({ path }) =>
          path
        ).filter((path) => path.startsWith("/api/v3/"))
          .map((path) => path.slice("/api/v3".length))),
    }
  }).pipe(Effect.provide(Simulator.layer({ activities, samples })))
