/** Tables of the resources that declare one: their columns, and the versions of the schema that add them. */
import type { Declaration, DeclaredColumn } from "../../../schemas/Declaration.ts"
import {
  activityResources,
  isExportResource,
  type TableResource,
  tableResources,
} from "../../../schemas/Item.ts"
import { valueAt } from "../../../schemas/json/entryNames.ts"
import { declarationOf } from "../../../schemas/resources.ts"
import type { PostgresColumn } from "./column.ts"
import { athleteId, columnComments, defineTable, external, key, received } from "./define.ts"
import { readers } from "./readers.ts"

const types = {
  boolean: "boolean",
  integer: "integer",
  number: "float8",
  numbers: "float8[]",
  text: "text",
  texts: "text[]",
  time: "timestamptz",
} as const satisfies Record<DeclaredColumn["type"], PostgresColumn["type"]>

/** Returns the columns that a resource declares. A script's whole numbers can be ids, which need 8 bytes. */
export const declaredColumns = (resource: TableResource): ReadonlyArray<PostgresColumn> => {
  const { ofScript, table }: Declaration = declarationOf(resource)
  const typeOf = (type: DeclaredColumn["type"]) =>
    type === "integer" && ofScript !== undefined ? "bigint" : types[type]
  return (table?.columns ?? []).map(({ comment, name, path, type }) => ({
    name,
    type: typeOf(type),
    comment,
    read: (response) => readers[typeOf(type)](valueAt(response, path)),
  }))
}

/** Name of the table of a resource. */
export const declaredName = (resource: TableResource): string => `strava.${resource}`

/** Number of the version of the schema that adds the table of a resource. */
export const declaredVersion = (resource: TableResource): number => {
  const { table }: Declaration = declarationOf(resource)
  return Number.parseInt(table?.since ?? "0", 10)
}

const define = (resource: TableResource): ReadonlyArray<string> => {
  const { table }: Declaration = declarationOf(resource)
  return [
    ...defineTable(declaredName(resource), table?.comment ?? "", [
      key("activity_id", "activities.id"),
      athleteId,
      ...declaredColumns(resource),
      ...received,
    ]),
    external(declaredName(resource), "answer"),
  ]
}

/** Statements that declare these tables. */
export const declaredTables: ReadonlyArray<string> = tableResources().flatMap(define)

/** Column of `strava.missing` that names a resource. */
export const missingResource = {
  name: "resource",
  type: "text not null",
  comment: activityResources().filter((resource) => !isExportResource(resource)).join(", ")
    .replace(/, (\w+)$/, " or $1"),
}

/**
 * Versions of the schema that add a table to databases of earlier versions, by name. The digest of a released
 * version is in tests/postgres/schema/frozen_test.ts, so that a change of its columns needs the next version.
 */
export const declaredVersions: Readonly<Record<string, string>> = Object.fromEntries(
  tableResources().map((resource) => {
    const { table }: Declaration = declarationOf(resource)
    const statements = [
      ...define(resource),
      ...columnComments("strava.missing", [missingResource]),
    ]
    return [table?.since ?? "", `${statements.join(";\n")};\n`]
  }),
)
