/** `paceline fleet`: many athletes of one application, on any number of machines. */
import { Command } from "effect/cli"
import { athletesCommand } from "./fleet/athletes.ts"
import { exportFleet } from "./fleet/export.ts"
import { forgetCommand } from "./fleet/forget.ts"
import { inviteCommand } from "./fleet/invite.ts"
import { planFleet } from "./fleet/plan.ts"
import { serveFleet } from "./fleet/serve.ts"
import { statusCommand } from "./fleet/status.ts"
import { webhooksCommand } from "./fleet/webhooks.ts"

export const fleet = Command.make("fleet").pipe(
  Command.withDescription("Serve many athletes on PostgreSQL (several machines)"),
  Command.withExamples([
    { command: "paceline fleet serve", description: "Run a runner" },
    { command: "paceline fleet invite", description: "Invite an athlete" },
    { command: "paceline fleet status", description: "Show the state" },
  ]),
  Command.withSubcommands([
    serveFleet,
    inviteCommand,
    athletesCommand,
    statusCommand,
    planFleet,
    webhooksCommand,
    exportFleet,
    forgetCommand,
  ]),
)
