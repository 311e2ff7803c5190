/** A pipeline of a script: its stages and sinks, and a run of them. */
import { Effect, Layer } from "effect"
import type { Declaration } from "../../schemas/Declaration.ts"
import { declareResources } from "../../schemas/resources.ts"
import { kindOf, type ScriptSink } from "../../sinks/ScriptSink.ts"
import { type SinkKind, SinkRegistry } from "../../sinks/SinkKind.ts"
import { type AnyStage, stages as builtIn, sweepAfter } from "../stages/all.ts"
import {
  PipelineStages,
  scriptResourcesIn,
  type StagesOfPipeline,
} from "../stages/PipelineStages.ts"
import {
  type PipelineStage,
  type StagesByName as Stages,
  unpublished,
} from "../stages/script/PipelineStage.ts"
import * as Stage from "../stages/Stage.ts"

/** Names of the stages below a stage. */
export type Below<S> = S extends PipelineStage<infer _Name, infer Below> ? Below : never

/** `S`, where every stage is under its own name, and none needs a stage that is left out. */
export type Complete<S extends Stages> = {
  readonly [Key in keyof S]: S[Key]["name"] extends Key
    ? Exclude<Below<S[Key]>, keyof S> extends infer Missing ? [Missing] extends [never] ? S[Key]
      : `The stage ${Key & string} needs ${Missing & string}, which is left out`
    : never
    : `This stage is named ${S[Key]["name"]}`
}

declare const pipeline: unique symbol

/** A checked pipeline: `Pipeline.run` runs it, and `Pipeline.cli` makes a program of it. */
export interface ScriptPipeline {
  /** Names of its stages, in their order. */
  readonly names: ReadonlyArray<string>
  /** Only in types. */
  readonly [pipeline]: true
}

/** Stages and sinks of a pipeline. */
export interface PipelineOptions<S extends Stages> {
  /** Stages under their names: built-in ones (`Stage.builtIn`), and those of the script. */
  readonly stages: S & Complete<S>
  /** Sinks that are added to the built-in ones. */
  readonly sinks?: ReadonlyArray<ScriptSink>
}

/** Contents of a pipeline. */
interface PipelineParts extends StagesOfPipeline {
  readonly names: ReadonlyArray<string>
  /** Resources that the script declares, by name. */
  readonly resources: Readonly<Record<string, Declaration>>
  readonly sinks: ReadonlyArray<ScriptSink>
}

/** Returns the contents of a pipeline. */
export const partsOf = (pipeline: ScriptPipeline): PipelineParts =>
  pipeline as unknown as PipelineParts

/** Needs all others, so that all of them run. */
const endOf = (needs: Readonly<Record<string, AnyStage>>): AnyStage =>
  Stage.makeNamed({
    name: "end",
    needs,
    run: () => Effect.void,
    recall: () => Effect.succeedSome(undefined),
  }) as AnyStage

/**
 * Returns the pipeline of these stages. Leave out what you do not want; a stage that another one needs cannot be
 * left out. Throws if two stages have the same name.
 */
export const makePipeline = <const S extends Stages>(
  { sinks = [], stages }: PipelineOptions<S>,
): ScriptPipeline => {
  const { sweep, ...others } = unpublished(stages)
  const last = sweep === undefined
    ? endOf(others)
    : sweepAfter({ ...others, athlete: builtIn.athlete }) as AnyStage
  const given = new Set(Object.keys(others))
  for (const { name } of Stage.ordered(last)) {
    if (name !== last.name && !given.has(name)) {
      throw new Error(`Cannot make the pipeline: a stage needs "${name}", which is left out`)
    }
  }
  const all = sweep === undefined ? others : { ...others, sweep: last }
  const parts: PipelineParts = {
    names: Object.keys(all),
    stages: all,
    last,
    resources: scriptResourcesIn(others),
    sinks,
  }
  return parts as unknown as ScriptPipeline
}

/**
 * Returns the sinks that a pipeline can write to: the built-in ones, and those of the script. Throws an error if two
 * of them have the same name, because they would have the same folder.
 */
export const sinksOf = (
  pipeline: ScriptPipeline,
  registered: ReadonlyArray<SinkKind>,
): ReadonlyArray<SinkKind> => {
  const names = [...registered, ...partsOf(pipeline).sinks].map(({ name }) => name)
  const twice = names.find((name, i) => names.indexOf(name) !== i)
  if (twice !== undefined) {
    throw new Error(`Cannot use the sink "${twice}": another sink has this name. Rename yours`)
  }
  const ranks = registered.map(({ rank }) => rank)
  return [
    ...registered,
    ...partsOf(pipeline).sinks.map((sink, i) => kindOf(sink, Math.max(0, ...ranks) + 1 + i)),
  ]
}

/** Services that the program knows a pipeline by: its resources, stages and sinks, as long as the scope is open. */
export const pipelineLayer = (
  pipeline: ScriptPipeline,
  registered: ReadonlyArray<SinkKind>,
) => {
  const { last, resources, stages } = partsOf(pipeline)
  return Layer.mergeAll(
    Layer.effectDiscard(declareResources(resources)),
    Layer.succeed(PipelineStages, { last, stages }),
    Layer.succeed(SinkRegistry, sinksOf(pipeline, registered)),
  )
}
