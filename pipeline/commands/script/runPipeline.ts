/** Runs a pipeline of a script once, as `paceline pipeline` runs the built-in one. */
import { Clock, Config, Duration, Effect, Layer, Option, type Redacted } from "effect"
import type { HttpClient } from "effect/http"
import { registryLayer } from "../../../sinks/registry.ts"
import { SinkRegistry, usualSinks } from "../../../sinks/SinkKind.ts"
import { platform } from "../../base/platform.ts"
import { runLayer, type Settings } from "../../run/layers.ts"
import { sync } from "../../run/run.ts"
import { partsOf, pipelineLayer, type ScriptPipeline } from "../../run/ScriptPipeline.ts"
import { defaultOptions } from "../../stages/RunOptions.ts"
import type { AnyStage } from "../../stages/all.ts"
import type { Figures } from "../../stages/RunTally.ts"
import { scriptResourcesLayer } from "../../state/scriptResources.ts"
import type * as Stage from "../../stages/Stage.ts"
import { Strava } from "../../strava/Strava.ts"
import { StravaConfig } from "../../strava/StravaConfig.ts"
import { databaseUrl } from "../flags/databaseUrl.ts"
import { callersConfiguration } from "../process/configuration.ts"
import { ready } from "../process/ready.ts"

/** Names of the optional resources. */
export type OptionalName = "zones" | "stats" | "gear" | "details" | "activity_zones"

/** The API application of a script, and a sign-in. */
export interface AppCredentials {
  readonly clientId: string
  readonly clientSecret: Redacted.Redacted
  /** Used once, if the data directory has no sign-in yet; Strava replaces it, and the directory keeps the new one. */
  readonly refreshToken?: Redacted.Redacted
}

/** Settings of a run; each has the meaning of the flag of the same name. */
export interface RunSettings {
  /** Data directory; by default `PACELINE_DATA`, or `data`. */
  readonly data?: string
  /** By default from the environment and `.env`, as for the program. */
  readonly credentials?: AppCredentials
  /** Names of the sinks; by default all. */
  readonly sinks?: ReadonlyArray<string>
  /** By default `DATABASE_URL`, and `PACELINE_SCHEMA` as its parameter `schema`. */
  readonly databaseUrl?: Redacted.Redacted
  /** At a rate limit, end the run with code 75, or wait. By default `stop`. */
  readonly onLimit?: "wait" | "stop"
  /** Time after which the run ends with code 75; by default none. */
  readonly deadline?: Duration.Input
  /** Requests per window that are left to other users. */
  readonly reserve?: number
  /** Maximum number of requests in flight. */
  readonly concurrency?: number
  /** Maximum number of items of each stage that are fetched: the newest. */
  readonly limit?: number
  /** Earliest start of activities that get requests of their own, in milliseconds since 1970. */
  readonly since?: number
  /** Time before which they start. */
  readonly until?: number
  /** Their sports (`sport_type`), in any letter case; by default all. */
  readonly sports?: ReadonlyArray<string>
  /** Ids of activities that are fetched again, and no others. */
  readonly activities?: ReadonlyArray<string>
  /** Optional resources that this run and later ones fetch as well, such as `details`. */
  readonly with?: ReadonlyArray<OptionalName>
  /** Optional resources that this run and later ones do not fetch any more; what is stored stays. */
  readonly without?: ReadonlyArray<OptionalName>
  /** Fetch stored items again. */
  readonly force?: boolean
  /** Record which fields of activities were edited at Strava. */
  readonly history?: boolean
  /** Retry quarantined and skipped items that are not due. */
  readonly retryQuarantined?: boolean
  /** Fetch again what a sink lacks and no other sink keeps. */
  readonly backfill?: boolean
  /** Time between full syncs; 0 for each run. By default a day or a week, by their cost. */
  readonly sweep?: Duration.Input
  /** Exact number of activities whose deletion is allowed despite the safety limit. */
  readonly allowDeletions?: number
  /** Age from which data is purged after the run; by default none. */
  readonly retention?: Duration.Input
  /** Client that reaches Strava; a simulated Strava in tests. */
  readonly http?: Layer.Layer<HttpClient.HttpClient>
}

/** Result of a run. */
export interface RunResult {
  /** Exit code that `paceline pipeline` would end with: 0 complete, 2 quarantined items, 75 run again, … */
  readonly code: number
  /** Error that ended the stages early. What was fetched before is stored. */
  readonly error: Option.Option<PipelineError>
  readonly requests: number
  /** Number of items by resource. */
  readonly resources: Readonly<Record<string, Figures>>
}

/** An error of a run; `message` says what happened, what is kept, and what to do. */
export interface PipelineError extends Error {
  readonly _tag: string
}

const asError = (error: unknown): PipelineError =>
  error instanceof Error && "_tag" in error && typeof error._tag === "string"
    ? error as PipelineError
    : Object.assign(new Error(String(error)), { _tag: "Unknown" })

/** Reads the settings that are not stated from the environment. */
const settingsOf = Effect.fnUntraced(function* (given: RunSettings) {
  const { data, deadline, onLimit = "stop", reserve = 0, retention, sinks, sweep } = given
  const folder = data ?? (yield* Config.String("PACELINE_DATA").pipe(Config.withDefault("data")))
  const now = yield* Clock.currentTimeMillis
  return {
    data: folder,
    sinks: sinks ?? (yield* usualSinks(folder)),
    databaseUrl: given.databaseUrl === undefined
      ? yield* databaseUrl
      : Option.some(given.databaseUrl),
    policy: {
      onLimit,
      deadline: deadline === undefined ? undefined : now + Duration.toMillis(deadline),
      reserve,
    },
    options: {
      ...defaultOptions,
      concurrency: given.concurrency ?? defaultOptions.concurrency,
      force: given.force ?? defaultOptions.force,
      history: given.history ?? defaultOptions.history,
      limit: given.limit,
      retryQuarantined: given.retryQuarantined ?? defaultOptions.retryQuarantined,
      backfill: given.backfill ?? defaultOptions.backfill,
      choice: {
        since: given.since,
        until: given.until,
        sports: given.sports ?? [],
        ids: given.activities ?? [],
      },
      turnOn: given.with ?? [],
      turnOff: given.without ?? [],
      sweep: sweep === undefined ? defaultOptions.sweep : Duration.toMillis(sweep),
      allowDeletions: given.allowDeletions,
      retention: retention === undefined ? undefined : Duration.toMillis(retention),
    },
  } satisfies Settings
})

/** The configuration of Strava, with the credentials that a script states. */
const stravaConfig = ({ credentials }: RunSettings) =>
  credentials === undefined ? StravaConfig.layer : Layer.effect(
    StravaConfig,
    Effect.map(StravaConfig, (config) => ({
      ...config,
      credentials: Effect.succeed(credentials),
      refreshToken: Option.fromUndefinedOr(credentials.refreshToken),
      authorizationCode: Option.none(),
    })),
  ).pipe(Layer.provide(StravaConfig.layer))

/**
 * Runs the pipeline once: fetches what is new, and writes it to the sinks. Variables are read from the environment
 * and `.env`, as for the program. Fails only if nothing could begin: if a setting is missing, or another run has the data
 * directory. Every other end is a result with its exit code.
 */
export const runPipelineOnce = (
  pipeline: ScriptPipeline,
  settings: RunSettings = {},
): Effect.Effect<RunResult, PipelineError> =>
  Effect.gen(function* () {
    const found = yield* settingsOf(settings)
    yield* ready(found.data)
    const { code, error, summary } = yield* sync<
      unknown,
      Stage.ErrorOf<AnyStage>,
      Stage.ServicesOf<AnyStage>
    >(partsOf(pipeline).last, () => true).pipe(
      Effect.provide(runLayer(found, settings.http ?? Strava.layerFetch)),
      Effect.provide(scriptResourcesLayer(found.data)),
    )
    return {
      code,
      error: Option.map(error, asError),
      requests: summary.requests,
      resources: summary.resources as RunResult["resources"],
    }
  }).pipe(
    Effect.provide(stravaConfig(settings)),
    Effect.provide(
      Layer.unwrap(
        Effect.flatMap(SinkRegistry, (registered) =>
          Effect.try({
            try: () => pipelineLayer(pipeline, registered),
            catch: asError,
          })),
      ).pipe(Layer.provide(registryLayer)),
    ),
    Effect.provide(callersConfiguration),
    Effect.provide(platform),
    Effect.mapError(asError),
  )
