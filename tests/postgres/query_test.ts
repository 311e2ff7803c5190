/** Questions in SQL. */
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import assert from "node:assert/strict"
import type { Database } from "../../sinks/postgres/client.ts"
import { query } from "../../sinks/postgres/query.ts"
import { onBoth } from "./databases.ts"

const both = onBoth()

const asking = ({ connect }: Database) =>
  Effect.map(
    connect,
    (sql) => (text: string) => Effect.provideService(query(text), SqlClient, sql),
  )

both(
  "a question gives its columns with their types and values that JSON holds",
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

both("an answer of no rows still has columns", (database) =>
  Effect.gen(function* () {
    const ask = yield* asking(database)
    assert.deepEqual(yield* ask("select 1 as a where false"), {
      columns: [{ name: "a", type: "int4" }],
      rows: [],
    })
  }))

both("nothing can be changed by a question", (database) =>
  Effect.gen(function* () {
    const ask = yield* asking(database)
    for (
      const text of [
        "create schema strava",
        "create table public.x (a int)",
        "with gone as (delete from pg_description returning 1) select * from gone",
        "select lo_create(0)",
      ]
    ) {
      const error = yield* Effect.flip(ask(text))
      assert.equal(error.reason, "query", text)
      assert.match(error.message, /read-only transaction|Only questions/, text)
    }
    assert.equal((yield* ask("select 1 as a")).rows.length, 1)
  }))

both(
  "a mistake is told in PostgreSQL's words, and the next question is answered",
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
            /does not exist\. The tables and views are strava\.v_activities, .*strava\.laps, .* and/,
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
