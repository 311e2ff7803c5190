/** Stages: the built-in ones, and those of a script. */
export { stages as builtIn } from "../all.ts"
export { type ComputedItem, derived } from "./derived.ts"
export { itemPerActivity as perActivity, itemsFound as items } from "./fetched.ts"
export type { ScriptStage } from "./ScriptStage.ts"
export type { Stored, StoredItem } from "./Stored.ts"
