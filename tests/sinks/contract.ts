/**
 * Contract of a sink, as tests that are the same for every sink: see `sinks/Sink.ts`. Each sink is
 * opened in a new folder, and its data is read after it is closed.
 */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"

import { allResources } from "../../schemas/resources.ts"
import { arbitrary } from "./arbitrary.ts"
import { fidelity } from "./fidelity.ts"
import { gone } from "./gone.ts"
import { exportItem } from "./importedItems.ts"
import { badGearIds, badIds, badTexts } from "./hostile.ts"
import {
  activity,
  activityWith,
  athleteItem,
  detailsItem,
  detailsWith,
  gearItem,
  item,
  statsItem,
  streamsItem,
  zonesItem,
} from "./items.ts"
import { odd } from "./odd.ts"
import { looking } from "./looking.ts"
import { parts } from "./parts.ts"
import { twoSources } from "./sources.ts"
import {
  type Batched,
  defining,
  idsOf,
  type Landed,
  type SinkSubject,
  type SinkTest,
} from "./Subject.ts"

export type {
  Damage,
  Fields,
  Landed,
  SinkSubject,
  SinkTest,
  StreamSamples,
  TableName,
} from "./Subject.ts"

/** Defines the tests of the contract for `subject`. The runner provides the services that it needs. */
export const fullContract = <R = never>(subject: SinkSubject<R>, run: SinkTest<R>): void => {
  const test = defining(subject, run)

  test("keeps what an earlier run wrote", ({ write, ...landed }) =>
    Effect.gen(function* () {
      yield* write(
        ["athlete", [athleteItem()]],
        ["activities", [activity(1), activity(2)]],
        ["streams", [streamsItem(1, { time: [0, 1] })]],
      )
      yield* write(["activities", [activity(3)]], ["streams", [streamsItem(3, { time: [0] })]])

      assert.equal((yield* landed.athlete)?.get("firstname"), subject.text("Ada"))
      assert.deepEqual(idsOf(yield* landed.activities), ["3", "2", "1"])
      assert.deepEqual((yield* landed.streams("1"))?.get("time"), [0, 1])
      assert.deepEqual((yield* landed.streams("3"))?.get("time"), [0])
      assert.equal(yield* landed.streams("2"), undefined)
    }))

  test("keeps what an earlier batch of the same run wrote", ({ write, ...landed }) =>
    Effect.gen(function* () {
      yield* write(["activities", [activity(2)]], ["activities", [activity(1), activity(3)]])
      assert.deepEqual(idsOf(yield* landed.activities), ["3", "2", "1"])
    }))

  test("replaces an item with its later version", ({ write, ...landed }) =>
    Effect.gen(function* () {
      yield* write(
        ["athlete", [athleteItem({ city: "York" })]],
        ["activities", [activity(1, { name: "Old", gear_id: "b1" }), activity(2)]],
        ["streams", [streamsItem(1, { time: [0, 1, 2], watts: [100, 110, 120] })]],
      )
      yield* write(
        ["athlete", [athleteItem({ city: "Bath" })]],
        ["activities", [activity(1, { name: "New" })]],
        ["streams", [streamsItem(1, { time: [0, 2] })]],
      )

      assert.equal((yield* landed.athlete)?.get("city"), "Bath")
      const rows = yield* landed.activities
      assert.deepEqual(idsOf(rows), ["2", "1"])
      assert.equal(rows[1]?.get("name"), "New")
      assert.equal(rows[1]?.get("gear_id"), undefined)
      const samples = yield* landed.streams("1")
      assert.deepEqual(samples?.get("time"), [0, 2])
      assert.equal(samples?.get("watts"), undefined)
    }))

  test("moves an activity whose start changed", ({ write, ...landed }) =>
    Effect.gen(function* () {
      yield* write(["activities", [activity(1), activity(2), activity(3)]])
      yield* write(["activities", [activity(1, { start_date: "2026-06-01T00:00:00Z" })]])
      assert.deepEqual(idsOf(yield* landed.activities), ["1", "3", "2"])
    }))

  test("changes nothing when a batch is replayed", ({ write, ...landed }) =>
    Effect.gen(function* () {
      const batches: ReadonlyArray<Batched> = [
        ["athlete", [athleteItem()]],
        ["activities", [
          activityWith(1, `"new": [2.0, {"b": 1, "a": 2}], "name": "=1"`),
          activity(2, { name: "two\nlines", start_date: null }),
          activity(3),
        ]],
        ["streams", [
          streamsItem(1, { time: [0, 1], latlng: [[1.5, -2.5], null] }),
          streamsItem(2, { time: [], heartrate: [null, 120] }),
        ]],
        ["zones", [zonesItem({ power: null })]],
        ["stats", [statsItem()]],
        ["export", [exportItem(4), exportItem(5)]],
        ["gear", [gearItem("g1", { "=new": 1 }), gearItem("b2")]],
        ["details", [
          detailsWith(1, `"laps": [{"id": 1, "new": 2.0}, {"id": 1}], "splits_metric": []`),
          detailsItem(2, { splits_standard: [{ split: 1 }], best_efforts: null }),
        ]],
      ]
      yield* write(...batches)
      const before = yield* landed.snapshot
      yield* write(...batches)
      yield* write(...batches, ...batches.toReversed())
      assert.equal(yield* landed.snapshot, before)
    }))

  test("accepts an empty batch", ({ write, ...landed }) =>
    Effect.gen(function* () {
      yield* write(...allResources().map((resource): Batched => [resource, []]))
      assert.deepEqual(yield* landed.activities, [])
      assert.deepEqual(yield* landed.table("laps"), [])
    }))

  /** For each resource: a valid item, invalid ids, and the id of the invalid texts. */
  const kinds = {
    activities: { good: activity, idOf: String, bad: badIds, of: "5" },
    streams: {
      good: (id: number) => streamsItem(id, { time: [id] }),
      idOf: String,
      bad: badIds,
      of: "5",
    },
    details: { good: detailsItem, idOf: String, bad: badIds, of: "5" },
    gear: {
      good: (id: number) => gearItem(`g${id}`),
      idOf: (id: number) => `g${id}`,
      bad: badGearIds,
      of: "g5",
    },
  }

  for (const resource of ["activities", "streams", "details", "gear"] as const) {
    const { bad, good, idOf, of } = kinds[resource]
    const landedIds = (landed: Landed<R>) =>
      resource === "activities"
        ? Effect.map(landed.activities, idsOf)
        : resource === "streams"
        ? Effect.forEach(
          ["2", "1", "5", "1000"],
          (id) => Effect.map(landed.streams(id), (found) => found === undefined ? undefined : id),
        ).pipe(Effect.map((found) => found.filter((id) => id !== undefined)))
        : Effect.map(landed.table(resource), (rows) => idsOf(rows).toSorted().toReversed())

    test(`refuses ${resource} of an id that it cannot have, and lands the others`, (place) =>
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const none = bad.map((id) => ({ ...good(1000), id }))
        const refused = yield* place.write([resource, [good(1), ...none, good(2)]])

        assert.deepEqual(refused.map((refusal) => refusal.item.id), bad)
        for (const { reason } of refused) assert.notEqual(reason, "")
        assert.deepEqual(yield* landedIds(place), [idOf(2), idOf(1)])
        const beside = yield* fs.readDirectory(place.outside)
        assert.deepEqual(beside.filter((name) => name !== "sink"), [])
      }))

    test(`refuses ${resource} of a text that is no answer, and lands the others`, (place) =>
      Effect.gen(function* () {
        for (const text of badTexts[resource]) {
          const none = item({ resource, id: of, text })
          const refused = yield* place.write([resource, [good(1), none, good(2)]])
          assert.deepEqual(refused.map((refusal) => refusal.item), [none], text)
          assert.notEqual(refused[0]?.reason, "")
        }
        assert.deepEqual(yield* landedIds(place), [idOf(2), idOf(1)])
      }))
  }

  test("refuses invalid zones and stats, and keeps the previous ones", (place) =>
    Effect.gen(function* () {
      yield* place.write(["athlete", [athleteItem()]], ["zones", [zonesItem()]], ["stats", [
        statsItem(),
      ]])
      const before = yield* place.snapshot
      for (const resource of ["zones", "stats"] as const) {
        const none = badTexts[resource].map((text) => item({ resource, id: "7", text }))
        for (const one of none) {
          assert.equal((yield* place.write([resource, [one]])).length, 1, one.text)
        }
      }
      assert.equal(yield* place.snapshot, before)
    }))

  test("refuses an invalid athlete, and keeps the previous one", ({ write, ...landed }) =>
    Effect.gen(function* () {
      yield* write(["athlete", [athleteItem()]])
      const refused = yield* write(
        ...badTexts.athlete.map((text): Batched => [
          "athlete",
          [item({ resource: "athlete", id: "7", text })],
        ]),
      )
      assert.equal(refused.length, badTexts.athlete.length)
      assert.equal((yield* landed.athlete)?.get("firstname"), "Ada")
    }))

  test("lists activities newest first, by id if they began at the same time", ({ write, ...landed }) =>
    Effect.gen(function* () {
      const at = (id: number, start_date: string | null) => activity(id, { start_date })
      yield* write(["activities", [
        at(9, "2026-01-01T00:00:00Z"),
        at(10, "2026-01-01T00:00:00Z"),
        at(100, "2026-01-01T00:00:00Z"),
        at(1, "2026-03-01T00:00:00Z"),
        at(5, null),
        at(2, "2026-02-01T00:00:00Z"),
      ]])
      yield* write(["activities", [at(99, "2026-01-01T00:00:00Z"), at(3, "2026-02-15T00:00:00Z")]])
      assert.deepEqual(idsOf(yield* landed.activities), [
        "1",
        "3",
        "2",
        "100",
        "99",
        "10",
        "9",
        "5",
      ])
    }))

  fidelity(subject, test)
  odd(subject, test)
  parts(subject, test)
  arbitrary(subject, test)
  gone(test)
  twoSources(test)
  looking(subject, test)
}
