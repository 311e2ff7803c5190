/** Tables of the resources of scripts: they follow the declared columns, and never replace another table. */
import { Effect, Schema, type Scope } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import assert from "node:assert/strict"
import type { DeclaredColumn } from "../../../schemas/Declaration.ts"
import { declareResources } from "../../../schemas/resources.ts"
import { makeResource } from "../../../schemas/script/ScriptResource.ts"
import { on } from "../../../sinks/postgres/PostgresSink.ts"
import type { PostgresDatabase } from "../../../sinks/postgres/connection/client.ts"
import { liveWith } from "../../testing.ts"
import { item } from "../../sinks/items.ts"
import { onServer, TestServer } from "../databases.ts"

const live = liveWith(TestServer.layer)

const onOne = (
  name: string,
  body: (
    database: PostgresDatabase,
    sql: SqlClient,
  ) => Effect.Effect<unknown, unknown, Scope.Scope>,
) =>
  live(name, () =>
    Effect.gen(function* () {
      const database = yield* onServer
      yield* body(database, yield* database.connect)
    }))

const name: DeclaredColumn = { name: "name", type: "text", path: ["name"], comment: "Name" }
const length = (type: DeclaredColumn["type"]): DeclaredColumn => ({
  name: "length",
  type,
  path: ["length"],
  comment: "Length in meters",
})

const routes = (...columns: ReadonlyArray<DeclaredColumn>) =>
  makeResource({
    name: "routes",
    counted: ["route", "routes"],
    about: "One row per route.",
    per: "other",
    schema: Schema.Struct({ id: Schema.Int }),
    columns,
  })

/** Runs `use` with the sink, while `resource` is declared. */
const during = <A, E>(
  { connect, location }: PostgresDatabase,
  resource: ReturnType<typeof routes>,
  use: (sink: Effect.Success<ReturnType<typeof on>["open"]>) => Effect.Effect<A, E>,
) =>
  Effect.scoped(Effect.gen(function* () {
    yield* declareResources({ [resource.name]: resource.declaration })
    return yield* use(yield* on({ connect, location }).open)
  }))

const resource = routes().name
const route = item({ resource, id: "1", text: `{"id":1,"name":"Ridge","length":12.50}` })

const columnsOf = (sql: SqlClient) =>
  Effect.map(
    sql<{ name: string; type: string; comment: string }>`
      select attname::text as name, format_type(atttypid, atttypmod) as type,
          col_description(attrelid, attnum) as comment
        from pg_attribute where attrelid = 'strava.routes'::regclass and attname in ('name', 'length')
          and not attisdropped order by 1`,
    (rows) => rows.map((row) => `${row.name} ${row.type} ${row.comment}`),
  )

onOne(
  "a script's table follows the declared columns, and its rows are filled again",
  (database, sql) =>
    Effect.gen(function* () {
      const write = yield* during(
        database,
        routes(name, length("number")),
        (sink) => sink.write({ resource, items: [route] }),
      )
      assert.deepEqual(write, [])
      assert.deepEqual(yield* columnsOf(sql), [
        "length double precision Length in meters",
        "name text Name",
      ])
      assert.deepEqual(yield* sql`select id, athlete_id, name, length from strava.routes`, [
        { id: "1", athlete_id: 7n, name: "Ridge", length: 12.5 },
      ])

      yield* during(database, routes(length("text")), () => Effect.void)
      assert.deepEqual(yield* columnsOf(sql), ["length text Length in meters"])
      assert.deepEqual(yield* sql`select length from strava.routes`, [{ length: null }])

      const differing = yield* during(
        database,
        routes(name, length("number")),
        (sink) => sink.differing({ resource, items: [route] }),
      )
      assert.deepEqual(differing, [])
      assert.deepEqual(yield* sql`select name, length from strava.routes`, [
        { name: "Ridge", length: 12.5 },
      ])
    }),
)

onOne(
  "a whole number of a script can be an id of Strava",
  (database, sql) =>
    Effect.gen(function* () {
      const long = item({ resource, id: "1", text: `{"id":1,"length":18089816426}` })
      yield* during(
        database,
        routes(length("integer")),
        (sink) => sink.write({ resource, items: [long] }),
      )
      assert.deepEqual(yield* sql`select length from strava.routes`, [{ length: 18089816426n }])
    }),
)

onOne(
  "a script's table that did not change is not written to",
  (database, sql) =>
    Effect.gen(function* () {
      const version = sql`select xmin::text as written from strava.routes`
      yield* during(database, routes(name), (sink) => sink.write({ resource, items: [route] }))
      const before = yield* version
      yield* during(database, routes(name), (sink) => sink.write({ resource, items: [route] }))
      assert.deepEqual(yield* version, before)
    }),
)

onOne(
  "a table or view of someone else is never changed for a script",
  (database, sql) =>
    Effect.gen(function* () {
      yield* during(database, routes(), () => Effect.void)
      for (
        const other of [
          "table strava.routes (id text, mine text)",
          "view strava.routes as select 1 as id",
        ]
      ) {
        yield* sql`drop table strava.routes`.pipe(Effect.catch(() => Effect.void))
        yield* sql.unsafe(`create ${other}`)
        const error = yield* Effect.flip(during(database, routes(name), () => Effect.void))
        assert.match(
          String(error),
          /"routes" needs the table strava\.routes, but another table or view/,
        )
      }
      assert.deepEqual(yield* sql`select id from strava.routes`, [{ id: 1 }])
    }),
)

onOne("without the script, its rows are kept", (database, sql) =>
  Effect.gen(function* () {
    yield* during(database, routes(name), (sink) => sink.write({ resource, items: [route] }))
    yield* Effect.scoped(on(database).open)
    assert.deepEqual(yield* sql`select name from strava.routes`, [{ name: "Ridge" }])
  }))
