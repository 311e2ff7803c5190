/**
 * Part of the contract about deletions: deleted items disappear, all others stay, and an item that
 * is written again is stored again.
 */
import { Effect, FileSystem, Stream } from "effect"
import assert from "node:assert/strict"
import type { Item, Resource } from "../../schemas/Item.ts"
import { badIds } from "./hostile.ts"
import { exportItem } from "./importedItems.ts"
import {
  activity,
  athleteItem,
  detailsItem,
  gearItem,
  statsItem,
  streamsItem,
  zonesItem,
} from "./items.ts"
import { type Batched, type Define, idsOf, type SinkFolder } from "./Subject.ts"

const three = [1, 2, 3]
const laps = (id: number) => detailsItem(id, { laps: [{ name: `a${id}` }, { name: `b${id}` }] })

const all: ReadonlyArray<Batched> = [
  ["athlete", [athleteItem()]],
  ["activities", three.map((id) => activity(id))],
  ["details", three.map(laps)],
  ["streams", three.map((id) => streamsItem(id, { time: [id] }))],
  ["export", three.map((id) => exportItem(id))],
]

const resources = ["activities", "details", "streams", "export"] as const
const allGone = (...ids: ReadonlyArray<string>) =>
  resources.map((resource): Batched => [resource, [], ids])

export const gone = <R>(test: Define<R>): void => {
  const heldIds = (place: SinkFolder<R>, resource: Resource) =>
    place.open((sink) =>
      Effect.map(
        Stream.runCollect(sink.held(resource)),
        (held) => [...held].map(({ fault, id }) => fault ?? id).toSorted(),
      )
    )
  const holds = Effect.fnUntraced(function* (place: SinkFolder<R>, ...ids: ReadonlyArray<string>) {
    for (const resource of resources) {
      assert.deepEqual(yield* heldIds(place, resource), ids, resource)
    }
    assert.deepEqual(idsOf(yield* place.activities), ids.toReversed())
    assert.deepEqual(yield* heldIds(place, "athlete"), ["7"])
  })

  test("deletes the given items and nothing else", (place) =>
    Effect.gen(function* () {
      yield* place.write(...all)
      yield* place.write(...allGone("2"))
      yield* holds(place, "1", "3")
      yield* place.open((sink) =>
        Effect.gen(function* () {
          for (const [resource, items] of all) {
            const others = items.filter(({ id }) => id !== "2")
            assert.deepEqual(yield* sink.differing({ resource, items: others }), [], resource)
          }
        })
      )
    }))

  test("changes nothing if a deletion is repeated or the item does not exist", (place) =>
    Effect.gen(function* () {
      yield* place.write(...allGone("2"))
      assert.deepEqual(yield* place.activities, [])
      yield* place.write(...all)
      yield* place.write(...allGone("2"))
      const before = yield* place.snapshot
      yield* place.write(...allGone("2"), ...allGone("9"), ...allGone("2", "9"))
      assert.equal(yield* place.snapshot, before)
    }))

  test("stores a deleted item that is written again", (place) =>
    Effect.gen(function* () {
      yield* place.write(...all)
      yield* place.write(...allGone("2", "3"))
      yield* place.write(
        ...all.slice(1).map(([resource, items]): Batched => [
          resource,
          items.filter(({ id }) => id === "2"),
        ]),
      )
      yield* holds(place, "1", "2")
      yield* place.open((sink) =>
        Effect.gen(function* () {
          for (const [resource, items] of all) {
            const there = items.filter(({ id }) => id !== "3")
            assert.deepEqual(yield* sink.differing({ resource, items: there }), [], resource)
          }
        })
      )
    }))

  test("stores and deletes items in one batch", (place) =>
    Effect.gen(function* () {
      yield* place.write(...all)
      yield* place.write(
        ["activities", [activity(4), activity(1, { name: "New" })], ["2", "3"]],
        ["details", [laps(4)], ["2", "3"]],
        ["streams", [streamsItem(4, { time: [4] })], ["2", "3"]],
        ["export", [exportItem(4)], ["2", "3"]],
      )
      yield* holds(place, "1", "4")
      assert.equal((yield* place.activities)[1]?.get("name"), "New")
    }))

  test("deletes nothing for an invalid id", (place) =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      yield* place.write(...all)
      yield* fs.writeFileString(`${place.outside}/x.json`, "mine")
      yield* fs.writeFileString(`${place.outside}/x.csv`, "mine")
      const before = yield* place.snapshot
      yield* place.write(...allGone(...badIds, "../../x", "../x"))
      assert.equal(yield* place.snapshot, before)
      const beside = (yield* fs.readDirectory(place.outside)).toSorted()
      assert.deepEqual(beside.filter((name) => name !== "sink"), ["x.csv", "x.json"])
    }))

  const canary = "canary"
  const list = [{ name: canary }]
  const everything: ReadonlyArray<Batched> = [
    ["athlete", [athleteItem({ firstname: canary })]],
    ["zones", [zonesItem({ [canary]: { zones: [{ min: 0, max: 1 }] } })]],
    ["stats", [statsItem({ [canary]: 1 })]],
    ["gear", [gearItem("g1", { name: canary }), gearItem("g2")]],
    ["activities", [activity(1, { name: canary }), activity(2)]],
    ["details", [
      detailsItem(1, {
        ...{ description: canary, laps: list, splits_metric: list },
        ...{ segment_efforts: list, best_efforts: list },
      }),
      laps(2),
    ]],
    ["export", [exportItem(1, { private_note: canary, row: { [canary]: "1" } }), exportItem(2)]],
    ["streams", [streamsItem(1, { time: [1], [canary]: [1] }), streamsItem(2, { time: [2] })]],
  ]
  const purge = (place: SinkFolder<R>, ids: (item: Item) => boolean) =>
    place.open((sink) =>
      Effect.gen(function* () {
        for (const [resource, items] of everything) {
          const gone = items.filter(ids).map(({ athlete, id }) => ({
            athlete,
            id,
            deletedAt: 0,
            purged: true,
          }))
          assert.deepEqual(yield* sink.write({ resource, items: [], gone }), [])
        }
        yield* sink.clear
      })
    )

  test("stores no trace of purged items, and keeps all others", (place) =>
    Effect.gen(function* () {
      yield* place.write(...everything)
      assert.ok((yield* place.snapshot).includes(canary))
      // An item that is marked as deleted at Strava can be purged, too.
      yield* place.write(["activities", [], ["1"]], ["streams", [], ["1"]])
      yield* purge(place, ({ id }) => id === "1" || id === "g1" || id === "7")
      assert.ok(!(yield* place.snapshot).includes(canary))
      for (const [resource, items] of everything) {
        const rest = items.filter(({ id }) => id === "2" || id === "g2")
        assert.deepEqual(yield* heldIds(place, resource), rest.map(({ id }) => id), resource)
        yield* place.open((sink) =>
          Effect.map(
            sink.differing({ resource, items: rest }),
            (different) => assert.deepEqual(different, []),
          )
        )
      }
      const before = yield* place.snapshot
      yield* purge(place, ({ id }) => id === "1")
      yield* place.write(...everything)
      yield* purge(place, () => true)
      for (const [resource] of everything) {
        assert.deepEqual(yield* heldIds(place, resource), [], resource)
      }
      assert.ok(!(yield* place.snapshot).includes(canary) && before.length > 0)
    }))
}
