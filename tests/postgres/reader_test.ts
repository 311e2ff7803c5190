/** Read-only roles: the statements in the documentation and the examples create them. */
import { Effect, Option, Redacted } from "effect"
import assert from "node:assert/strict"
import { SqlClient } from "effect/sql/SqlClient"
import { server } from "../../sinks/postgres/connection/client.ts"
import { query } from "../../sinks/postgres/read/query.ts"
import { postgresSink } from "../../sinks/postgres/PostgresSink.ts"
import { read } from "../../tools/files.ts"
import { liveWith } from "../testing.ts"
import { TestServer } from "./databases.ts"
import { freshDatabase, urlWith } from "./server.ts"

const live = liveWith(TestServer.layer)

const unique = (name: string) => `${name}_${crypto.randomUUID().replaceAll("-", "")}`

/** Returns the statements of `text` with the roles of this test. */
const statementsFor = (text: string, names: Readonly<Record<string, string>>) =>
  Object.entries(names)
    .reduce((all, [from, to]) => all.replaceAll(new RegExp(`\\b${from}\\b`, "g"), to), text)
    .replaceAll(/:'\w+'/g, "'secret'")
    .split(";").map((one) => one.trim()).filter((one) => one !== "")

/** Creates a database, and a function that runs statements in it as a superuser. */
const database = Effect.gen(function* () {
  const url = yield* Effect.flatMap(TestServer, freshDatabase)
  const admin = yield* Effect.flatMap(server(url), ({ connect }) => connect)
  const run = (statements: ReadonlyArray<string>) =>
    Effect.forEach(statements, (statement) => admin.unsafe(statement), { discard: true })
  const owner = unique("owner")
  const reader = unique("reader")
  yield* Effect.addFinalizer(() =>
    Effect.forEach([reader, owner], (role) =>
      Effect.ignore(run([
        `reassign owned by ${role} to current_user`,
        `drop owned by ${role}`,
        `drop role ${role}`,
      ])), { discard: true })
  )
  const as = (username: string) => urlWith(url, { username, password: "secret" })
  const firstRun = Effect.scoped(
    Effect.flatMap(
      postgresSink({ dataDir: "unused", url: Option.some(as(owner)) }),
      ({ open }) => open,
    ),
  )
  return { as, firstRun, name: new URL(Redacted.value(url)).pathname.slice(1), owner, reader, run }
})

/**
 * Fails unless `reader` can read current tables and later ones of the owner, and can change
 * nothing.
 */
const reads = Effect.fnUntraced(function* (owner: Redacted.Redacted, reader: Redacted.Redacted) {
  const sql = yield* Effect.flatMap(server(reader), ({ connect }) => connect)
  yield* sql`select * from strava.v_weekly`
  yield* sql`select * from strava.activities`
  const later = yield* Effect.flatMap(server(owner), ({ connect }) => connect)
  yield* later`create view strava.v_next as select 1 as a`
  assert.deepEqual(yield* sql`select a from strava.v_next`, [{ a: 1 }])
  for (const text of ["delete from strava.activities", "create table strava.x (a int)"]) {
    assert.match(String((yield* Effect.flip(sql.unsafe(text))).reason.cause), /permission denied/)
  }
})

const [, ofDocuments = ""] =
  /### A role that can only read\n[^]*?```sql\n([^]*?)```/.exec(read("docs/postgres.md")) ?? []

live(
  "the role of docs/postgres.md reads all tables that Paceline creates, also later ones",
  () =>
    Effect.gen(function* () {
      const { as, firstRun, name, owner, reader, run } = yield* database
      yield* run([
        `create role ${owner} login password 'secret'`,
        `alter database ${name} owner to ${owner}`,
      ])
      yield* firstRun
      // Runs as an administrator, because default privileges must belong to the role that creates
      // tables, not to the role that sets them.
      yield* run(
        statementsFor(ofDocuments, { "paceline": owner, reader, "choose another": "secret" }),
      )
      yield* reads(as(owner), as(reader))
    }),
)

const [, ofExample = ""] = /<<'SQL'\n([^]*?)^SQL$/m.exec(read("examples/postgres/roles.sh")) ?? []

live(
  "the roles of compose.yaml are an owner without superuser rights, and a reader",
  () =>
    Effect.gen(function* () {
      const { as, firstRun, name, owner, reader, run } = yield* database
      const statements = statementsFor(ofExample, { "paceline": owner, reader, "history": name })
      assert.equal(statements.length, 6)
      yield* run(statements.filter((one) => one !== "alter role postgres password null"))
      yield* firstRun
      yield* reads(as(owner), as(reader))
      const sql = yield* Effect.flatMap(server(as(owner)), ({ connect }) => connect)
      assert.deepEqual(
        yield* sql`select rolsuper, rolcreaterole from pg_roles where rolname = current_user`,
        [{ rolsuper: false, rolcreaterole: false }],
      )
    }),
)

live(
  "a first run and a statement of `sql` leave nothing outside of the schema strava",
  () =>
    Effect.gen(function* () {
      const url = yield* Effect.flatMap(TestServer, freshDatabase)
      const sql = yield* Effect.flatMap(server(url), ({ connect }) => connect)
      const outside = sql`select array(
      select format('%s %s', classid::regclass, objid) from pg_depend
        where refclassid = 'pg_namespace'::regclass
        and refobjid not in (select oid from pg_namespace where nspname = 'strava')
      union all select 'schema ' || nspname from pg_namespace
        where nspname <> 'strava' and not starts_with(nspname, 'pg_')
      union all select 'role ' || rolname from pg_roles
      union all select 'extension ' || extname from pg_extension
      union all select 'default ' || oid from pg_default_acl
      union all select 'large object ' || oid from pg_largeobject_metadata
      order by 1) as names`
      const before = yield* outside
      yield* Effect.scoped(
        Effect.flatMap(
          postgresSink({ dataDir: "unused", url: Option.some(url) }),
          ({ open }) => open,
        ),
      )
      yield* Effect.provideService(query("select * from strava.v_weekly"), SqlClient, sql)
      assert.deepEqual(yield* outside, before)
    }),
)
