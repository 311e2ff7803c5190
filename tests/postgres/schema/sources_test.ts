/** Rows of both sources: their columns, and their update after a change of the columns. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import type { PostgresDatabase } from "../../../sinks/postgres/connection/client.ts"
import { on } from "../../../sinks/postgres/PostgresSink.ts"
import {
  exportItem,
  importedActivity,
  importedAthlete,
  importedGear,
  importedStreamsItem,
} from "../../sinks/importedItems.ts"
import { activity } from "../../sinks/items.ts"
import { onBoth } from "../databases.ts"

const both = onBoth()

type Client = Effect.Success<PostgresDatabase["connect"]>

const opened = (sql: Client, { location }: PostgresDatabase) =>
  on({ connect: Effect.succeed(sql), location }).open

const batches = [
  { resource: "athlete", items: [importedAthlete()] },
  { resource: "gear", items: [importedGear("b1")] },
  { resource: "activities", items: [importedActivity(1), activity(2)] },
  { resource: "streams", items: [importedStreamsItem(1, { time: [0, 1], distance: [0, 2.5] })] },
  { resource: "export", items: [exportItem(1), exportItem(2, { file: null, with_pet: 1 })] },
] as const

both(
  "imported items have their source, and rows of the export typed columns",
  (database) =>
    Effect.gen(function* () {
      const sql = yield* database.connect
      const sink = yield* opened(sql, database)
      for (const batch of batches) assert.deepEqual(yield* sink.write(batch), [])
      assert.deepEqual(
        yield* sql`select 'athlete' as of, source from strava.athletes
        union all select 'gear', source from strava.gear
        union all select 'activity ' || id, source from strava.activities
        union all select 'streams', source from strava.streams
        union all select 'export ' || activity_id, source from strava.export order by 1`,
        [
          { of: "activity 1", source: "export" },
          { of: "activity 2", source: "api" },
          { of: "athlete", source: "export" },
          { of: "export 1", source: "export" },
          { of: "export 2", source: "export" },
          { of: "gear", source: "export" },
          { of: "streams", source: "export" },
        ],
      )
      assert.deepEqual(
        yield* sql`select info->'time'->>'file' as file, info->'time'->'derived' as measured,
        info->'distance'->'derived' as derived, other from strava.streams`,
        [{ file: "activities/1.fit.gz", measured: null, derived: true, other: null }],
      )
      assert.deepEqual(
        yield* sql`select archive, exported_at, file, file_size, streams, derived,
        cardinality(notes) as notes, name, sport_type, suffer_score, calories, with_pet, media,
        raw->'row'->>'Distance (2)' as cell from strava.export order by activity_id`,
        [
          {
            ...{ archive: "export_1.zip", exported_at: new Date("2026-11-01T00:00:00Z") },
            ...{ file: "activities/1.fit.gz", file_size: 1234, notes: 1 },
            ...{ streams: ["time", "distance"], derived: ["distance"] },
            ...{ name: "Ride 1", sport_type: "Ride", suffer_score: null, calories: 656.5 },
            ...{ with_pet: true, media: null, cell: "1000.5" },
          },
          {
            ...{ archive: "export_1.zip", exported_at: new Date("2026-11-01T00:00:00Z") },
            ...{ file: null, file_size: null, notes: 1 },
            ...{ streams: ["time", "distance"], derived: ["distance"] },
            ...{ name: "Ride 2", sport_type: "Ride", suffer_score: null, calories: 656.5 },
            ...{ with_pet: null, media: null, cell: "1000.5" },
          },
        ],
      )
    }),
)

both(
  "an update of the columns covers both sources, and leaves rows of other programs alone",
  (database) =>
    Effect.gen(function* () {
      const sql = yield* database.connect
      const sink = yield* opened(sql, database)
      for (const batch of batches) yield* sink.write(batch)
      yield* sink.write({ resource: "activities", items: [importedActivity(3)] })
      yield* sql`update strava.activities set name = null`
      yield* sql`update strava.activities set source = 'mine' where id = 3`
      // Only the response says that it was imported.
      yield* sql`update strava.export set calories = null, source = 'api'`
      yield* sql`update strava.streams set time = null`
      yield* sql`update strava.paceline_projection set version = 0`

      const again = yield* opened(sql, database)
      for (const batch of batches) assert.deepEqual(yield* again.differing(batch), [])
      assert.deepEqual(yield* sql`select id, name, source from strava.activities order by id`, [
        { id: 1n, name: "Ride 1", source: "export" },
        { id: 2n, name: "Ride 2", source: "api" },
        { id: 3n, name: null, source: "mine" },
      ])
    }),
)
