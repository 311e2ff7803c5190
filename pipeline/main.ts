/** The program: its process; its commands are in commands/paceline.ts. */
import "./asyncContext.ts"
import { Effect, Layer } from "effect"
import { Command } from "effect/cli"
import { masked } from "./commands/github.ts"
import { paceline } from "./commands/paceline.ts"
import { configuration } from "./configuration.ts"
import { platform } from "./platform.ts"
import { privacy } from "./umask.ts"
import { runMain } from "./runtime.ts"
import { version } from "./version.ts"

/** The command of this process's arguments. */
export const program = paceline.pipe(
  Command.run({ version }),
  Effect.provide(
    Layer.merge(masked, privacy).pipe(
      Layer.provideMerge(configuration),
      Layer.provideMerge(platform),
    ),
  ),
)

if (import.meta.main) runMain(program)
