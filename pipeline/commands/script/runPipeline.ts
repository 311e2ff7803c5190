/** Runs a pipeline of a script once, as `paceline pipeline` runs the built-in one. */
import { Config, Effect, Layer, Option, type Redacted } from "effect"
import type { HttpClient } from "effect/http"
import { registryLayer } from "../../../sinks/registry.ts"
import { SinkRegistry, usualSinks } from "../../../sinks/SinkKind.ts"
import { platform } from "../../base/platform.ts"
import { runLayer, type Settings } from "../../run/layers.ts"
import { sync } from "../../run/run.ts"
import { partsOf, pipelineLayer, type ScriptPipeline } from "../../run/ScriptPipeline.ts"
import { defaultOptions } from "../../stages/RunOptions.ts"
import type { AnyStage } from "../../stages/all.ts"
import type * as Stage from "../../stages/Stage.ts"
import { Strava } from "../../strava/Strava.ts"
import { StravaConfig } from "../../strava/StravaConfig.ts"
import { databaseUrl } from "../flags/databaseUrl.ts"

/** Names of the optional resources. */
export type OptionalName = "zones" | "stats" | "gear" | "details" | "activity_zones"

/** Settings of a run; each has the meaning of the flag of the same name. */
export interface RunSettings {
  /** Data directory; by default `PACELINE_DATA`, or `data`. */
  readonly data?: string
  /** Names of the sinks; by default all. */
  readonly sinks?: ReadonlyArray<string>
  /** By default `DATABASE_URL`. */
  readonly databaseUrl?: Redacted.Redacted
  /** At a rate limit, end the run with code 75, or wait. By default `stop`. */
  readonly onLimit?: "wait" | "stop"
  /** Requests per window that are left to other users. */
  readonly reserve?: number
  /** Maximum number of requests in flight. */
  readonly concurrency?: number
  /** Maximum number of activities whose streams, and details, are fetched. */
  readonly limit?: number
  /** Earliest start of activities that get requests of their own, in milliseconds since 1970. */
  readonly since?: number
  /** Optional resources that this run and later ones fetch as well, such as `details`. */
  readonly with?: ReadonlyArray<OptionalName>
  /** Fetch stored items again. */
  readonly force?: boolean
  /** Retry quarantined and skipped items that are not due. */
  readonly retryQuarantined?: boolean
  /** Fetch again what a sink lacks and no other sink keeps. */
  readonly backfill?: boolean
  /** Client that reaches Strava; a simulated Strava in tests. */
  readonly http?: Layer.Layer<HttpClient.HttpClient>
}

/** Numbers of items of a resource that a run changed. */
export interface ItemCounts {
  readonly fresh: number
  readonly changed: number
  readonly known: number
  readonly absent: number
  readonly quarantined: number
  readonly skipped: number
  readonly deleted: number
}

/** Result of a run. */
export interface RunResult {
  /** Exit code that `paceline pipeline` would end with: 0 complete, 2 quarantined items, 75 run again, … */
  readonly code: number
  /** Error that ended the stages early. What was fetched before is stored. */
  readonly error: Option.Option<PipelineError>
  readonly requests: number
  /** Number of items by resource. */
  readonly resources: Readonly<Record<string, ItemCounts>>
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
  const { data, onLimit = "stop", reserve = 0, since, sinks } = given
  const folder = data ?? (yield* Config.String("PACELINE_DATA").pipe(Config.withDefault("data")))
  return {
    data: folder,
    sinks: sinks ?? (yield* usualSinks(folder)),
    databaseUrl: given.databaseUrl === undefined
      ? yield* databaseUrl
      : Option.some(given.databaseUrl),
    policy: { onLimit, deadline: undefined, reserve },
    options: {
      ...defaultOptions,
      concurrency: given.concurrency ?? defaultOptions.concurrency,
      force: given.force ?? defaultOptions.force,
      limit: given.limit,
      retryQuarantined: given.retryQuarantined ?? defaultOptions.retryQuarantined,
      backfill: given.backfill ?? defaultOptions.backfill,
      choice: { ...defaultOptions.choice, since },
      turnOn: given.with ?? [],
    },
  } satisfies Settings
})

/**
 * Runs the pipeline once: fetches what is new, and writes it to the sinks. Credentials come from the environment,
 * as for the program. Fails only if nothing could begin: if a setting is missing, or another run has the data
 * directory. Every other end is a result with its exit code.
 */
export const runPipelineOnce = (
  pipeline: ScriptPipeline,
  settings: RunSettings = {},
): Effect.Effect<RunResult, PipelineError> =>
  Effect.gen(function* () {
    const found = yield* settingsOf(settings)
    const { code, error, summary } = yield* sync<
      unknown,
      Stage.ErrorOf<AnyStage>,
      Stage.ServicesOf<AnyStage>
    >(partsOf(pipeline).last, () => true).pipe(
      Effect.provide(runLayer(found, settings.http ?? Strava.layerFetch)),
    )
    return {
      code,
      error: Option.map(error, asError),
      requests: summary.requests,
      resources: summary.resources as RunResult["resources"],
    }
  }).pipe(
    Effect.provide(StravaConfig.layer),
    Effect.provide(
      Layer.unwrap(
        Effect.map(SinkRegistry, (registered) => pipelineLayer(pipeline, registered)),
      ).pipe(Layer.provide(registryLayer)),
    ),
    Effect.provide(platform),
    Effect.mapError(asError),
  )
