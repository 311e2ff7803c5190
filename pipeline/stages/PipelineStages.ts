/** The stages of this run: the built-in ones, or those of a script. */
import { Context, Effect } from "effect"
import type { Declaration } from "../../schemas/Declaration.ts"
import { isPerActivity } from "../../schemas/Item.ts"
import type { DeclaredResource } from "../../schemas/script/ScriptResource.ts"
import { type AnyStage, lastStage, stages } from "./all.ts"

/** Stages by name, in the order in which they build on each other; `last` needs all others. */
export interface StagesOfPipeline {
  readonly stages: Readonly<Record<string, AnyStage>>
  readonly last: AnyStage
}

export const PipelineStages = Context.Reference<StagesOfPipeline>("paceline/PipelineStages", {
  defaultValue: () => ({ stages, last: lastStage }),
})

/** Names of the stages of this run, in their order. */
const stageNames: Effect.Effect<ReadonlyArray<string>> = Effect.map(
  PipelineStages,
  ({ stages }) => Object.keys(stages),
)

/** Resources of this run with a request for each activity. */
export const perActivityStages = Effect.map(stageNames, (names) => names.filter(isPerActivity))

const isOfScript = (stage: AnyStage): stage is AnyStage & { readonly resource: DeclaredResource } =>
  "resource" in stage

/** Returns the resources that stages of a script declare. */
export const scriptResourcesIn = (
  stages: StagesOfPipeline["stages"],
): Readonly<Record<string, Declaration>> =>
  Object.fromEntries(
    Object.values(stages).filter(isOfScript).map(({ resource }) =>
      [resource.name, resource.declaration] as const
    ),
  )
