/** Makes a program of a pipeline of a script: every command of `paceline` knows its stages and sinks. */
import "../../base/asyncContext.ts"
import { Effect, Layer } from "effect"
import { Command } from "effect/cli"
import { relative } from "node:path"
import { fileURLToPath } from "node:url"
import { registeredKinds } from "../../../sinks/registry.ts"
import { namesOfSinks } from "../../../sinks/SinkKind.ts"
import { platform } from "../../base/platform.ts"
import { runMain } from "../../base/runMain.ts"
import { version } from "../../base/version.ts"
import { help } from "../../output/help.ts"
import { masked } from "../../output/summary/github.ts"
import { useCommandPrefix } from "../../output/kit/commandPrefix.ts"
import { usageErrors } from "../../output/usageErrors.ts"
import { declareForProcess } from "../../../schemas/resources.ts"
import { partsOf, pipelineLayer, type ScriptPipeline, sinksOf } from "../../run/ScriptPipeline.ts"
import { offerNames } from "../flags/offeredNames.ts"
import { configuration } from "../process/configuration.ts"
import { privacy } from "../process/umask.ts"

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
  const [first = "pipeline", ...rest] = Deno.args
  const words = first.startsWith("-") ? ["pipeline", first, ...rest] : [first, ...rest]
  runMain(
    Command.runWith(pacelineCommand, { version })(words).pipe(
      Effect.provide(
        Layer.mergeAll(masked, privacy, help, usageErrors).pipe(
          Layer.provideMerge(configuration),
          Layer.provideMerge(Layer.merge(platform, pipelineLayer(pipeline, registeredKinds))),
        ),
      ),
    ),
  )
}
