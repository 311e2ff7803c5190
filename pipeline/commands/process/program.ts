/** The process of the program, and of a script that is one: its configuration file, help, logs and telemetry. */
import { Effect, Layer } from "effect"
import { Command } from "effect/cli"
import type { SinkRegistry } from "../../../sinks/SinkKind.ts"
import { platform } from "../../base/platform.ts"
import { runMain } from "../../base/runMain.ts"
import { version } from "../../base/version.ts"
import { help } from "../../output/help.ts"
import { usePageWidth } from "../../output/kit/wrap.ts"
import { logFormatFrom } from "../../output/log/logFormatFlag.ts"
import { loggerLayer } from "../../output/log/loggers.ts"
import { masked } from "../../output/summary/github.ts"
import { telemetryLayer } from "../../output/telemetry/otlp.ts"
import { FlagsOfFile, usageErrors } from "../../output/usageErrors.ts"
import { withConfigFile } from "../config/configFile.ts"
import type { pacelineCommand } from "../paceline.ts"
import { configuration } from "./configuration.ts"
import { privacy } from "./umask.ts"

/** Format of the messages of this process. */
export const logFormat = logFormatFrom(Deno.args, Deno.env.get("PACELINE_LOG_FORMAT"))

/** Returns the effect of a command line; `registry` has the sinks, and the stages of a script. */
export const programOf = <E>(
  command: typeof pacelineCommand,
  words: ReadonlyArray<string>,
  registry: Layer.Layer<SinkRegistry, E>,
) =>
  withConfigFile(words, command, (name) => Deno.env.get(name)).pipe(
    Effect.flatMap(({ ofFile, words }) =>
      Command.runWith(command, { version })(words).pipe(
        Effect.provideService(FlagsOfFile, ofFile),
      )
    ),
    Effect.provide(
      Layer.mergeAll(masked, privacy, help, usageErrors, telemetryLayer()).pipe(
        Layer.provideMerge(Layer.merge(configuration, loggerLayer(logFormat))),
        Layer.provideMerge(Layer.merge(platform, registry)),
      ),
    ),
  )

/** Runs it as this process. */
export const runAsProcess = <A, E>(program: Effect.Effect<A, E>): void => {
  if (Deno.stdout.isTerminal()) usePageWidth(Deno.consoleSize().columns)
  runMain(program, logFormat)
}
