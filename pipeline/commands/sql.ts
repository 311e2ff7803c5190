/** `paceline sql`: runs one SELECT on the configured PostgreSQL and prints the result as a table. */
import { Config, Effect, FileSystem, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { SqlClient } from "effect/sql/SqlClient"
import { PostgresError } from "../../sinks/postgres/connection/PostgresError.ts"
import * as Postgres from "../../sinks/postgres/connection/client.ts"
import { readCatalog, rowsOfTables } from "../../sinks/postgres/read/catalog.ts"
import { nearest } from "../../sinks/nearest.ts"
import { query } from "../../sinks/postgres/read/query.ts"
import { postgresConfig } from "../../sinks/postgres/PostgresSink.ts"
import { complain, endedBySignals, formatError, print } from "../base/runMain.ts"
import { taskLine } from "../output/kit/line.ts"
import { NotConfigured } from "../strava/errors.ts"
import { caretLines } from "../output/kit/caret.ts"
import { printable } from "../output/kit/terminal.ts"
import { pageWidth } from "../output/kit/wrap.ts"
import { renderTable } from "../output/kit/table.ts"
import { measureFlags } from "./process/measures.ts"
import { databaseUrl } from "./flags/databaseUrl.ts"
import { dataFlag, jsonFlag } from "./process/flags.ts"

/** Number of rows in a table for people; programs use `--json`. */
const mostRows = 40

/** Columns of the terminal; without a terminal the value of `COLUMNS`, or 120. */
export const width = Effect.gen(function* () {
  if (Deno.stdout.isTerminal()) return Deno.consoleSize().columns
  const columns = yield* Effect.option(Config.Int("COLUMNS"))
  return Option.exists(columns, (count) => count > 0) ? Option.getOrThrow(columns) : 120
})

/** Prints the line of the statement that an error refers to, with a caret below it. */
const showPosition = (statement: string) => (error: PostgresError) =>
  Effect.gen(function* () {
    if (error.position === undefined) return
    const lines = caretLines(statement, error.position, Math.min(pageWidth(), yield* width) - 2)
    yield* complain(lines.map((line) => `  ${line}`).join("\n"))
  })

const text = (name: string) => ({ name, type: "" })
const contents = { name: "contents", type: "", shrinkTo: 30 }

/** Returns the tables and views, or the columns of one of them. */
const listed = Effect.fnUntraced(function* (name: string | undefined) {
  const relations = yield* readCatalog
  if (name === undefined) {
    const counts = yield* rowsOfTables(relations)
    return {
      columns: [text("name"), { ...text("rows"), right: true }, contents],
      rows: relations.map(({ comment, name }) => ({
        name,
        rows: counts.get(name) ?? null,
        contents: comment,
      })),
    }
  }
  const wanted = name.replace(/^(strava\.)?/, "strava.")
  const found = relations.find(({ name }) => name === wanted)
  if (found === undefined) {
    const meant = nearest(wanted, relations.map(({ name }) => name))
    return yield* new PostgresError({
      reason: "query",
      detail: `there is no table or view ${printable(name)}${
        meant === undefined ? "" : ` (did you mean ${meant}?)`
      }. To list them: deno task sql --tables`,
    })
  }
  return {
    columns: [text("column"), text("type"), contents],
    rows: found.columns.map(({ comment, name, type }) => ({
      column: name,
      type,
      contents: comment,
    })),
  }
})

/** Runs an effect with a client of the configured database. */
const withDatabase = Effect.fnUntraced(function* <A, E>(
  data: string,
  effect: Effect.Effect<A, E, SqlClient>,
) {
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
  return yield* Effect.scoped(Effect.gen(function* () {
    const client = yield* connect
    const note = noteOf?.(client)
    if (note !== undefined) yield* complain(formatError(Postgres.noteText(note)))
    const answered = Effect.provideService(effect, SqlClient, client)
    // The embedded database runs in this thread, and no statement in it can be cancelled.
    return yield* Option.isNone(config.url) ? endedBySignals(answered) : answered
  }))
})

export const sql = Command.make(
  "sql",
  {
    data: dataFlag,
    json: jsonFlag,
    tables: Flag.Boolean("tables").pipe(
      Flag.withDescription("List the tables and views, or the columns of one"),
      Flag.withDefault(false),
    ),
    weekStart: measureFlags.weekStart,
    statement: Argument.String("statement").pipe(
      Argument.withDescription(
        `One SELECT, such as "select * from strava.v_weekly"; with --tables, a name`,
      ),
      Argument.optional,
    ),
  },
  Effect.fnUntraced(function* ({ data, json, statement, tables, weekStart }) {
    const given = Option.getOrUndefined(statement)
    if (!tables && given === undefined) {
      return yield* new PostgresError({
        reason: "query",
        detail: "there is no statement. Write one SELECT in quotes, or list the tables: " +
          taskLine("sql --tables", data),
      })
    }
    const { columns, rows } = yield* tables
      ? withDatabase(data, listed(given))
      : withDatabase(data, query(given ?? "", Option.getOrUndefined(weekStart))).pipe(
        Effect.tapErrorTag("PostgresError", showPosition(given ?? "")),
      )
    yield* print(
      json ? JSON.stringify(rows) : renderTable(columns, rows, {
        maxRows: tables ? rows.length : mostRows,
        maxWidth: yield* width,
        all: ["--json"],
        ...(tables &&
          { heading: given ?? "Tables and views of the schema strava", maxCell: 200, missing: "" }),
      }),
    )
  }),
).pipe(
  Command.withDescription("Query the PostgreSQL database (read-only)"),
  Command.withExamples([
    {
      command: `paceline sql "select count(*), sum(distance_km) from strava.v_activities"`,
      description: "Print the number of activities and their distance",
    },
    { command: "paceline sql --tables", description: "List the tables and views" },
    {
      command: "paceline sql --tables v_activities",
      description: "List the columns of a view",
    },
  ]),
)
