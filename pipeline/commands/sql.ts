/** `paceline sql`: runs one SELECT on the configured PostgreSQL and prints the result as a table. */
import { Config, Effect, FileSystem, Option } from "effect"
import { Argument, Command } from "effect/cli"
import { SqlClient } from "effect/sql/SqlClient"
import * as Postgres from "../../sinks/postgres/connection/client.ts"
import { query } from "../../sinks/postgres/read/query.ts"
import { postgresConfig } from "../../sinks/postgres/PostgresSink.ts"
import { complain, endedBySignals, formatError, print } from "../base/runMain.ts"
import { taskLine } from "../output/kit/line.ts"
import { NotConfigured } from "../strava/errors.ts"
import { renderTable } from "../output/kit/table.ts"
import { databaseUrl, dataFlag, jsonFlag } from "./process/flags.ts"

/** Number of rows in a table for people; programs use `--json`. */
const mostRows = 40

/** Columns of the terminal; without a terminal the value of `COLUMNS`, or 120. */
export const width = Effect.gen(function* () {
  if (Deno.stdout.isTerminal()) return Deno.consoleSize().columns
  const columns = yield* Effect.option(Config.Int("COLUMNS"))
  return Option.exists(columns, (count) => count > 0) ? Option.getOrThrow(columns) : 120
})

export const sql = Command.make(
  "sql",
  {
    data: dataFlag,
    json: jsonFlag,
    statement: Argument.String("statement").pipe(
      Argument.withDescription(
        `One SELECT, such as "select * from strava.v_weekly"`,
      ),
    ),
  },
  Effect.fnUntraced(function* ({ data, json, statement }) {
    const config = yield* postgresConfig({ data, databaseUrl: yield* databaseUrl })
    const there = yield* Effect.option((yield* FileSystem.FileSystem).stat(config.dataDir))
    // Opening a missing directory would create an empty database.
    if (Option.isNone(config.url) && Option.isNone(there)) {
      return yield* new NotConfigured({
        missing: `No database in ${config.dataDir}`,
        remedy: `Run first: ${taskLine("pipeline", data)} (or: deno task demo, then add ` +
          "--data ./demo). For a database server, set DATABASE_URL",
      })
    }
    const { connect, noteOf } = yield* Postgres.configured(config)
    const answer = yield* Effect.scoped(Effect.gen(function* () {
      const client = yield* connect
      const note = noteOf?.(client)
      if (note !== undefined) yield* complain(formatError(Postgres.noteText(note)))
      const answered = Effect.provideService(query(statement), SqlClient, client)
      // The embedded database runs in this thread, and no statement in it can be cancelled.
      return yield* Option.isNone(config.url) ? endedBySignals(answered) : answered
    }))
    yield* print(
      json ? JSON.stringify(answer.rows) : renderTable(answer.columns, answer.rows, {
        maxRows: mostRows,
        maxWidth: yield* width,
        all: ["--json"],
      }),
    )
  }),
).pipe(
  Command.withDescription("Query the PostgreSQL database (read-only)"),
  Command.withExamples([{
    command: `paceline sql "select count(*), sum(distance_km) from strava.v_activities"`,
    description: "Print the number of activities and their distance",
  }]),
)
