/** A pipeline of a script: its stages and sinks, and a run of them. */
import { Effect, Layer } from "effect"
import type { Declaration } from "../../schemas/Declaration.ts"
import { declareResources } from "../../schemas/resources.ts"
import { type SinkKind, SinkRegistry } from "../../sinks/SinkKind.ts"
import type { AnyStage } from "../stages/all.ts"
import { stages as builtIn, sweepAfter } from "../stages/all.ts"
import type { ScriptStage } from "../stages/script/ScriptStage.ts"
import * as Stage from "../stages/Stage.ts"
import { PipelineStages, type StagesOfPipeline } from "../stages/PipelineStages.ts"

/** Names of the stages that a stage needs, and of those below them. */
type Below<S> = Exclude<Stage.NamesOf<S>, S extends { readonly name: infer Name } ? Name : never>

/** `S`, where every stage is under its own name, and none needs a stage that is left out. */
type Complete<S extends Readonly<Record<string, AnyStage>>> = {
  readonly [Key in keyof S]: S[Key]["name"] extends Key
    // The full sync needs those stages that the pipeline has.
    ? Exclude<Key extends "sweep" ? never : Below<S[Key]>, keyof S> extends infer Missing
      ? [Missing] extends [never] ? S[Key]
      : `The stage ${Key & string} needs ${Missing & string}, which is left out`
    : never
    : `This stage is named ${S[Key]["name"]}`
}

/** A checked pipeline: `Pipeline.run` runs it, and `Pipeline.cli` makes a program of it. */
export interface ScriptPipeline extends StagesOfPipeline {
  /** Resources that the script declares, by name. */
  readonly resources: Readonly<Record<string, Declaration>>
  /** Sinks that the script adds to the built-in ones. */
  readonly sinks: ReadonlyArray<SinkKind>
}

const isOfScript = (stage: AnyStage): stage is AnyStage & ScriptStage => "resource" in stage

/** Needs all others, so that all of them run. */
const endOf = (needs: Readonly<Record<string, AnyStage>>): AnyStage =>
  Stage.makeNamed({
    name: "end",
    needs,
    run: () => Effect.void,
    recall: () => Effect.succeedSome(undefined),
  }) as AnyStage

/**
 * Returns the pipeline of these stages, each under its own name: built-in ones (`stages`) and those of the script.
 * Leave out what you do not want; a stage that another one needs cannot be left out. `sinks` are added to the
 * built-in ones. Throws if two stages have the same name.
 */
export const makePipeline = <const S extends Readonly<Record<string, AnyStage>>>(options: {
  readonly stages: S & Complete<S>
  readonly sinks?: ReadonlyArray<SinkKind>
}): ScriptPipeline => {
  const { sweep, ...others }: Readonly<Record<string, AnyStage>> = options.stages
  const last = sweep === undefined
    ? endOf(others)
    : sweepAfter({ ...others, athlete: builtIn.athlete }) as AnyStage
  const given = new Set(Object.keys(others))
  for (const { name } of Stage.ordered(last)) {
    if (name !== last.name && !given.has(name)) {
      throw new Error(`Cannot make the pipeline: a stage needs "${name}", which is left out`)
    }
  }
  return {
    stages: sweep === undefined ? others : { ...others, sweep: last },
    last,
    resources: Object.fromEntries(
      Object.values(others).filter(isOfScript).map(({ resource }) =>
        [resource.name, resource.declaration] as const
      ),
    ),
    sinks: options.sinks ?? [],
  }
}

/** Services that the program knows a pipeline by: its resources, stages and sinks, as long as the scope is open. */
export const pipelineLayer = (
  { last, resources, sinks, stages }: ScriptPipeline,
  registered: ReadonlyArray<SinkKind>,
) =>
  Layer.mergeAll(
    Layer.effectDiscard(declareResources(resources)),
    Layer.succeed(PipelineStages, { last, stages }),
    Layer.succeed(SinkRegistry, [...registered, ...sinks]),
  )
