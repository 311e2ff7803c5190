/** Pipelines of a script. */
export { cli } from "./cli.ts"
export { makePipeline as make, type ScriptPipeline } from "../../run/ScriptPipeline.ts"
export {
  type OptionalName,
  type PipelineError,
  runPipelineOnce as run,
  type RunResult,
  type RunSettings,
} from "./runPipeline.ts"
