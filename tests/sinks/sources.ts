/** Part of the contract about the two sources: an item is stored as one of them, as a whole. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { exportColumns } from "../../schemas/exportColumns.ts"
import { scan } from "../../schemas/json/scan.ts"
import { ScannedItem } from "../../schemas/json/ScannedItem.ts"
import { bytesOf } from "../../schemas/json/utf8.ts"
import {
  exportItem,
  importedActivity,
  importedAthlete,
  importedGear,
  importedStreamsItem,
} from "./importedItems.ts"
import { activity, athleteItem, gearItem, streamsItem } from "./items.ts"
import type { Batched, Define, SinkFolder } from "./Subject.ts"

const samples = { time: [0, 1, 2], distance: [0, 1.25, null], latlng: [[1.5, -2.5], null, [0, 0]] }

const ofExport: ReadonlyArray<Batched> = [
  ["athlete", [importedAthlete({ city: "York" })]],
  ["gear", [importedGear("b1")]],
  ["activities", [importedActivity(1, { description: null }), importedActivity(2)]],
  ["streams", [
    importedStreamsItem(1, samples),
    importedStreamsItem(2, { time: [0], a_new_type: ["x"] }),
  ]],
  ["export", [exportItem(1), exportItem(2, { file: null, streams: [], derived: [], notes: [] })]],
]

const ofApi: ReadonlyArray<Batched> = [
  ["athlete", [athleteItem()]],
  ["gear", [gearItem("b1")]],
  ["activities", [activity(1), activity(2)]],
  ["streams", [streamsItem(1, samples), streamsItem(2, { time: [0], a_new_type: ["x"] })]],
]

/** Values that fit only some of the columns of the export. */
const oddValues: ReadonlyArray<unknown> = [
  null,
  true,
  0,
  -1.5,
  2 ** 31,
  1e300,
  "",
  "1",
  "=1+1",
  "two\nlines",
  "2026-11-01T00:00:00Z",
  [],
  ["a", 1],
  [["a"]],
  {},
  { name: "a", size: 1.5 },
]

/** Returns by resource the ids of the items that differ from what is stored. */
const differencesIn = <R>(place: SinkFolder<R>, batches: ReadonlyArray<Batched>) =>
  place.open((sink) =>
    Effect.forEach(batches, ([resource, items]) =>
      Effect.map(
        sink.differing({ resource, items }),
        (found) => [resource, found.map(({ item }) => item.id).toSorted()] as const,
      ))
  )

const rowsIn = <R>(place: SinkFolder<R>) =>
  Effect.all({
    athlete: place.athlete,
    gear: place.table("gear"),
    activities: place.activities,
    first: place.streams("1"),
    second: place.streams("2"),
  })

export const twoSources = <R>(test: Define<R>): void => {
  for (
    const [name, before, after] of [
      ["an imported item by a response of the API", ofExport, ofApi],
      ["a response of the API by an imported item", ofApi, ofExport],
    ] as const
  ) {
    test(`replaces ${name}, as a whole`, (place) =>
      Effect.gen(function* () {
        yield* place.write(...after)
        const alone = yield* rowsIn(place)
        yield* place.write(...before)
        assert.deepEqual(
          yield* differencesIn(place, ofApi),
          ofApi.map(([resource, items]) => [
            resource,
            after === ofApi ? items.map(({ id }) => id) : [],
          ]),
        )
        yield* place.write(...after)
        assert.deepEqual(yield* rowsIn(place), alone)
        assert.deepEqual(
          yield* differencesIn(place, after),
          after.map(([resource]) => [resource, []]),
        )
      }))
  }

  test("stores rows of the export with values of any type, exactly as made", (place) =>
    Effect.gen(function* () {
      const columns = exportColumns.map(({ name }) => name)
      const rows = oddValues.map((value, i) =>
        exportItem(i + 1, {
          ...Object.fromEntries(columns.map((name) => [name, value])),
          ...{ archive: value, exported_at: value, file: value, streams: value, notes: [value] },
        })
      )
      assert.deepEqual(yield* place.write(["export", rows]), [])
      assert.deepEqual(yield* differencesIn(place, [["export", rows]]), [["export", []]])
      const [first] = rows
      assert.ok(first !== undefined)
      const changed = { ...first, ...exportItem(1, { calories: 1 }) }
      assert.deepEqual(yield* differencesIn(place, [["export", [changed]]]), [["export", ["1"]]])
    }))

  test("stores scanned and parsed streams of the export in the same way", (place) =>
    Effect.gen(function* () {
      const parsed = importedStreamsItem(1, samples)
      const found = scan(bytesOf(parsed.text))
      assert.ok(found !== undefined)
      const scanned = new ScannedItem(parsed, { ...parsed, scan: found })
      yield* place.write(["streams", [scanned]])
      const before = yield* place.snapshot
      yield* place.open((sink) =>
        Effect.map(
          sink.differing({ resource: "streams", items: [parsed] }),
          (different) => assert.deepEqual(different, []),
        )
      )
      yield* place.write(["streams", [parsed]])
      assert.equal(yield* place.snapshot, before)
    }))
}
