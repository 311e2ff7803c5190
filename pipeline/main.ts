/** The program: its process; its commands are in commands/paceline.ts. */
import "./base/asyncContext.ts"
import { Effect, Layer } from "effect"
import { Command } from "effect/cli"
import { masked } from "./output/summary/github.ts"
import { pacelineCommand } from "./commands/paceline.ts"
import { withConfigFile } from "./commands/config/configFile.ts"
import { configuration } from "./commands/process/configuration.ts"
import { platform } from "./base/platform.ts"
import { prefixFrom, useCommandPrefix } from "./output/kit/commandPrefix.ts"
import { usePageWidth } from "./output/kit/wrap.ts"
import { help } from "./output/help.ts"
import { logFormatFrom } from "./output/log/logFormatFlag.ts"
import { loggerLayer } from "./output/log/loggers.ts"
import { telemetryLayer } from "./output/telemetry/otlp.ts"
import { usageErrors } from "./output/usageErrors.ts"
import { privacy } from "./commands/process/umask.ts"
import { runMain } from "./base/runMain.ts"
import { version } from "./base/version.ts"
import { registryLayer } from "../sinks/registry.ts"

export const logFormat = logFormatFrom(Deno.args, Deno.env.get("PACELINE_LOG_FORMAT"))

/** The command of this process's arguments. */
export const main = withConfigFile(Deno.args, pacelineCommand, (name) => Deno.env.get(name)).pipe(
  Effect.flatMap(Command.runWith(pacelineCommand, { version })),
  Effect.provide(
    Layer.mergeAll(masked, privacy, help, usageErrors, telemetryLayer()).pipe(
      Layer.provideMerge(Layer.merge(configuration, loggerLayer(logFormat))),
      Layer.provideMerge(Layer.merge(platform, registryLayer)),
    ),
  ),
)

if (import.meta.main) {
  if (Deno.stdout.isTerminal()) usePageWidth(Deno.consoleSize().columns)
  useCommandPrefix(prefixFrom((name) => Deno.env.get(name)))
  runMain(main, logFormat)
}
