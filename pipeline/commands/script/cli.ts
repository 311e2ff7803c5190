/** Makes a program of a pipeline of a script: every command of `paceline` knows its stages and sinks. */
import "../../base/asyncContext.ts"
import { Effect } from "effect"
import { relative } from "node:path"
import { fileURLToPath } from "node:url"
import { declareForProcess } from "../../../schemas/resources.ts"
import { registeredKinds } from "../../../sinks/registry.ts"
import { namesOfSinks } from "../../../sinks/SinkKind.ts"
import { useCommandPrefix } from "../../output/kit/commandPrefix.ts"
import { partsOf, pipelineLayer, type ScriptPipeline, sinksOf } from "../../run/ScriptPipeline.ts"
import { commandIndex } from "../config/commandIndex.ts"
import { offerNames } from "../flags/offeredNames.ts"
import { programOf, runAsProcess } from "../process/program.ts"

/**
 * Runs the script as a program with all commands of `paceline`: without a command it fetches. Call it once, as the
 * last statement of a script.
 */
export const cli = async (pipeline: ScriptPipeline): Promise<void> => {
  const { names, resources } = partsOf(pipeline)
  useCommandPrefix(`deno run -A ${relative(Deno.cwd(), fileURLToPath(Deno.mainModule))}`)
  await Effect.runPromise(declareForProcess(resources))
  offerNames({
    stages: names,
    sinks: namesOfSinks(sinksOf(pipeline, registeredKinds)),
  })
  // The commands are made of these names when they are loaded.
  const { pacelineCommand } = await import("../paceline.ts")
  const at = commandIndex(Deno.args)
  const isNamed = /^[a-z]/.test(Deno.args[at] ?? "")
  const words = isNamed ? Deno.args : Deno.args.toSpliced(at, 0, "pipeline")
  runAsProcess(programOf(pacelineCommand, words, pipelineLayer(pipeline, registeredKinds)))
}
