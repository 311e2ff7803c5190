/** SQL queries by users. */
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import assert from "node:assert/strict"
import { type PostgresDatabase, server } from "../../sinks/postgres/connection/client.ts"
import { readCatalog, rowsOfTables } from "../../sinks/postgres/read/catalog.ts"
import { query } from "../../sinks/postgres/read/query.ts"
import { liveWith } from "../testing.ts"
import { onBoth, TestServer } from "./databases.ts"
import { freshDatabase, urlWith } from "./server.ts"

const both = onBoth()

const asking = ({ connect }: PostgresDatabase) =>
  Effect.map(
    connect,
    (sql) => (text: string) => Effect.provideService(query(text), SqlClient, sql),
  )

both(
  "a query returns its columns with their types, and values that JSON holds",
  (database) =>
    Effect.gen(function* () {
      const ask = yield* asking(database)
      const { columns, rows } = yield* ask(`select
      9223372036854775807::int8 as big, 42::int8 as small, 1.5::float8 as float,
      12.50::numeric as price, 'NaN'::float8 as nan, 'x' as text, null::int4 as nothing, true as yes,
      '2026-01-02T03:04:05Z'::timestamptz as instant, '2026-01-02 03:04:05.25'::timestamp as wall,
      '2026-01-02'::date as day, '26:03:04.5'::interval as span, '1 month 2 days'::interval as long,
      '03:04:05'::time as clock, array[1.5, null]::float8[] as list, array[1, 2]::int8[] as ids,
      array['2026-01-02']::timestamp[] as walls, '\\x00ff'::bytea as bytes,
      '{"id": 3265366675164236880, "n": 2.0}'::jsonb as document;`)
      assert.deepEqual(columns.map(({ name, type }) => `${name} ${type}`), [
        "big int8",
        "small int8",
        "float float8",
        "price numeric",
        "nan float8",
        "text text",
        "nothing int4",
        "yes bool",
        "instant timestamptz",
        "wall timestamp",
        "day date",
        "span interval",
        "long interval",
        "clock time",
        "list float8[]",
        "ids int8[]",
        "walls timestamp[]",
        "bytes bytea",
        "document jsonb",
      ])
      assert.equal(
        JSON.stringify(rows),
        `[${
          [
            '{"big":9223372036854775807',
            '"small":42',
            '"float":1.5',
            '"price":12.50',
            '"nan":"NaN"',
            '"text":"x"',
            '"nothing":null',
            '"yes":true',
            '"instant":"2026-01-02T03:04:05Z"',
            '"wall":"2026-01-02T03:04:05.250"',
            '"day":"2026-01-02"',
            '"span":"26:03:04.5"',
            '"long":"1 mon 2 days"',
            '"clock":"03:04:05"',
            '"list":[1.5,null]',
            '"ids":[1,2]',
            '"walls":["2026-01-02T00:00:00"]',
            '"bytes":"\\\\x00ff"',
            '"document":{"n":2.0,"id":3265366675164236880}}',
          ].join(",")
        }]`,
      )
    }),
)

both("a result without rows still has columns", (database) =>
  Effect.gen(function* () {
    const ask = yield* asking(database)
    assert.deepEqual(yield* ask("select 1 as a where false"), {
      columns: [{ name: "a", type: "int4" }],
      rows: [],
    })
  }))

/**
 * Statements that try to change something, read a file or leave the role, each with the server's
 * refusal.
 */
const attacks: ReadonlyArray<readonly [text: string, refusal: RegExp]> = [
  ["create schema strava", /syntax error .*that only reads/],
  ["create table public.x (a int)", /syntax error .*that only reads/],
  ["copy (select 1) to '/pglite/data/PG_VERSION'", /syntax error .*that only reads/],
  ["copy (select 1) to program 'touch /tmp/x'", /syntax error .*that only reads/],
  ["explain analyze delete from pg_description", /syntax error .*that only reads/],
  ["do $$ begin end $$", /syntax error .*that only reads/],
  ["select 1; drop schema public", /multiple commands.*that only reads/],
  ["select 1 into y", /INTO is not allowed.*that only reads/],
  ["with x as (delete from pg_description returning 1) table x", /data-modifying.*only reads/],
  ["select $1", /requires 1.*that only reads/],
  ["select pg_read_file('/etc/passwd')", /permission denied for function pg_read_file/],
  ["select lo_export(1, '/tmp/x')", /permission denied for function lo_export/],
  ["select pg_reload_conf()", /permission denied for function pg_reload_conf/],
  ["select rolpassword from pg_authid", /permission denied for table pg_authid/],
  ["select set_config('role', 'none', true)", /cannot set parameter "role"/],
  ["select set_config('session_authorization', 'postgres', true)", /cannot set parameter/],
  [
    "select query_to_xml('select set_config(''role'', ''none'', true)', true, true, '')::text",
    /cannot set parameter "role"/,
  ],
  [
    "select query_to_xml('copy (select 1) to ''/tmp/x''', true, true, '')::text",
    /COPY is not allowed/,
  ],
  ["select set_config('transaction_read_only', 'off', true)", /read-only transaction/],
]

both(
  "fault 59: no statement can change anything, read a file or leave its role",
  (database) =>
    Effect.gen(function* () {
      const sql = yield* database.connect
      const ask = (text: string) => Effect.provideService(query(text), SqlClient, sql)
      for (const [text, refusal] of attacks) {
        const error = yield* Effect.flip(ask(text))
        assert.equal(error.reason, "query", text)
        assert.match(error.message, /^Cannot run the query: /, text)
        assert.match(error.message, refusal, text)
      }
      // Older servers create a large object even in a read-only transaction.
      yield* Effect.ignore(ask("select lo_from_bytea(4711, 'x')::int8 as x"))
      yield* ask("select count(*) from pg_advisory_lock(4711)")
      const [left] =
        yield* sql`select (select count(*) from pg_largeobject_metadata)::int4 as objects,
      (select count(*) from pg_locks where locktype = 'advisory')::int4 as locks,
      (select count(*) from pg_roles where starts_with(rolname, 'paceline_'))::int4 as roles,
      (select count(*) from pg_proc where starts_with(proname, 'paceline_'))::int4 as functions`
      assert.deepEqual(left, { objects: 0, locks: 0, roles: 0, functions: 0 })
      assert.equal((yield* ask("select 1 as a")).rows.length, 1)
    }),
)

both(
  "columns with one name become distinct, and any type is shown",
  (database) =>
    Effect.gen(function* () {
      const ask = yield* asking(database)
      assert.deepEqual(
        (yield* ask(
          `select 1 as id, 2 as id, row(1, 2) as pair, '101'::bit(3) as bits, 'abc'::char(5) as fixed,
           '1.50'::numeric(10, 2) as price -- the end`,
        )).rows.map((row) => JSON.stringify(row)),
        ['{"id":1,"id_2":2,"pair":"(1,2)","bits":"101","fixed":"abc  ","price":1.50}'],
      )
      assert.match(
        (yield* Effect.flip(ask("select pg_notify('a', 'b')"))).message,
        /pseudo-type void\. Cast/,
      )
    }),
)

/**
 * Creates a user with these attributes in a new database. Returns its queries, an administrator's
 * client and the user's name.
 */
const asUser = (attributes: string, setting?: string) =>
  Effect.gen(function* () {
    const { url } = yield* TestServer
    const own = yield* freshDatabase({ url })
    const username = `user_${crypto.randomUUID().replaceAll("-", "")}`
    const admin = yield* Effect.flatMap(server(own), ({ connect }) => connect)
    yield* Effect.acquireRelease(
      admin.unsafe(`create role ${username} login password 'guest' ${attributes}`),
      () => Effect.ignore(admin.unsafe(`drop role ${username}`)),
    )
    if (setting !== undefined) yield* admin.unsafe(`alter role ${username} set ${setting}`)
    const user = yield* server(urlWith(own, { username, password: "guest" }))
    return { admin, ask: yield* asking(user), username }
  })

const live = liveWith(TestServer.layer)

live(
  "a user with CREATEROLE queries as a role that can only read the schema strava",
  () =>
    Effect.gen(function* () {
      const { admin, ask, username } = yield* asUser("createrole")
      yield* admin.unsafe(`create schema strava authorization ${username}`)
      yield* admin`create table strava.x as select 1 as a`
      yield* admin.unsafe(`alter table strava.x owner to ${username}`)
      yield* admin`create table y as select 2 as a`
      yield* admin.unsafe(`grant select on y to ${username}`)
      assert.deepEqual((yield* ask("select * from strava.x")).rows, [{ a: 1 }])
      assert.match((yield* Effect.flip(ask("table y"))).message, /denied for table y.*only|nothing/)
      const [{ role }] = (yield* ask("select current_user::text as role")).rows as [
        { role: string },
      ]
      assert.match(role, /^paceline_/)
    }),
)

live(
  "a user without CREATEROLE queries as itself, and changes nothing",
  () =>
    Effect.gen(function* () {
      const { ask, username } = yield* asUser("")
      assert.deepEqual((yield* ask("select current_user::text as role")).rows, [{ role: username }])
      for (const text of ["create table z (a int)", "select 1; select 2", "select lo_create(1)"]) {
        assert.equal((yield* Effect.flip(ask(text))).reason, "query", text)
      }
    }),
)

live(
  "a superuser who cannot be restricted is refused, and the error names another way",
  () =>
    Effect.gen(function* () {
      const { ask } = yield* asUser("superuser")
      assert.deepEqual((yield* ask("select 1 as a")).rows, [{ a: 1 }])
      // Nothing can be created here, as on a replica.
      const { ask: onReplica } = yield* asUser("superuser", "default_transaction_read_only = on")
      const { message } = yield* Effect.flip(onReplica("select 1 as a"))
      assert.match(message, /superuser.*Name another user in DATABASE_URL/)
    }),
)

both(
  "a mistake is reported in PostgreSQL's words, and the next query works",
  (database) =>
    Effect.gen(function* () {
      const ask = yield* asking(database)
      for (
        const [text, words] of [
          ["selec 1", /syntax error at or near "selec"/],
          ["select 1; select 2", /multiple commands/],
          ["select nme from (select 1 as name) q", /column "nme" does not exist.*q\.name/],
          [
            "select * from strava.activites",
            /does not exist, at character 15\. To list the tables and views: deno task sql --tables/,
          ],
          ["select 1 / 0", /division by zero/],
        ] as const
      ) {
        const error = yield* Effect.flip(ask(text))
        assert.equal(error.reason, "query")
        assert.match(error.message, words)
      }
      assert.deepEqual((yield* ask("select 1 as a")).rows, [{ a: 1 }])
    }),
)

both(
  "a column of a domain, such as a name of information_schema, is shown",
  (database) =>
    Effect.gen(function* () {
      const ask = yield* asking(database)
      const { columns, rows } = yield* ask(
        `select schema_name, 1 as n from information_schema.schemata
       where schema_name = 'pg_catalog' order by 1; `,
      )
      assert.deepEqual(columns, [{ name: "schema_name", type: "name" }, {
        name: "n",
        type: "int4",
      }])
      assert.deepEqual(rows, [{ schema_name: "pg_catalog", n: 1 }])
    }),
)

both(
  "a mistyped name is compared with the names that the statement could have meant",
  (database) =>
    Effect.gen(function* () {
      const sql = yield* (database.make ?? Effect.map(database.connect, (sql) => ({ sql })))
      yield* sql.sql`create schema if not exists strava`
      yield* sql.sql`create table if not exists strava.rides (id int4, distance_km float8)`
      yield* sql.sql`create table if not exists strava.other (distnces int4)`
      const ask = (text: string) => Effect.provideService(query(text), SqlClient, sql.sql)
      for (
        const [text, meant, position] of [
          ["select r.distnace from strava.rides r", "distance_km", 8],
          ["select id, distance from strava.rides", "distance_km", 12],
          ["select 1 from strava.ride", "strava.rides", 15],
          ["select 'é',\n id from rides", "strava.rides", 22],
          ["select whatever from strava.rides", undefined, 8],
        ] as const
      ) {
        const error = yield* Effect.flip(ask(text))
        assert.equal(/did you mean (\S+)\?/.exec(error.message)?.[1], meant, error.message)
        assert.equal(error.position, position, text)
      }
      const relations = yield* Effect.provideService(readCatalog, SqlClient, sql.sql)
      const rides = relations.find(({ name }) => name === "strava.rides")
      assert.deepEqual(rides?.columns.map(({ name, type }) => `${name} ${type}`), [
        "id int4",
        "distance_km float8",
      ])
      const counts = yield* Effect.provideService(rowsOfTables(relations), SqlClient, sql.sql)
      assert.equal(counts.get("strava.rides"), 0)
      yield* sql.sql`drop table strava.rides, strava.other`
    }),
)

live(
  "concurrent queries all return, and a writer does not wait for them",
  () =>
    Effect.gen(function* () {
      const own = yield* Effect.flatMap(TestServer, freshDatabase)
      const writer = yield* Effect.flatMap(server(own), ({ connect }) => connect)
      yield* writer`create schema strava`
      yield* writer`create table strava.x as select 1 as a`
      const databases = yield* Effect.forEach([1, 2, 3], () => server(own))
      const asked = yield* Effect.forEach(databases, asking)
      const ended = Effect.forEach(
        asked,
        (ask) => ask("select a, pg_sleep(0.1)::text as slept from strava.x"),
        { concurrency: "unbounded" },
      )
      const [answers] = yield* Effect.all([
        ended,
        writer.withTransaction(
          Effect.andThen(writer`set local lock_timeout = '5s'`, writer`update strava.x set a = a`),
        ),
      ], { concurrency: "unbounded" })
      assert.deepEqual(answers.map(({ rows }) => rows), Array(3).fill([{ a: 1, slept: "" }]))
    }),
)
