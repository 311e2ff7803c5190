/**
 * Tables of the resources that a script declares. They are made when the sink is opened, not by a version of the
 * schema: the script can add, change and remove columns at any time, and rows are filled from their responses.
 */
import { Effect } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import { hashOf } from "../../../schemas/json/hash.ts"
import { keyOf, type TableResource, tableResources } from "../../../schemas/Item.ts"
import { declarationOf } from "../../../schemas/resources.ts"
import { PostgresError } from "../connection/PostgresError.ts"
import { transaction } from "../connection/timeouts.ts"
import { declaredColumns, declaredName } from "./declaredTables.ts"
import { athleteId, columnComments, commentsOn, type Defined, defineTable } from "./define.ts"
import { external, received } from "./define.ts"

/** Returns the resources of scripts that have a table. */
const scriptTables = (): ReadonlyArray<TableResource> =>
  tableResources().filter((resource) => declarationOf(resource).ofScript !== undefined)

const keyColumn = (resource: TableResource): Defined =>
  keyOf(resource) === "activity_id"
    ? { name: "activity_id", type: "bigint primary key", comment: "activities.id" }
    : { name: "id", type: "text primary key", comment: "id of the item" }

/** Returns a number that changes with the columns: see `PostgresTable.projection`. */
export const scriptProjection = (resource: TableResource): number =>
  1 + Number.parseInt(
    hashOf(JSON.stringify(declarationOf(resource).table?.columns ?? [])).slice(0, 7),
    16,
  )

const create = (resource: TableResource): ReadonlyArray<string> => [
  ...defineTable(declaredName(resource), declarationOf(resource).table?.comment ?? "", [
    keyColumn(resource),
    athleteId,
    ...declaredColumns(resource),
    ...received,
  ]),
  external(declaredName(resource), "answer"),
]

interface Existing {
  readonly kind: string
  readonly name: string
  readonly type: string
}

/** Names that PostgreSQL has for the types of columns. */
const aliases: Readonly<Record<string, string>> = {
  float8: "double precision",
  "float8[]": "double precision[]",
  timestamptz: "timestamp with time zone",
}

/** Statements that make the columns of an existing table those that are declared. */
const change = (
  resource: TableResource,
  existing: ReadonlyArray<Existing>,
): ReadonlyArray<string> => {
  const table = declaredName(resource)
  const types = new Map(existing.map(({ name, type }) => [name, type]))
  const columns = declaredColumns(resource)
  const kept = new Set(
    [keyColumn(resource), athleteId, ...columns, ...received].map(({ name }) => name),
  )
  const changed = columns.filter(({ name, type }) => types.get(name) !== (aliases[type] ?? type))
  const gone = [
    ...existing.map(({ name }) => name).filter((name) => !kept.has(name)),
    ...changed.map(({ name }) => name).filter((name) => types.has(name)),
  ]
  return [
    ...gone.map((name) => `alter table ${table} drop column ${name} cascade`),
    ...changed.map(({ name, type }) => `alter table ${table} add column ${name} ${type}`),
    ...columnComments(table, changed),
    ...commentsOn("table", table, declarationOf(resource).table?.comment ?? "", []),
  ]
}

/** True if the relation is a table that an earlier run made for a resource of a script. */
const isOurs = (resource: TableResource, existing: ReadonlyArray<Existing>): boolean =>
  existing.every(({ kind }) => kind === "r") &&
  [keyOf(resource), "answer", "sha256"].every((column) =>
    existing.some(({ name }) => name === column)
  )

/** Makes the tables of scripts as they are declared now. Fails if another table or view has the name of one. */
export const ensureScriptTables = Effect.fnUntraced(function* (sql: SqlClient, location: string) {
  for (const resource of scriptTables()) {
    const name = declaredName(resource)
    yield* transaction(
      sql,
      Effect.gen(function* () {
        const existing = yield* sql<Existing>`
          select c.relkind::text as kind, a.attname::text as name,
              format_type(a.atttypid, a.atttypmod) as type
            from pg_catalog.pg_attribute a join pg_catalog.pg_class c on c.oid = a.attrelid
            where c.oid = to_regclass('strava.' || ${resource}) and a.attnum > 0 and not a.attisdropped`
        if (existing.length > 0 && !isOurs(resource, existing)) {
          return yield* new PostgresError({
            reason: "unreachable",
            detail:
              `${location}: the script's resource "${resource}" needs the table ${name}, but ` +
              "another table or view has this name. Nothing was changed. Rename the resource",
          })
        }
        const statements = existing.length === 0 ? create(resource) : change(resource, existing)
        yield* sql.unsafe(`do $paceline$ begin\n${statements.join(";\n")};\nend $paceline$`)
          .unprepared
      }),
    )
  }
})
