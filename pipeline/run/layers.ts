/** The layers of a run, from its settings: data directory, sinks, policy. HTTP comes from the caller. */
import { Effect, Layer } from "effect"
import type { HttpClient } from "effect/http"
import { OtherSinks, type SinkName, Sinks } from "../../sinks/Sink.ts"
import { sinkNames, SinkRegistry, type SinkSettings } from "../../sinks/SinkKind.ts"
import { declareResources, isResource } from "../../schemas/resources.ts"
import { Delivery } from "../delivery/Delivery.ts"
import { editsResource } from "../stages/lists/edits.ts"
import { PipelineStages, scriptResourcesIn } from "../stages/PipelineStages.ts"
import { RunOptions } from "../stages/RunOptions.ts"
import { RunTally } from "../stages/RunTally.ts"
import { RunTurns } from "../stages/RunTurns.ts"
import { rememberScriptResources } from "../state/scriptResources.ts"
import { StateFile } from "../state/StateFile.ts"
import { Quota, type QuotaPolicy } from "../strava/quota/Quota.ts"
import { layerRecorder } from "../strava/Recorder.ts"
import { Strava } from "../strava/Strava.ts"
import { TokenFile } from "../strava/auth/TokenFile.ts"
import { Tokens } from "../strava/auth/Tokens.ts"

/** Settings of any run. */
export interface StoreSettings extends SinkSettings {
  readonly sinks: ReadonlyArray<SinkName>
  readonly options: RunOptions["Service"]
  /** True if a lost state file is rebuilt from the sinks. */
  readonly rebuild?: boolean
}

/** Settings of a run that fetches. */
export interface Settings extends StoreSettings {
  readonly policy: QuotaPolicy
  /** Folder in which every exchange with Strava is recorded. */
  readonly record?: string | undefined
}

type Chosen = SinkSettings & Pick<Settings, "sinks">

/** Configures the chosen sinks, in their order. */
const sourcesOf = Effect.fnUntraced(function* ({ sinks, ...settings }: Chosen) {
  const kinds = new Map((yield* SinkRegistry).map((kind) => [kind.name, kind]))
  return yield* Effect.forEach(
    sinks,
    (name) =>
      Effect.fromNullishOr(kinds.get(name)).pipe(
        Effect.orDie,
        Effect.flatMap(({ make }) => make(settings)),
      ),
  )
})

export const sinksLayer = (settings: Chosen) => Layer.effect(Sinks, sourcesOf(settings))

/** Returns the chosen sinks that are configured correctly. */
const usableSources = ({ sinks, ...settings }: Chosen) =>
  Effect.map(
    Effect.forEach(
      sinks,
      (name) => Effect.orElseSucceed(sourcesOf({ ...settings, sinks: [name] }), (): [] => []),
    ),
    (sources) => sources.flat(),
  )

/** Returns all sinks that are configured correctly. */
export const configuredSinks = ({ data, databaseUrl }: SinkSettings) =>
  Effect.flatMap(sinkNames, (sinks) => usableSources({ data, databaseUrl, sinks }))

/** Sinks that are not part of this run. */
const otherSinksLayer = (settings: Chosen) =>
  Layer.effect(
    OtherSinks,
    Effect.flatMap(sinkNames, (names) =>
      usableSources({
        ...settings,
        sinks: names.filter((name) => !settings.sinks.includes(name)),
      })),
  )

/** The sign-in stored in the directory `data`; needs an `HttpClient`, as `runLayer` does. */
export const signInLayer = <E, R>(
  data: string,
  http: Layer.Layer<HttpClient.HttpClient, E, R>,
) => Tokens.layer.pipe(Layer.provideMerge(Layer.merge(TokenFile.layer(data), http)))

const edits = { [editsResource.name]: editsResource.declaration }

/** Declares `edits` for a run that records them, if no earlier one did. */
const historyLayer = ({ options: { history } }: Pick<StoreSettings, "options">) =>
  Layer.effectDiscard(
    Effect.suspend(() =>
      history && !isResource(editsResource.name) ? declareResources(edits) : Effect.void
    ),
  )

/** Stores the declarations of this run's stages, once the directory is locked. */
export const rememberLayer = (
  { data, options: { history } }: Pick<StoreSettings, "data" | "options">,
) =>
  Layer.effectDiscard(
    Effect.flatMap(PipelineStages, ({ stages }) =>
      rememberScriptResources(data, {
        ...scriptResourcesIn(stages),
        ...history && edits,
      })),
  )

/** Services of any run: the state file, the sinks and delivery to them. */
export const storeLayer = ({ rebuild = false, ...settings }: StoreSettings) => {
  const sinks = Layer.merge(sinksLayer(settings), otherSinksLayer(settings))
  const state = rememberLayer(settings).pipe(
    Layer.provideMerge(StateFile.layer(settings.data, settings.sinks, { rebuild })),
    Layer.provide(sinks),
  )
  return Layer.merge(Delivery.layer, RunTally.layer).pipe(
    Layer.provideMerge(Layer.mergeAll(state, sinks)),
    Layer.provideMerge(Layer.succeed(RunOptions, settings.options)),
    Layer.provideMerge(historyLayer(settings)),
  )
}

/** All services of a run that fetches; needs an `HttpClient` that reaches Strava or the simulator. */
export const runLayer = <E, R>(
  settings: Settings,
  http: Layer.Layer<HttpClient.HttpClient, E, R>,
) => {
  const { data, policy, record } = settings
  const strava = Strava.layer.pipe(
    Layer.provideMerge(signInLayer(data, http)),
    Layer.provideMerge(Quota.layer(policy)),
  )
  return Layer.merge(strava, RunTurns.layer).pipe(
    Layer.provideMerge(storeLayer(settings)),
    Layer.provideMerge(record === undefined ? Layer.empty : layerRecorder(record)),
  )
}
