/** The program: its commands, its configuration, its process. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { ConfigProvider, Effect, Layer } from "effect"
import { Command } from "effect/cli"
import { demo } from "./commands/demo.ts"
import { pipeline, stageCommands } from "./commands/pipeline.ts"
import { plan } from "./commands/plan.ts"
import { simulator } from "./commands/simulator.ts"
import { sql } from "./commands/sql.ts"
import { status } from "./commands/status.ts"
import { verify } from "./commands/verify.ts"
import { runMain } from "./runtime.ts"
import { version } from "./version.ts"

/** The environment first, then `.env` in the folder the program is run in, where there is one. */
const configuration = ConfigProvider.layer(
  ConfigProvider.fromDotEnv().pipe(
    Effect.orElseSucceed(() => ConfigProvider.fromEnv({ env: {} })),
    Effect.map((file) => ConfigProvider.orElse(ConfigProvider.fromEnv(), file)),
  ),
)

const paceline = Command.make("paceline").pipe(
  Command.withDescription("Your Strava history, exactly, in files and tables you own"),
  Command.withSubcommands([pipeline, ...stageCommands, plan, status, verify, sql, demo, simulator]),
)

/** The command of this process's arguments. */
export const program = paceline.pipe(
  Command.run({ version }),
  Effect.provide(configuration.pipe(Layer.provideMerge(NodeServices.layer))),
)

if (import.meta.main) runMain(program)
