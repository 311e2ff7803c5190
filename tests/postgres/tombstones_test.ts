/**
 * Tombstones of activities deleted at Strava: rows with only the ids and the time, and no byte of
 * the content.
 */
import { Effect } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import assert from "node:assert/strict"
import { AthleteId } from "../../schemas/Athlete.ts"
import { on } from "../../sinks/postgres/PostgresSink.ts"
import type { Sink } from "../../sinks/Sink.ts"
import { bytesWith } from "../purge/bytes.ts"
import { activity, athleteItem, detailsItem, streamsItem } from "../sinks/items.ts"
import { onBoth } from "./databases.ts"

const both = onBoth()

const canary = "canary-of-a-name"
const items = (id: number, name: string) =>
  [
    activity(id, { name }),
    detailsItem(id, {
      description: name,
      laps: [{ id: 1, name }],
      splits_metric: [{ split: 1, average_speed: 2.5 }],
      segment_efforts: [{ id: 1, name }],
      best_efforts: [{ id: 1, name }],
    }),
    streamsItem(id, { latlng: [[52.123456, 13.654321]], time: [0], heartrate: [151] }),
  ] as const

const resources = ["activities", "details", "streams"] as const
const entryTables = ["laps", "splits", "segment_efforts", "best_efforts"]

const writeAll = (sink: Sink, id: number, name: string) =>
  Effect.forEach(items(id, name), (item) =>
    Effect.map(
      sink.write({ resource: item.resource, items: [item] }),
      (refused) => assert.deepEqual(refused, []),
    ))

const gone = [{ athlete: athleteItem().athlete, id: "1", deletedAt: 1000 }]

const deleteAtStrava = (sink: Sink) =>
  Effect.forEach(resources, (resource) => sink.write({ resource, items: [], gone }))

const tombstone = (key: string) => ({
  [key]: 1,
  athlete_id: 7,
  source: "api",
  deleted_at: "1970-01-01T00:00:01+00:00",
})

/** Returns the rows of activity 1 without null columns. */
const rowsOf = Effect.fnUntraced(function* (sql: SqlClient) {
  const rows: Record<string, unknown> = {}
  for (const name of [...resources, ...entryTables, "missing"]) {
    const key = name === "activities" ? "id" : "activity_id"
    const found = yield* sql.unsafe<{ row: unknown }>(
      `select jsonb_strip_nulls(to_jsonb(t)) as row from strava.${name} t where ${key} = 1`,
    )
    rows[name] = found.map(({ row }) => row)
  }
  return rows
})

const emptied = {
  activities: [tombstone("id")],
  details: [tombstone("activity_id")],
  streams: [tombstone("activity_id")],
  ...Object.fromEntries([...entryTables, "missing"].map((name) => [name, []])),
}

both(
  "a deletion keeps the ids and the time, deletes every byte of content, and keeps other activities",
  (database) =>
    Effect.gen(function* () {
      const sql = yield* database.connect
      const same = { ...database, connect: Effect.succeed(sql) }
      const sink = yield* on(same).open
      yield* writeAll(sink, 1, canary)
      yield* writeAll(sink, 2, "Ride")
      yield* sink.explain?.([{
        athlete: AthleteId.make(7),
        resource: "streams",
        id: "1",
        status: "absent",
        reason: canary,
      }]) ?? Effect.void
      yield* sql`analyze`
      yield* deleteAtStrava(sink)
      assert.deepEqual(yield* rowsOf(sql), emptied)
      assert.deepEqual(
        yield* sql`select activity_id from strava.v_activities`,
        [{ activity_id: 2n }],
      )
      yield* sink.clear
      assert.deepEqual(yield* bytesWith(sql, canary), [])
      for (const item of items(2, "Ride")) {
        const { resource } = item
        assert.deepEqual(yield* sink.differing({ resource, items: [item] }), [])
      }
      yield* deleteAtStrava(sink)
      assert.deepEqual(yield* rowsOf(sql), emptied)

      // The activity is visible at Strava again, and is stored in full when it is fetched again.
      yield* writeAll(sink, 1, canary)
      for (const item of items(1, canary)) {
        const { resource } = item
        assert.deepEqual(yield* sink.differing({ resource, items: [item] }), [])
        assert.equal((yield* sink.kept(resource, ["1"]))[0]?.text, item.text)
      }
    }),
)

both("the next run empties rows that an older version only marked, and notes their bytes", (
  database,
) =>
  Effect.gen(function* () {
    const sql = yield* database.connect
    const same = { ...database, connect: Effect.succeed(sql) }
    yield* Effect.scoped(Effect.gen(function* () {
      const sink = yield* on(same).open
      yield* writeAll(sink, 1, canary)
      yield* writeAll(sink, 2, "Ride")
    }))
    yield* sql`update strava.activities set deleted_at = ${
      new Date(1000).toISOString()
    }::text::timestamptz
      where id = 1`
    const sink = yield* Effect.scoped(on(same).open)
    assert.equal(sink.uncleared, true)
    assert.deepEqual(yield* rowsOf(sql), emptied)
    const again = yield* Effect.scoped(on(same).open)
    assert.equal(again.uncleared, false)
  }))
