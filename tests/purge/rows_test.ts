/**
 * Deleting an athlete's rows in a database: all rows of the athlete, none of another, and no byte
 * remains.
 */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { AthleteId } from "../../schemas/Athlete.ts"
import type { Item } from "../../schemas/Item.ts"
import { ofAthletes } from "../../sinks/postgres/write/compact.ts"
import { census, deleteAthlete } from "../../sinks/postgres/write/erase.ts"
import { on } from "../../sinks/postgres/PostgresSink.ts"
import { bytesWith } from "./bytes.ts"
import { onBoth } from "../postgres/databases.ts"
import {
  activity,
  activityZonesItem,
  athleteItem,
  detailsItem,
  gearItem,
  statsItem,
  streamsItem,
  zonesItem,
} from "../sinks/items.ts"
import { exportItem } from "../sinks/importedItems.ts"

const canary = "canary-of-a-name"
const effort = [{ id: 1, name: canary }]

/** Returns items of every table. */
const everything = (id: number, shift: number): ReadonlyArray<Item> =>
  [
    athleteItem({ id, firstname: canary }),
    zonesItem({ heart_rate: { custom_zones: true, zones: [{ min: 0, max: 100 }] } }),
    statsItem(),
    gearItem(`g${id}`, { name: canary }),
    activity(shift, { name: canary }),
    activity(shift + 1, { name: canary }),
    detailsItem(shift, {
      description: canary,
      laps: effort,
      splits_metric: [{ split: 1 }],
      segment_efforts: effort,
      best_efforts: effort,
    }),
    activityZonesItem(shift),
    streamsItem(shift, { latlng: [[52.123456, 13.654321]], time: [0] }),
    exportItem(shift, { private_note: canary }),
  ].map((item) => ({
    ...item,
    athlete: AthleteId.make(id),
    ...(["athlete", "zones", "stats"].includes(item.resource) && { id: String(id) }),
  }))

const both = onBoth()

both(
  "deletes every row of an athlete with its bytes, and none of another",
  (database) =>
    Effect.gen(function* () {
      const sql = yield* database.connect
      const same = { ...database, connect: Effect.succeed(sql) }
      yield* Effect.scoped(Effect.gen(function* () {
        const sink = yield* on(same).open
        for (const items of [everything(7, 1), everything(8, 11)]) {
          for (const item of items) {
            assert.deepEqual(yield* sink.write({ resource: item.resource, items: [item] }), [])
          }
        }
        yield* sink.explain!([7, 8].map((id) => ({
          athlete: AthleteId.make(id),
          resource: "streams",
          id: String(id),
          status: "quarantined",
          reason: canary,
        })))
      }))
      // A server also does this on its own from time to time.
      yield* sql`analyze`
      assert.ok((yield* bytesWith(sql, canary)).length > 5)

      const seven = AthleteId.make(7)
      const before = yield* census(same, seven)
      assert.equal(before.others, 1)
      assert.deepEqual(
        before.rows.map(({ table }) => table).toSorted(),
        ofAthletes().map(({ name }) => name).toSorted(),
      )
      assert.deepEqual(yield* deleteAthlete(same, seven), before)
      assert.deepEqual(yield* census(same, seven), { rows: [], others: 1 })
      assert.equal((yield* census(same, AthleteId.make(8))).rows.length, ofAthletes().length)
      yield* deleteAthlete(same, AthleteId.make(8))
      assert.deepEqual(yield* census(same, seven), { rows: [], others: 0 })
      assert.deepEqual(yield* bytesWith(sql, canary), [])
      // The tables still exist, so a later run can write.
      yield* Effect.scoped(
        Effect.flatMap(on(same).open, (sink) =>
          sink.write({ resource: "activities", items: [activity(1)] })),
      )
    }),
)

both(
  "a database without our tables counts as empty, and stays unchanged",
  (database) =>
    Effect.gen(function* () {
      const sql = yield* database.connect
      const same = { ...database, connect: Effect.succeed(sql) }
      const seven = AthleteId.make(7)
      assert.deepEqual(yield* census(same, seven), { rows: [], others: 0 })
      assert.deepEqual(yield* deleteAthlete(same, seven), { rows: [], others: 0 })
      const schemas = yield* sql`select 1 from pg_namespace where nspname = 'strava'`
      assert.equal(schemas.length, 0)
    }),
)
