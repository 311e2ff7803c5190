/** Tables in a schema of another name than `strava`: `--schema`. The contract of the sink runs in one too. */
import { ConfigProvider, Effect, Option, Redacted } from "effect"
import { Command } from "effect/cli"
import { SqlClient } from "effect/sql/SqlClient"
import { TestConsole } from "effect/testing"
import assert from "node:assert/strict"
import { pacelineCommand } from "../../../pipeline/commands/paceline.ts"
import { databaseUrl } from "../../../pipeline/commands/flags/databaseUrl.ts"
import { server } from "../../../sinks/postgres/connection/client.ts"
import { inSchema } from "../../../sinks/postgres/connection/schemaName.ts"
import { on } from "../../../sinks/postgres/PostgresSink.ts"
import { readCatalog } from "../../../sinks/postgres/read/catalog.ts"
import { query } from "../../../sinks/postgres/read/query.ts"
import { activity } from "../../sinks/items.ts"
import { liveWith, test } from "../../testing.ts"
import { TestServer } from "../databases.ts"
import { freshDatabase, urlWith } from "../server.ts"

const live = liveWith(TestServer.layer)

test("every place of a statement that names the schema is found, and nothing else", () =>
  Effect.sync(() => {
    for (
      const [text, expected] of [
        ["select * from strava.gear, strava.zones", "select * from fleet.gear, fleet.zones"],
        [`"strava"."gear"`, `"fleet"."gear"`],
        ["nspname = 'strava'", "nspname = 'fleet'"],
        ["'strava.gear'::regclass", "'fleet.gear'::regclass"],
        ["drop schema strava cascade", "drop schema fleet cascade"],
        [
          "'https://www.strava.com/activities/' || id",
          "'https://www.strava.com/activities/' || id",
        ],
        ["'the answer of strava.com'", "'the answer of strava.com'"],
        ["mystrava.gear, my.strava.gear", "mystrava.gear, my.strava.gear"],
      ] as const
    ) assert.equal(inSchema(text, "fleet"), expected)
  }))

live(
  "two schemas of a database hold different rows, and the user's SQL names them itself",
  () =>
    Effect.gen(function* () {
      const url = yield* freshDatabase(yield* TestServer)
      const fleet = yield* server(urlWith(url, { search: "schema=fleet" }))
      const usual = yield* server(url)
      assert.equal(fleet.location, `${usual.location}?schema=fleet`)
      for (const [database, id] of [[fleet, 1], [usual, 2]] as const) {
        yield* Effect.scoped(
          Effect.flatMap(
            on(database).open,
            (sink) => sink.write({ resource: "activities", items: [activity(id)] }),
          ),
        )
      }
      const sql = yield* fleet.connect
      const ask = (text: string) => Effect.provideService(query(text), SqlClient, sql)
      assert.deepEqual((yield* ask("select id from fleet.activities")).rows, [{ id: 1 }])
      const error = yield* Effect.flip(ask("select id from strava.v_activities"))
      assert.match(error.detail, /permission denied for schema strava/)
      const typo = yield* Effect.flip(ask("select id from fleet.activites"))
      assert.match(typo.detail, /did you mean fleet\.activities\?/)
      const names = (yield* Effect.provideService(readCatalog, SqlClient, sql)).map(({ name }) =>
        name
      )
      assert.equal(names[0], "fleet.v_activities")
      assert.ok(names.every((name) => name.startsWith("fleet.")))
      const schemas = yield* sql`select distinct n.nspname::text as name from pg_depend d
      join pg_rewrite r on r.oid = d.objid join pg_class v on v.oid = r.ev_class
      join pg_namespace w on w.oid = v.relnamespace and w.nspname = 'strava'
      join pg_class c on c.oid = d.refobjid join pg_namespace n on n.oid = c.relnamespace`
      assert.deepEqual(schemas, [{ name: "fleet" }])

      const env = { DATABASE_URL: Redacted.value(url) }
      const list = (...flags: ReadonlyArray<string>) =>
        Command.runWith(pacelineCommand, { version: "0" })(["sql", "--tables", "--json", ...flags])
          .pipe(
            Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env })), { local: true }),
            Effect.andThen(TestConsole.logLines),
            Effect.map((lines) => JSON.parse(String(lines.at(-1)))[0].name),
          )
      assert.equal(yield* list("--schema", "fleet"), "fleet.v_activities")
      assert.equal(yield* list(), "strava.v_activities")
    }),
)

/** Returns `DATABASE_URL` as the program reads it, or the message of the error. */
const urlFrom = (env: Readonly<Record<string, string>>) =>
  databaseUrl.pipe(
    Effect.map((url) => Option.match(url, { onNone: () => "none", onSome: Redacted.value })),
    Effect.catch((error) => Effect.succeed(error.message)),
    Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env: { ...env } })), {
      local: true,
    }),
  )

test("the schema is a parameter of DATABASE_URL, and PACELINE_SCHEMA replaces it", () =>
  Effect.gen(function* () {
    const address = "postgres://me:a%2Fb@localhost:5432/mine"
    assert.equal(yield* urlFrom({ DATABASE_URL: address }), address)
    assert.equal(yield* urlFrom({}), "none")
    assert.equal(yield* urlFrom({ PACELINE_SCHEMA: "strava" }), "none")
    assert.equal(
      yield* urlFrom({ DATABASE_URL: `${address}?schema=a&sslmode=disable`, PACELINE_SCHEMA: "b" }),
      `${address}?schema=b&sslmode=disable`,
    )
    assert.match(yield* urlFrom({ PACELINE_SCHEMA: "b" }), /needs a server in DATABASE_URL/)
    for (
      const name of ["B", "pg_x", "user", "a-b", "1a", "a; drop", "information_schema", "public"]
    ) {
      assert.match(
        yield* urlFrom({ DATABASE_URL: address, PACELINE_SCHEMA: name }),
        /cannot be the name of a schema: (it|other) /,
        name,
      )
      const error = yield* Effect.flip(
        server(Redacted.make(`${address}?schema=${encodeURIComponent(name)}`)),
      )
      assert.match(error.detail, /parameter schema, but (it|other) /)
    }
  }))
