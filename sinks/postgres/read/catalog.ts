/** Tables and views of the schema, with their columns and comments, from the server's catalog. */
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { localName } from "../connection/schemaName.ts"
import { entries } from "../schema/detailColumns.ts"
import { views } from "../views/views.ts"
import { allTables } from "../write/tables.ts"

interface CatalogColumn {
  readonly name: string
  readonly type: string
  readonly comment: string | null
}

/** A table or a view. */
interface Relation {
  /** Name with its schema, such as `strava.activities`. */
  readonly name: string
  readonly isView: boolean
  readonly comment: string | null
  readonly columns: ReadonlyArray<CatalogColumn>
}

interface CatalogRow {
  readonly relation: string
  readonly is_view: boolean
  readonly about: string | null
  readonly name: string
  readonly type: string
  readonly comment: string | null
}

/** Names in the order in which users need them; tables that only Paceline uses come last. */
const known = () => [
  ...views.map(({ name }) => name),
  ...allTables().map(({ name }) => name),
  ...entries.map(({ name }) => name),
  "strava.missing",
]

const orderOf = (name: string): number => {
  const names = known().map(localName)
  const at = names.indexOf(localName(name))
  return at === -1 ? names.length : at
}

/** Returns the tables and views of the schema `strava`; empty if there is no schema. */
export const readCatalog: Effect.Effect<ReadonlyArray<Relation>, SqlError, SqlClient> = SqlClient
  .use((sql) =>
    Effect.map(
      sql<CatalogRow>`select 'strava.' || c.relname::text as relation, c.relkind = 'v' as is_view,
          obj_description(c.oid, 'pg_class') as about, a.attname::text as name,
          t.typname::text as type, col_description(c.oid, a.attnum) as comment
        from pg_catalog.pg_class c
        join pg_catalog.pg_namespace n on n.oid = c.relnamespace and n.nspname = 'strava'
        join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        join pg_catalog.pg_type t on t.oid = a.atttypid
        where c.relkind in ('r', 'p', 'v', 'm')
        order by c.relname, a.attnum`,
      (rows) =>
        [...Map.groupBy(rows, ({ relation }) => relation)]
          .map(([name, columns]): Relation => ({
            name,
            isView: columns[0]?.is_view ?? false,
            comment: columns[0]?.about ?? null,
            columns: columns.map(({ comment, name, type }) => ({
              name,
              type: type.replace(/^_(.*)$/, "$1[]"),
              comment,
            })),
          }))
          .sort((a, b) => orderOf(a.name) - orderOf(b.name)),
    )
  )

/** Returns the number of rows of each table, by name; views have none, because some are large. */
export const rowsOfTables = (relations: ReadonlyArray<Relation>) =>
  SqlClient.use((sql) =>
    Effect.map(
      Effect.forEach(relations.filter(({ isView }) => !isView), ({ name }) =>
        Effect.map(
          sql<{ rows: number }>`select count(*)::float8 as rows from ${sql(name)}`,
          ([counted]) => [name, counted?.rows ?? 0] as const,
        )),
      (counts) => new Map(counts),
    )
  )
