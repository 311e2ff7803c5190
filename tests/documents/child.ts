/**
 * Runs command lines of the program one after another in one process, in its working directory. A line
 * of stdin is `{ words, env }`. After the output of a command, stdout and stderr each get a line with
 * its exit code.
 */
import { Cause, Effect, Exit, Layer, Runtime } from "effect"
import { Command } from "effect/cli"
import process from "node:process"
import { createInterface } from "node:readline"
import { pacelineCommand } from "../../pipeline/commands/paceline.ts"
import { configuration } from "../../pipeline/commands/process/configuration.ts"
import { platform } from "../../pipeline/base/platform.ts"
import { withErrorReports } from "../../pipeline/base/runMain.ts"
import { registryLayer } from "../../sinks/registry.ts"
import { version } from "../../pipeline/base/version.ts"

interface Order {
  readonly words: ReadonlyArray<string>
  readonly env: Readonly<Record<string, string>>
}

const run = async (words: ReadonlyArray<string>): Promise<number> => {
  const exit = await Effect.runPromiseExit(
    withErrorReports(
      Command.runWith(pacelineCommand, { version })(words).pipe(
        Effect.provide(
          configuration.pipe(Layer.provideMerge(Layer.merge(platform, registryLayer))),
        ),
      ),
    ),
  )
  return Exit.isSuccess(exit) ? 0 : Runtime.getErrorExitCode(Cause.squash(exit.cause))
}

const encoder = new TextEncoder()

for await (const line of createInterface({ input: process.stdin })) {
  const { env, words }: Order = JSON.parse(line)
  for (const [name, value] of Object.entries(env)) Deno.env.set(name, value)
  const end = encoder.encode(`\x1e${await run(words)}\n`)
  await Deno.stdout.write(end)
  await Deno.stderr.write(end)
}
