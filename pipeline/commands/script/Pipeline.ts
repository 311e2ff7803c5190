/** Pipelines of a script. */
export { cli } from "./cli.ts"
export {
  type Below,
  type Complete,
  makePipeline as make,
  type PipelineOptions,
  type ScriptPipeline,
} from "../../run/ScriptPipeline.ts"
export {
  type AppCredentials,
  type OptionalName,
  type PipelineError,
  runPipelineOnce as run,
  type RunResult,
  type RunSettings,
} from "./runPipeline.ts"
export type { Figures as ItemCounts } from "../../stages/RunTally.ts"
