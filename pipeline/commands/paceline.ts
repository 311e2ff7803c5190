/** The program's root: every command that a user may type. The reference in docs/ is made from it. */
import { Command } from "effect/cli"
import { auth } from "./auth.ts"
import { demo } from "./demo.ts"
import { doctor } from "./doctor.ts"
import { keep } from "./keep.ts"
import { pipeline, stageCommands } from "./pipeline.ts"
import { plan } from "./plan.ts"
import { purge } from "./purge.ts"
import { report } from "./report.ts"
import { setup } from "./setup.ts"
import { show } from "./show.ts"
import { simulator } from "./simulator.ts"
import { sql } from "./sql.ts"
import { status } from "./status.ts"
import { verify } from "./verify.ts"

export const paceline = Command.make("paceline").pipe(
  Command.withDescription("Your Strava history, exactly, in files and tables you own"),
  Command.withSubcommands([
    pipeline,
    setup,
    auth,
    ...stageCommands,
    doctor,
    plan,
    status,
    verify,
    purge,
    sql,
    report,
    show,
    keep,
    demo,
    simulator,
  ]),
)
