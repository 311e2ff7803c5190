/** `paceline sql`: one SELECT on whichever PostgreSQL is configured, printed as a table. */
import { Config, Effect, FileSystem, Option } from "effect"
import { Argument, Command } from "effect/cli"
import { SqlClient } from "effect/sql/SqlClient"
import * as Postgres from "../../sinks/postgres/connection/client.ts"
import { query } from "../../sinks/postgres/read/query.ts"
import { postgresConfig } from "../../sinks/postgres/PostgresSink.ts"
import { complain, endedBySignals, inPlainWords, print } from "../base/runMain.ts"
import { NotConfigured } from "../strava/errors.ts"
import { renderTable } from "../output/kit/table.ts"
import { databaseUrl, dataFlag, jsonFlag } from "./process/flags.ts"

/** Rows of a table that is read, not piped; a program asks for `--json`. */
const mostRows = 40

/** Columns of the screen; of what is piped as many as are easily read. */
/** Columns of the terminal; of anything else what `COLUMNS` says, or 120. */
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
        `One SELECT, WITH, VALUES or TABLE, such as "select * from strava.v_weekly"`,
      ),
    ),
  },
  Effect.fnUntraced(function* ({ data, json, statement }) {
    const config = yield* postgresConfig({ data, databaseUrl: yield* databaseUrl })
    const there = yield* Effect.option((yield* FileSystem.FileSystem).stat(config.dataDir))
    // Opening a folder that is not there would make an empty database in it.
    if (Option.isNone(config.url) && Option.isNone(there)) {
      return yield* new NotConfigured({
        missing: `There is no database in ${config.dataDir}`,
        remedy:
          "Run first: deno task pipeline (or deno task demo, then add --data ./demo); for a " +
          "server set DATABASE_URL",
      })
    }
    const { connect, noteOf } = yield* Postgres.configured(config)
    const answer = yield* Effect.scoped(Effect.gen(function* () {
      const client = yield* connect
      const note = noteOf?.(client)
      if (note !== undefined) yield* complain(inPlainWords(Postgres.noteText(note)))
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
  Command.withDescription("Run one SELECT on the PostgreSQL that is configured; changes nothing"),
  Command.withExamples([{
    command: `paceline sql "select week, sport_type, distance_km from strava.v_weekly limit 5"`,
    description: "The first weeks",
  }]),
)
