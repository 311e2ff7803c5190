/** The built-in stages, for scripts. */
import { stages } from "../all.ts"
import type { AlwaysNeeded, PipelineStage } from "./PipelineStage.ts"

/** A stage that fetches items of activities. */
type OfActivities<Name extends string> = PipelineStage<Name, AlwaysNeeded>

/** The built-in stages. `sweep` reads the full list again from time to time, and finds what was deleted. */
export type BuiltInStages = {
  readonly auth: PipelineStage<"auth", never>
  readonly athlete: PipelineStage<"athlete", "auth">
  readonly activities: PipelineStage<"activities", "auth" | "athlete">
  readonly zones: OfActivities<"zones">
  readonly stats: OfActivities<"stats">
  readonly gear: OfActivities<"gear">
  readonly streams: OfActivities<"streams">
  readonly details: OfActivities<"details">
  readonly activity_zones: OfActivities<"activity_zones">
  readonly sweep: PipelineStage<"sweep", AlwaysNeeded>
}

/** The built-in stages by name. Leave out those that you do not want: `const { gear: _, ...mine } = builtIn`. */
export const builtIn: BuiltInStages = stages as Readonly<
  Record<keyof typeof stages, unknown>
> as BuiltInStages
