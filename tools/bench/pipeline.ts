/** One run of the pipeline against the simulator, in a process of its own: prints what it took as JSON. */
import { defaultOptions } from "../../pipeline/RunOptions.ts"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, Layer, Option, Redacted } from "effect"
import { environment, type Settings } from "../../pipeline/environment.ts"
import { Progress } from "../../pipeline/Progress.ts"
import { layerClient } from "../../pipeline/simulator/client.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import {
  simulatedClientId,
  simulatedClientSecret,
  simulatedRefreshToken,
} from "../../pipeline/simulator/Tokens.ts"
import { streams } from "../../pipeline/stages/streams.ts"
import { StravaConfig } from "../../pipeline/strava/StravaConfig.ts"
import { sync } from "../../pipeline/sync.ts"
import type { SinkName } from "../../sinks/Sink.ts"
import { bytesUnder, lowerHighWater, meter, type Reading } from "./meter.ts"

export interface Load {
  readonly activities: number
  /** Of each activity. */
  readonly samples: number
  readonly sinks: ReadonlyArray<SinkName>
  /** A reading is kept after every so many activities. */
  readonly every: number
}

/** `peak` is of the run without the opening of the sinks. */
export interface Taken extends Reading {
  /** Until all sinks were open; of PostgreSQL in a new folder this is most of it. */
  readonly opening: Reading
  readonly requests: number
  /** Received from the simulator, decoded. */
  readonly received: number
  /** Activities whose samples were fetched. */
  readonly fetched: number
  readonly written: Readonly<Record<string, number>>
  readonly readings: ReadonlyArray<Reading & { readonly done: number }>
}

const credentials = Layer.succeed(StravaConfig, {
  apiUrl: "http://127.0.0.1/api/v3",
  oauthUrl: "http://127.0.0.1/oauth",
  credentials: Effect.succeed({
    clientId: simulatedClientId,
    clientSecret: Redacted.make(simulatedClientSecret),
  }),
  refreshToken: Option.some(Redacted.make(simulatedRefreshToken)),
  authorizationCode: Option.none(),
})

const run = Effect.fnUntraced(function* ({ activities, every, samples, sinks }: Load) {
  const data = yield* Effect.acquireRelease(
    Effect.sync(() => Deno.makeTempDirSync({ prefix: "paceline-bench-" })),
    (folder) => Effect.sync(() => Deno.removeSync(folder, { recursive: true })),
  )
  const settings: Settings = {
    data,
    sinks,
    databaseUrl: Option.none(),
    policy: { onLimit: "wait", deadline: undefined, reserve: 0 },
    options: defaultOptions,
  }
  const strava = layerClient.pipe(
    Layer.provide(Simulator.layer({ activities, samples, until: Date.now(), limits: "none" })),
  )
  const reading = meter()
  const readings: Array<Taken["readings"][number]> = []
  let opening: Reading | undefined
  const { code, summary } = yield* sync(streams, () => true).pipe(
    Effect.provideService(Progress, {
      notify: (event) =>
        Effect.sync(() => {
          if (opening === undefined) {
            opening = reading()
            lowerHighWater()
          }
          if (event._tag !== "Advanced" || event.stage !== "streams") return
          if (event.done >= (readings.length + 1) * every) {
            readings.push({ ...reading(), done: event.done })
          }
        }),
    }),
    Effect.provide(environment(settings, strava)),
    Effect.provide(credentials),
  )
  if (code !== 0) return yield* Effect.die(new Error(`the run ended with ${code}`))
  const written = Object.fromEntries(
    [...sinks, "state.db"].map((name) => [name, bytesUnder(`${data}/${name}`)]),
  )
  return {
    ...reading(),
    opening: opening ?? reading(),
    requests: summary.requests,
    received: summary.bytes,
    fetched: summary.resources.streams?.fresh ?? 0,
    written,
    readings,
  } satisfies Taken
})

if (import.meta.main) {
  const taken = await Effect.runPromise(
    run(JSON.parse(Deno.args[0] ?? "{}") as Load).pipe(
      Effect.scoped,
      Effect.provide(NodeServices.layer),
    ),
  )
  await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(taken)))
}
