/** The stages of this run: the built-in ones, or those of a script. */
import { Context, Effect } from "effect"
import { isPerActivity } from "../../schemas/Item.ts"
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
