/**
 * Runs the program within the process of the tests, at a fraction of the cost of a process of its
 * own. `program.ts` tests permissions, signals and typed input.
 */
import { Clock, ConfigProvider, Console, Effect, FileSystem, Layer, Runtime } from "effect"
import { Command } from "effect/cli"
import assert from "node:assert/strict"
import { masked } from "../../../pipeline/output/summary/github.ts"
import { pacelineCommand } from "../../../pipeline/commands/paceline.ts"
import { help } from "../../../pipeline/output/help.ts"
import { usageErrors } from "../../../pipeline/output/usageErrors.ts"
import { platform } from "../../../pipeline/base/platform.ts"
import { Stderr, withErrorReports } from "../../../pipeline/base/runMain.ts"
import { privacy } from "../../../pipeline/commands/process/umask.ts"
import { linesWithCanary } from "../../../tools/canary.ts"
import { registryLayer } from "../../../sinks/registry.ts"
import { memory } from "../../memory.ts"
import type { ProgramResult } from "./program.ts"
import { unwrapped } from "./unwrapped.ts"

/** Creates a data directory that no other process uses. */
export const commandFolder = FileSystem.FileSystem.use((fs) =>
  fs.makeTempDirectoryScoped(memory === undefined ? {} : { directory: memory })
)

const run = Command.runWith(pacelineCommand, { version: "0" })

/** Provides the services of `main.ts`, with these environment variables only. */
const services = (env: Readonly<Record<string, string>>) =>
  Layer.mergeAll(masked, privacy, help, usageErrors).pipe(
    Layer.provideMerge(
      ConfigProvider.layer(ConfigProvider.fromEnv({ env: { NO_COLOR: "1", ...env } })),
    ),
    Layer.provideMerge(Layer.merge(platform, registryLayer)),
  )

/** Returns `clock`, moved forward by `later` milliseconds. */
const ahead = (later: number) => (clock: Clock.Clock): Clock.Clock => {
  const now = () => clock.currentTimeMillisUnsafe() + later
  return Object.assign(Object.create(clock), {
    currentTimeMillisUnsafe: now,
    currentTimeMillis: Effect.sync(now),
  })
}

/**
 * Runs a command to its end, with a clock that is `later` milliseconds ahead. Fails if its output
 * contains a secret.
 */
export const command = (
  words: ReadonlyArray<string>,
  env: Readonly<Record<string, string>> = {},
  later = 0,
): Effect.Effect<ProgramResult> =>
  Effect.promise(async () => {
    let [stdout, stderr] = ["", ""]
    const write = (text: string) => void (stderr += text)
    const console: Console.Console = {
      ...globalThis.console,
      log: (...parts) => void (stdout += `${parts.join(" ")}\n`),
      error: (...parts) => write(`${parts.join(" ")}\n`),
    }
    const exit = await Effect.runPromiseExit(
      withErrorReports(Effect.provide(run(words), services(env))).pipe(
        Effect.provideService(Console.Console, console),
        Effect.provideService(Stderr, write),
        Effect.updateService(Clock.Clock, ahead(later)),
      ),
    )
    assert.deepEqual(
      linesWithCanary(stdout + stderr),
      [],
      "what the program printed shows a secret",
    )
    let code = 0
    Runtime.defaultTeardown(exit, (given) => code = given)
    return { code, stdout, stderr: unwrapped(stderr) }
  })
