/** `paceline show`: a table of the stored data on the screen, as JSON or as CSV, without a request. */
import { listWords } from "../output/kit/plurals.ts"
import { Effect, Option } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { StoredData } from "../landed/StoredData.ts"
import { isEmpty, noActivities } from "../landed/state.ts"
import { complain, print } from "../base/runMain.ts"
import { csvOf, jsonOf, rowsOfPart, screenOf } from "../show/print.ts"
import { ShowError } from "../show/ShowError.ts"
import { tableNames, tablesOf } from "../show/tables.ts"
import type { ShowColumn } from "../show/Table.ts"
import { filterOf } from "../show/where.ts"
import { count } from "./flags/valueFlags.ts"
import { databaseUrl } from "./flags/databaseUrl.ts"
import { dataFlag, jsonFlag } from "./process/flags.ts"
import { measureFlags, measuresOf, whereFlag } from "./process/measures.ts"
import { width } from "./sql.ts"
import { withoutNetwork } from "./process/withoutNetwork.ts"

const columnsOf = (tables: ReadonlyArray<{ readonly columns: ReadonlyArray<ShowColumn> }>) => [
  ...new Map(tables.flatMap(({ columns }) => columns.map((column) => [column.name, column])))
    .values(),
]

const onlyOne = (...given: ReadonlyArray<readonly [flag: string, on: boolean]>) => {
  const flags = given.filter(([, on]) => on).map(([flag]) => flag)
  return flags.length < 2 ? Effect.void : new ShowError({
    reason: "usage",
    detail: `${flags.join(" and ")} cannot be combined`,
  })
}

export const show = Command.make(
  "show",
  {
    data: dataFlag,
    json: jsonFlag,
    csv: Flag.Boolean("csv").pipe(
      Flag.withDescription("Print CSV; formulas are escaped"),
      Flag.withDefault(false),
    ),
    head: count("head").pipe(
      Flag.withDescription("Print only the first N rows (streams: per activity)"),
      Flag.optional,
    ),
    tail: count("tail").pipe(
      Flag.withDescription("Print only the last N rows (streams: per activity)"),
      Flag.optional,
    ),
    where: whereFlag,
    ...measureFlags,
    table: Argument.Literals("table", tableNames).pipe(
      Argument.withDescription(`Table to print: ${listWords(tableNames, "or")}`),
    ),
    ids: Argument.String("id").pipe(
      Argument.withDescription("Activity IDs, or latest, for streams, laps and efforts"),
      Argument.variadic(),
    ),
  },
  Effect.fnUntraced(
    function* ({ csv, data, head, ids, json, table, tail, units, weekStart, where }) {
      yield* onlyOne(["--json", json], ["--csv", csv])
      yield* onlyOne(["--head", Option.isSome(head)], ["--tail", Option.isSome(tail)])
      const part = { head: Option.getOrUndefined(head), tail: Option.getOrUndefined(tail) }
      const tables = yield* Effect.gen(function* () {
        const { notes, state } = yield* StoredData
        yield* Effect.forEach(notes, (note) => complain(`  ${note}`))
        if (state !== undefined && isEmpty(state)) yield* complain(`  ${noActivities(state)}`)
        const measures = yield* measuresOf({ units, weekStart })
        return yield* tablesOf(table, { ids, folder: data, exact: json || csv, ...measures })
      }).pipe(
        Effect.provide(StoredData.layer({ data, databaseUrl: yield* databaseUrl })),
        Effect.catchTag("StoredDataError", withoutNetwork("show", data)),
      )
      const columns = columnsOf(tables)
      const { notes, passes } = yield* filterOf(where, columns)
      yield* Effect.forEach(notes, (note) => complain(`  ${note}`))
      const shown = tables.map((table) => ({ table, rows: table.rows.filter(passes) }))
      if (json || csv) {
        yield* Effect.forEach(
          tables.flatMap(({ notes = [] }) => notes),
          (note) => complain(`  ${note}`),
        )
        const rows = shown.flatMap(({ rows }) => rowsOfPart(rows, part))
        yield* print(json ? jsonOf(columns, rows) : csvOf(columns, rows).replace(/\n$/, ""))
        return
      }
      const columnsOfScreen = yield* width
      yield* print(
        shown.map(({ rows, table }) => screenOf(table, rows, part, columnsOfScreen)).join("\n\n"),
      )
    },
  ),
).pipe(
  Command.withDescription(
    "Print a table of the stored data. --json and --csv print every digit, in Strava's units",
  ),
  Command.withExamples([
    {
      command: "paceline show activities --tail 3",
      description: "Print the last three activities",
    },
    { command: "paceline show records", description: "Print the best times and the best power" },
    {
      command: "paceline show weekly --where 'hours>=5' --csv",
      description: "Export weeks of at least five hours as CSV",
    },
  ]),
)
