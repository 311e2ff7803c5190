/** Stages: the built-in ones, and those of a script. */
export { builtIn, type BuiltInStages } from "./builtIn.ts"
export { type ComputedItem, derived, type DerivedOptions } from "./derived.ts"
export {
  type FetchingOptions,
  type FindingOptions,
  itemPerActivity as perActivity,
  itemsFound as items,
} from "./fetched.ts"
export type { AlwaysNeeded, NamesIn, PipelineStage, StagesByName } from "./PipelineStage.ts"
export type { Stored, StoredError, StoredItem } from "./Stored.ts"
