/** Migrations of released versions stay unchanged, and create the tables that the program declares. */
import { Effect, Record } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { migrate, versions } from "../../../sinks/postgres/schema/migrations.ts"
import { tableSchema } from "../../../sinks/postgres/schema/schema.ts"
import { viewsNow } from "../../../sinks/postgres/views/views.ts"
import { test } from "../../testing.ts"
import { onBoth } from "../databases.ts"

/** SHA-256 of each released migration. Add a new migration here when it is released. */
const released = {
  "0001_first": "7d81993031627fe4afcb7916b8f98c4c78dc88b2db599657f6b4f211b8f7c0ed",
  "0002_answers_and_lease": "34f50728ed2e6645952a8bea2c63cb62242c447a34cd20bf847ca9859f0c4539",
  "0003_more_of_strava": "600f264363f69faebb3f1def8345800461c7ec21b7dd9c56d9916f8fee3d61ae",
  "0004_purged": "6544a277e9e51bbec9c65501ddb07dcf855f954da5c7bb7f5397ec3dfea0cb7e",
  "0005_fractional_samples": "255f877c0c221ed8f98dc11a6c05c4ef19f5195f73cb5328d7ea4c87072436e2",
  "0006_writers": "4de513f8a303775d7f2bcf95511003b32457437efb1fb1eadc8a1f82d0358d93",
  "0007_bounded_weeks": "a6f5bbbf7e5d9e7b35ce1e04ab8f5c5f13ebc10e6a5685729685e0d969d772d2",
  "0008_tombstones": "7378cdc7454958ffa94fbef0fef8c39ddaaa549f05b87863aa2701bd6993943a",
  "0009_lazy_samples": "31634eb04840910da168fb1de506cca55c854f7a15be949841f6256e8c7647e9",
  "0010_compression": "1e114e92d7b9bfb89f71da0ba3369baebad33cc5a74e0d73676c3c978f639120",
}

test("versions of the schema are numbered from 1, each number once", () =>
  Effect.sync(() => {
    const numbers = Object.keys(versions).map((name) => Number.parseInt(name, 10))
    assert.deepEqual(
      numbers.toSorted((a, b) => a - b),
      numbers.map((_, i) => i + 1),
      `Numbers in use: ${Object.keys(versions).join(", ")}`,
    )
  }))

test("the SQL of a released migration never changes", () =>
  Effect.sync(() => {
    const digests = Record.map(
      versions,
      (sql) => createHash("sha256").update(sql).digest("hex"),
    )
    const names = Object.keys(digests).slice(0, Object.keys(released).length)
    assert.deepEqual(
      Object.fromEntries(names.map((name) => [name, digests[name as never]])),
      released,
    )
  }))

/**
 * Returns all columns, indexes, comments and definitions of views of the schema `strava`, one per line, except for the
 * migrator's table.
 */
const described = (sql: SqlClient) =>
  Effect.map(
    sql<{ line: string }>`
      select format('%s.%s %s%s %s %s: %s', c.relname, a.attname, format_type(a.atttypid, a.atttypmod),
        case when a.attnotnull then ' not null' else '' end, a.attstorage,
        pg_get_expr(d.adbin, d.adrelid), col_description(c.oid, a.attnum)) as line
      from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
      left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
      where c.relnamespace = 'strava'::regnamespace and c.relkind in ('r', 'v')
      union all
      select format('%s: %s', c.relname, obj_description(c.oid))
      from pg_class c where c.relnamespace = 'strava'::regnamespace and c.relkind in ('r', 'v')
      union all
      select format('%s: %s', c.relname, pg_get_viewdef(c.oid)) from pg_class c
      where c.relnamespace = 'strava'::regnamespace and c.relkind = 'v'
      union all
      select indexdef from pg_indexes where schemaname = 'strava'
      order by 1`,
    (rows) => rows.map(({ line }) => line).filter((line) => !line.includes("paceline_migrations")),
  )

onBoth()(
  "the migrations make the tables and views that are declared",
  ({ connect }) =>
    Effect.gen(function* () {
      const sql = yield* connect
      yield* Effect.provideService(migrate, SqlClient, sql)
      const migrated = yield* described(sql)
      yield* sql`drop schema strava cascade`
      yield* sql`create schema strava`
      for (const statement of [...tableSchema, ...viewsNow]) yield* sql.unsafe(statement).unprepared
      assert.deepEqual(migrated, yield* described(sql))
      assert.ok(migrated.length > 300)
    }),
)
