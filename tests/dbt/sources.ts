/**
 * The sources of examples/dbt, generated from the declared tables and views. To write them: `deno run -A
 * tests/dbt/sources.ts`
 */
import { tableSchema } from "../../sinks/postgres/schema/schema.ts"
import { viewsNow } from "../../sinks/postgres/views/views.ts"

export const sourcesFile = "examples/dbt/models/sources.yml"

const unquoted = (literal: string) => literal.slice(1, -1).replaceAll("''", "'")
const quoted = (text: string) => `"${text.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`

/** Tables that only Paceline uses. */
const isInternal = (name: string) => name.startsWith("paceline_")

/** Names of the primary keys: the column of the first one is unique. */
const keyIn = (statements: ReadonlyArray<string>, name: string): string | undefined =>
  statements.flatMap((statement) => {
    const start = `create table strava.${name} (`
    const [column = ""] = statement.startsWith(start)
      ? statement.slice(start.length).split(", ").filter((column) => column.includes("primary key"))
      : []
    return column === "" ? [] : [column.split(" ")[0] ?? ""]
  })[0]

const columnOf = (name: string, comment: string, isKey: boolean): ReadonlyArray<string> => [
  `          - name: ${name}`,
  `            description: ${quoted(comment)}`,
  ...(isKey ? ["            data_tests: [not_null, unique]"] : []),
]

const relationOf = (
  statements: ReadonlyArray<string>,
  [name = "", comment = ""]: ReadonlyArray<string>,
): ReadonlyArray<string> => {
  const key = keyIn(statements, name)
  const columns = statements.flatMap((statement) => {
    const [, table, column = "", text = ""] =
      /^comment on column strava\.(\w+)\.(\w+) is ('[^]*')$/.exec(statement) ?? []
    return table === name ? columnOf(column, unquoted(text), column === key) : []
  })
  return [
    `      - name: ${name}`,
    `        description: ${quoted(unquoted(comment))}`,
    ...(name === "activities"
      ? [
        "        loaded_at_field: fetched_at",
        "        freshness:",
        "          warn_after: { count: 2, period: day }",
        "          error_after: { count: 14, period: day }",
      ]
      : []),
    "        columns:",
    ...columns,
  ]
}

/** Returns the text of the file. */
export const sourcesText = (): string => {
  const statements = [...tableSchema, ...viewsNow]
  const relations = statements.flatMap((statement) => {
    const [, name = "", comment = ""] =
      /^comment on (?:table|view) strava\.(\w+) is ('[^]*')$/.exec(statement) ?? []
    return name === "" || isInternal(name) ? [] : [[name, comment]]
  })
  return [
    "# Tables and views of Paceline. Generated: deno run -A tests/dbt/sources.ts",
    "version: 2",
    "",
    "sources:",
    "  - name: strava",
    `    schema: "{{ var('paceline_schema') }}"`,
    "    tables:",
    ...relations.flatMap((relation) => relationOf(statements, relation)),
    "",
  ].join("\n")
}

if (import.meta.main) await Deno.writeTextFile(sourcesFile, sourcesText())
