/** The program: its configuration and its process; its commands are in commands/paceline.ts. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { ConfigProvider, Effect, Layer } from "effect"
import { Command } from "effect/cli"
import { masked } from "./commands/github.ts"
import { paceline } from "./commands/paceline.ts"
import { runMain } from "./runtime.ts"
import { version } from "./version.ts"

/** The environment first, then `.env` in the folder the program is run in, where there is one. */
export const configuration = ConfigProvider.layer(
  ConfigProvider.fromDotEnv().pipe(
    Effect.orElseSucceed(() => ConfigProvider.fromEnv({ env: {} })),
    Effect.map((file) => ConfigProvider.orElse(ConfigProvider.fromEnv(), file)),
  ),
)

/** The command of this process's arguments. */
export const program = paceline.pipe(
  Command.run({ version }),
  Effect.provide(
    masked.pipe(Layer.provideMerge(configuration), Layer.provideMerge(NodeServices.layer)),
  ),
)

if (import.meta.main) runMain(program)
