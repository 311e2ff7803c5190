/** v_stream_points compared with its older definition, and the arrays that it reads. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { streamColumns } from "../../../sinks/postgres/schema/columns.ts"
import { streamPoints } from "../../../sinks/postgres/views/samples.ts"
import { versions } from "../../../sinks/postgres/schema/migrations.ts"
import { random as randomFrom } from "../../disk/Inode.ts"
import { onBoth } from "../databases.ts"
import { holding, marchActivities, queryRows } from "./viewsDatabase.ts"

const both = onBoth()

/** Returns rows of streams with arrays that are absent, empty, of unequal length, or contain nulls. */
const uneven = (rows: number) => {
  const next = randomFrom(7)
  const random = (below: number) => Math.floor(next() * below)
  return Array.from({ length: rows }, (_, id) => {
    const longest = random(12)
    const arrays = streamColumns.map(({ name, type }) => {
      const length = random(3) === 0 ? random(longest + 1) : longest
      const sample = () =>
        random(5) === 0 ? null : type === "boolean[]" ? random(2) === 0 : (random(4e6) - 2e6) / 8
      return [name, random(4) === 0 ? null : Array.from({ length }, sample)] as const
    })
    const found = Math.max(0, ...arrays.map(([, array]) => array?.length ?? 0))
    // A stream in `other` can be longer than every array.
    const other = random(3) === 0 ? { other: { heading: {} }, n: found + random(3) } : { n: found }
    return {
      activity_id: id,
      ...Object.fromEntries(arrays),
      ...other,
      ...(random(6) === 0 && { deleted_at: "2026-03-10T00:00:00Z" }),
    }
  })
}

both(
  "v_stream_points has the rows of its older definition, however uneven arrays are",
  (database) =>
    Effect.gen(function* () {
      const sql = yield* holding(database, {
        activities: marchActivities.map((activity) => ({ ...activity, id: activity.id * 10 })),
        streams: uneven(150),
      })
      const older = versions["0005_fractional_samples"].split(";\n")
        .find((text) => text.includes("view strava.v_stream_points as")) ?? ""
      yield* sql.unsafe(older.replace("v_stream_points", "older_points")).unprepared
      const rowsIn = (view: string) =>
        queryRows(sql, `select * from strava.${view} order by activity_id, idx`)
      const expected = yield* rowsIn("older_points")
      assert.ok(expected.length > 500)
      assert.deepEqual(yield* rowsIn("v_stream_points"), expected)
      for (const [column] of streamPoints.columns) {
        const count = (view: string) =>
          queryRows(sql, `select count(${column}) as count, count(*) as rows from strava.${view}`)
        assert.deepEqual(yield* count("v_stream_points"), yield* count("older_points"), column)
      }
      yield* sql`drop view strava.older_points`
    }),
)

both("a filter on one activity reads only its samples, and only the named arrays", (
  database,
) =>
  Effect.gen(function* () {
    const sql = yield* holding(database, {
      activities: marchActivities,
      streams: [{ activity_id: 1 }],
    })
    const plan = (query: string) =>
      Effect.map(
        sql.unsafe<{ "QUERY PLAN": string }>(`explain (verbose) ${query}`),
        (rows) => rows.map((row) => row["QUERY PLAN"]).join("\n"),
      )
    const one = yield* plan(
      "select avg(heartrate_bpm) from strava.v_stream_points where activity_id = 1",
    )
    assert.match(one, /Index Cond: \(s\.activity_id = '?1/)
    assert.match(one, /array_append\(s\.heartrate/)
    assert.doesNotMatch(one, /array_append\(s\.(?!heartrate)/)
    const recent = yield* plan(
      "select count(*) from strava.v_stream_points where started_at > '2026-01-01'",
    )
    assert.match(recent, /(Index Cond|Filter): .*a\.start_date > /)
    assert.doesNotMatch(recent, /array_append/)
  }))
