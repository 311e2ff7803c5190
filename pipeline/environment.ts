/** The layers of a run, from what the user asked for: folder, sinks, policy; Strava comes from outside. */
import { Effect, FileSystem, Layer, Option, Path, type Redacted } from "effect"
import type { HttpClient } from "effect/http"
import * as CsvSink from "../sinks/CsvSink.ts"
import * as JsonSink from "../sinks/JsonSink.ts"
import { exists } from "../sinks/files.ts"
import * as PostgresSink from "../sinks/PostgresSink.ts"
import { type SinkName, Sinks } from "../sinks/Sink.ts"
import { Delivery } from "./Delivery.ts"
import { RunOptions } from "./RunOptions.ts"
import { RunTally } from "./RunTally.ts"
import { StateFile } from "./state/StateFile.ts"
import { Quota, type QuotaPolicy } from "./strava/Quota.ts"
import { Strava } from "./strava/Strava.ts"
import { TokenFile } from "./strava/TokenFile.ts"
import { Tokens } from "./strava/Tokens.ts"

export interface Settings {
  /** The folder that everything lands in. */
  readonly data: string
  readonly sinks: ReadonlyArray<SinkName>
  readonly databaseUrl: Option.Option<Redacted.Redacted>
  readonly policy: QuotaPolicy
  readonly options: RunOptions["Service"]
  /** Make the state file anew from what the sinks hold, if nothing else is left of it. */
  readonly rebuild?: boolean
}

/** The PostgreSQL that is configured: a server, or the database embedded in the folder. */
export const postgresConfig = Effect.fnUntraced(function* (
  { data, databaseUrl }: Pick<Settings, "data" | "databaseUrl">,
) {
  return { dataDir: (yield* Path.Path).join(data, "postgres"), url: databaseUrl }
})

/** The embedded database moves with its folder; a server is what its address says. */
const identityOf = ({ databaseUrl }: Pick<Settings, "databaseUrl">, location: string) =>
  Option.isNone(databaseUrl) ? "embedded" : location

/** One line each: how a sink is made. */
export const sinksLayer = (settings: Pick<Settings, "data" | "sinks" | "databaseUrl">) =>
  Layer.effect(
    Sinks,
    Effect.gen(function* () {
      const path = yield* Path.Path
      const fs = yield* FileSystem.FileSystem
      // A link that leads nowhere, such as to a disk that is not mounted, was not removed.
      const isLink = (location: string) => Effect.isSuccess(fs.readLink(location))
      const there = (location: string) =>
        Effect.orElseSucceed(exists(location), () => true).pipe(
          Effect.flatMap((found) => found ? Effect.succeed(true) : isLink(location)),
          Effect.provideService(FileSystem.FileSystem, fs),
        )
      const local = Option.isNone(settings.databaseUrl)
      const make = {
        json: JsonSink.make(path.join(settings.data, "json")),
        csv: CsvSink.make(path.join(settings.data, "csv")),
        postgres: Effect.map(
          Effect.flatMap(postgresConfig(settings), PostgresSink.make),
          (source) => ({ ...source, identity: identityOf(settings, source.location) }),
        ),
      }
      return yield* Effect.forEach(settings.sinks, (name) =>
        Effect.map(make[name], (source) =>
          // Only a server has to be asked.
          name === "postgres" && !local ? source : { ...source, there: there(source.location) }))
    }),
  )

/** Everything a run stands on, over an `HttpClient` that reaches Strava or the simulator. */
export const environment = <E, R>(
  settings: Settings,
  http: Layer.Layer<HttpClient.HttpClient, E, R>,
) => {
  const sinks = sinksLayer(settings)
  const { data, rebuild = false } = settings
  const state = StateFile.layer(data, settings.sinks, { rebuild }).pipe(Layer.provide(sinks))
  const strava = Strava.layer.pipe(
    Layer.provideMerge(Tokens.layer),
    Layer.provideMerge(Layer.mergeAll(
      Quota.layer(settings.policy),
      TokenFile.layer(settings.data),
      http,
    )),
  )
  return Layer.mergeAll(strava, Delivery.layer, RunTally.layer).pipe(
    Layer.provideMerge(Layer.mergeAll(state, sinks)),
    Layer.provideMerge(Layer.succeed(RunOptions, settings.options)),
  )
}
