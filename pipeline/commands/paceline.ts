/** The program's root: every command that a user may type. The reference in docs/ is made from it. */
import { Command } from "effect/cli"
import { authCommand } from "./auth.ts"
import { demo } from "./demo.ts"
import { doctor } from "./doctor.ts"
import { keepCommand } from "./keep.ts"
import { pipeline, stageCommands } from "./pipeline.ts"
import { planCommand } from "./plan.ts"
import { purge } from "./purge.ts"
import { reportCommand } from "./report.ts"
import { setup } from "./setup.ts"
import { show } from "./show.ts"
import { simulator } from "./simulator.ts"
import { sql } from "./sql.ts"
import { status } from "./status.ts"
import { verifyCommand } from "./verify.ts"

export const pacelineCommand = Command.make("paceline").pipe(
  Command.withDescription("Your Strava history, exactly, in files and tables you own"),
  Command.withSubcommands([
    pipeline,
    setup,
    authCommand,
    ...stageCommands,
    doctor,
    planCommand,
    status,
    verifyCommand,
    purge,
    sql,
    reportCommand,
    show,
    keepCommand,
    demo,
    simulator,
  ]),
)
