/** The program with all its commands. The reference in docs/ is generated from it. */
import { ConfigProvider } from "effect"
import { Command } from "effect/cli"
import { schemaConfig } from "./flags/databaseUrl.ts"
import { globalFlags } from "./flags/globalFlags.ts"
import { authCommand } from "./auth.ts"
import { demo } from "./simulated/demo.ts"
import { doctor } from "./doctor.ts"
import { exportCommand } from "./export.ts"
import { fleet } from "./fleet.ts"
import { keepCommand } from "./keep.ts"
import { importCommand } from "./import.ts"
import { pipeline, stageCommands } from "./pipeline.ts"
import { planCommand } from "./plan.ts"
import { purge } from "./purge.ts"
import { reportCommand } from "./report.ts"
import { serveCommand } from "./report/serve.ts"
import { setup } from "./setup.ts"
import { show } from "./show.ts"
import { simulator } from "./simulated/simulator.ts"
import { sql } from "./sql.ts"
import { status } from "./status.ts"
import { watch } from "./unattended/watch.ts"
import { verifyCommand } from "./verify.ts"
import { withScripts } from "./script/withScripts.ts"

export const pacelineCommand = Command.make("paceline").pipe(
  Command.withDescription("Copy your Strava history to JSON, CSV and PostgreSQL"),
  Command.withExamples([
    { command: "paceline demo", description: "Try everything without an account" },
    { command: "paceline setup", description: "Connect your account" },
    { command: "paceline pipeline", description: "Fetch everything new" },
    { command: "paceline report", description: "Write the report of your data" },
  ]),
  Command.withSubcommands([
    { group: "Start", commands: [setup, demo, withScripts(doctor), authCommand] },
    {
      group: "Synchronize",
      commands: [
        withScripts(importCommand),
        withScripts(pipeline),
        withScripts(watch),
        withScripts(planCommand),
        withScripts(status),
      ],
    },
    {
      group: "Use the data",
      commands: [
        withScripts(reportCommand),
        withScripts(serveCommand),
        withScripts(show),
        withScripts(sql),
        withScripts(exportCommand),
      ],
    },
    { group: "Maintain", commands: [withScripts(verifyCommand), withScripts(purge), keepCommand] },
    { group: "Many athletes", commands: [fleet] },
    { group: "Single stages", commands: stageCommands.map(withScripts) },
    { group: "Development", commands: [simulator] },
  ]),
  Command.provideEffect(ConfigProvider.ConfigProvider, schemaConfig),
  Command.withGlobalFlags(globalFlags),
)
