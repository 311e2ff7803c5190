/** The layers of a run, from what the user asked for: folder, sinks, policy; Strava comes from outside. */
import { Effect, FileSystem, Layer, Option, Path, type Redacted } from "effect"
import type { HttpClient } from "effect/http"
import { csvSink } from "../../sinks/csv/CsvSink.ts"
import { jsonSink } from "../../sinks/json/JsonSink.ts"
import { exists } from "../../sinks/files/atomic.ts"
import { postgresSink } from "../../sinks/postgres/PostgresSink.ts"
import { OtherSinks, SinkName, Sinks } from "../../sinks/Sink.ts"
import { Delivery } from "../delivery/Delivery.ts"
import { RunOptions } from "../stages/RunOptions.ts"
import { RunTally } from "../stages/RunTally.ts"
import { RunTurns } from "../stages/RunTurns.ts"
import { StateFile } from "../state/StateFile.ts"
import { Quota, type QuotaPolicy } from "../strava/quota/Quota.ts"
import { layerRecorder } from "../strava/Recorder.ts"
import { Strava } from "../strava/Strava.ts"
import { TokenFile } from "../strava/auth/TokenFile.ts"
import { Tokens } from "../strava/auth/Tokens.ts"

export interface Settings {
  /** The folder that everything lands in. */
  readonly data: string
  readonly sinks: ReadonlyArray<SinkName>
  readonly databaseUrl: Option.Option<Redacted.Redacted>
  readonly policy: QuotaPolicy
  readonly options: RunOptions["Service"]
  /** Make the state file anew from what the sinks hold, if nothing else is left of it. */
  readonly rebuild?: boolean
  /** The folder that every exchange with Strava is recorded in. */
  readonly record?: string | undefined
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

type Where = Pick<Settings, "data" | "sinks" | "databaseUrl">

/** One line each: how a sink is made. */
const sourcesOf = Effect.fnUntraced(function* ({ data, databaseUrl, sinks }: Where) {
  const path = yield* Path.Path
  const fs = yield* FileSystem.FileSystem
  // A link that leads nowhere, such as to a disk that is not mounted, was not removed.
  const isLink = (location: string) => Effect.isSuccess(fs.readLink(location))
  const there = (location: string) =>
    Effect.orElseSucceed(exists(location), () => true).pipe(
      Effect.flatMap((found) => found ? Effect.succeed(true) : isLink(location)),
      Effect.provideService(FileSystem.FileSystem, fs),
    )
  const local = Option.isNone(databaseUrl)
  const make = {
    json: jsonSink(path.join(data, "json")),
    csv: csvSink(path.join(data, "csv")),
    postgres: Effect.map(
      Effect.flatMap(postgresConfig({ data, databaseUrl }), postgresSink),
      (source) => ({ ...source, identity: identityOf({ databaseUrl }, source.location) }),
    ),
  }
  return yield* Effect.forEach(sinks, (name) =>
    Effect.map(make[name], (source) =>
      // Only a server has to be asked.
      name === "postgres" && !local ? source : { ...source, there: there(source.location) }))
})

export const sinksLayer = (settings: Where) => Layer.effect(Sinks, sourcesOf(settings))

/** The sinks of these names; one that is not configured well is none. */
export const configuredSinks = (settings: Where) =>
  Effect.map(
    Effect.forEach(
      settings.sinks,
      (name) => Effect.orElseSucceed(sourcesOf({ ...settings, sinks: [name] }), (): [] => []),
    ),
    (sources) => sources.flat(),
  )

/** The sinks that are not of this run. */
const otherSinksLayer = (settings: Where) =>
  Layer.effect(
    OtherSinks,
    configuredSinks({
      ...settings,
      sinks: SinkName.literals.filter((name) => !settings.sinks.includes(name)),
    }),
  )

/** The sign-in that is kept in the folder `data`, over an `HttpClient` as below. */
export const signInLayer = <E, R>(
  data: string,
  http: Layer.Layer<HttpClient.HttpClient, E, R>,
) => Tokens.layer.pipe(Layer.provideMerge(Layer.merge(TokenFile.layer(data), http)))

/** Everything a run stands on, over an `HttpClient` that reaches Strava or the simulator. */
export const runLayer = <E, R>(
  settings: Settings,
  http: Layer.Layer<HttpClient.HttpClient, E, R>,
) => {
  const sinks = Layer.merge(sinksLayer(settings), otherSinksLayer(settings))
  const { data, rebuild = false, record } = settings
  const state = StateFile.layer(data, settings.sinks, { rebuild }).pipe(Layer.provide(sinks))
  const strava = Strava.layer.pipe(
    Layer.provideMerge(signInLayer(data, http)),
    Layer.provideMerge(Quota.layer(settings.policy)),
  )
  return Layer.mergeAll(strava, Delivery.layer, RunTally.layer, RunTurns.layer).pipe(
    Layer.provideMerge(Layer.mergeAll(state, sinks)),
    Layer.provideMerge(Layer.succeed(RunOptions, settings.options)),
    Layer.provideMerge(record === undefined ? Layer.empty : layerRecorder(record)),
  )
}
