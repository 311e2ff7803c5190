/**
 * Part of the contract about reading back: a sink lists what was written, names damage, and writing
 * repairs it.
 */
import { Effect, Option, Stream } from "effect"
import assert from "node:assert/strict"
import { type Item, Resource } from "../../schemas/Item.ts"
import { allResources } from "../../schemas/resources.ts"
import type { Sink } from "../../sinks/Sink.ts"
import { badIds } from "./hostile.ts"
import { exportItem, importedActivity, importedGear, importedStreamsItem } from "./importedItems.ts"
import {
  activity,
  activityWith,
  activityZonesItem,
  athleteItem,
  detailsItem,
  detailsWith,
  gearItem,
  item,
  statsItem,
  streamsItem,
  zonesItem,
} from "./items.ts"
import type { Batched, Define, SinkSubject } from "./Subject.ts"

const all: ReadonlyArray<Batched> = [
  ["athlete", [athleteItem({ city: "York", bio: "=1+1\nand more" })]],
  ["activities", [
    activity(1),
    activityWith(2, `"new": [2.0, {"b": 1, "a": 2}], "name": "'=1", "big": 3265366675164236880`),
    activity(3, { name: 'two\nlines, and a "quote"', start_date: null }),
    activity(4, { gear_id: null, distance: -0.5 }),
    importedActivity(5),
  ]],
  ["streams", [
    streamsItem(1, { time: [0, 1, 2], latlng: [[1.5, -2.5], null, [0, 0]], watts: [null, 1, 2] }),
    streamsItem(2, { time: [0, 1, 2], heartrate: [100] }),
    streamsItem(3, {}),
    streamsItem(4, { time: [5], a_new_type: ["=x"] }),
    importedStreamsItem(5, { time: [0, 1], distance: [0, 2.5] }),
  ]],
  ["zones", [zonesItem({ power: { zones: [] }, pace: [1.50] })]],
  ["activity_zones", [
    activityZonesItem(1, [{ type: "power", points: 7, max: 300 }]),
    activityZonesItem(2, [{ type: "=new", a_new_field: [2.0] }, null, 5]),
    item({ resource: "activity_zones", id: "4", json: [] }),
  ]],
  ["stats", [statsItem({ a_new_field: 2.5 })]],
  ["gear", [
    gearItem("b1", { name: 'Ride on, "fast"' }),
    gearItem("g23", { nickname: "'=1" }),
    importedGear("b2"),
  ]],
  ["export", [
    exportItem(5),
    exportItem(6, { file: null, description: "two\nlines", a_new_field: 2 }),
  ]],
  ["details", [
    detailsItem(1, { laps: [{ name: "Lap 1" }, { name: "Lap 2" }], best_efforts: [] }),
    detailsWith(2, `"segment_efforts": [{"id": 3265366675164236880}, {"id": 2.0}], "laps": null`),
    detailsItem(4, {
      splits_metric: [{ split: 1 }, { split: 2 }],
      splits_standard: [{ split: 1, new: [1] }],
      best_efforts: [{ id: 1, name: "two\nlines" }],
    }),
  ]],
]

const itemsOf = (resource: Resource) => all.find(([name]) => name === resource)?.[1] ?? []

const ids = (items: Iterable<{ readonly id: string | undefined }>) =>
  [...items].map(({ id }) => id).toSorted()

const differing = (sink: Sink, resource: Resource, items: ReadonlyArray<Item>) =>
  Effect.map(
    sink.differing({ resource, items }),
    (differences) => differences.map(({ item }) => item.id).toSorted(),
  )

export const looking = <R>(subject: SinkSubject<R>, test: Define<R>): void => {
  test("lists each stored item once, with its hash if the sink has one", ({ open, write }) =>
    Effect.gen(function* () {
      yield* open((sink) =>
        Effect.forEach(allResources(), (resource) =>
          Effect.map(
            Stream.runCollect(sink.held(resource)),
            (held) => assert.deepEqual([...held], []),
          ))
      )
      yield* write(...all)
      yield* write(...all)
      for (const resource of allResources()) {
        const held = yield* open((sink) => Stream.runCollect(sink.held(resource)))
        assert.deepEqual(ids(held), ids(itemsOf(resource)))
        for (const { fault, hash, id } of held) {
          assert.equal(fault, undefined)
          const item = itemsOf(resource).find((item) => item.id === id)
          assert.equal(hash, subject.keepsAnswers ? item?.hash : undefined)
        }
      }
    }))

  test("returns the stored responses and no others", ({ open, write }) =>
    Effect.gen(function* () {
      yield* write(...all)
      for (const resource of allResources()) {
        const items = itemsOf(resource)
        const asked = [...ids(items).slice(0, 2), "999", ...badIds].map(String)
        const kept = yield* open((sink) => sink.kept(resource, asked))
        const expected = subject.keepsAnswers
          ? items.filter(({ id }) => asked.includes(id)).map((
            { hash, id, text },
          ) => [id, hash, text])
          : []
        assert.deepEqual(
          kept.map(({ hash, id, text }) => [id, hash, text]).toSorted(),
          expected.toSorted(),
        )
        for (const { fetchedAt } of kept) assert.ok(fetchedAt > Date.UTC(2025))
      }
    }))

  test("finds no difference in its own data, and changes nothing by reading it", (place) =>
    Effect.gen(function* () {
      yield* place.write(...all)
      const before = yield* place.snapshot
      yield* place.open((sink) =>
        Effect.gen(function* () {
          for (const [resource, items] of all) {
            const differences = yield* sink.differing({ resource, items })
            assert.deepEqual(differences.map(({ detail, item }) => [item.id, detail]), [], resource)
            assert.deepEqual(yield* sink.putAside(resource), Option.none())
          }
        })
      )
      assert.equal(yield* place.snapshot, before)
    }))

  test("names items that were never written or come from another response", ({ open, write }) =>
    Effect.gen(function* () {
      yield* write(...all)
      const newer: ReadonlyArray<Batched> = [
        ["athlete", [athleteItem({ city: "Bath" })]],
        ["activities", [
          activity(1, { name: "New" }),
          activity(9),
          activity(4, { gear_id: null, distance: -0.5 }),
          activity(5, { commute: false }),
        ]],
        ["streams", [
          streamsItem(1, { time: [0, 1, 3] }),
          streamsItem(9, { time: [0] }),
          streamsItem(3, {}),
          importedStreamsItem(5, { time: [0, 1], altitude: [0, 2.5] }),
        ]],
        ["zones", [zonesItem({ power: { zones: [{ min: 0 }] }, pace: [1.50] })]],
        ["activity_zones", [
          activityZonesItem(1, [{ type: "power", points: 8, max: 300 }]),
          activityZonesItem(2, [{ type: "=new", a_new_field: [2.0] }, null, 5]),
          activityZonesItem(9),
        ]],
        ["stats", [statsItem({ a_new_field: 2 })]],
        ["gear", [
          gearItem("b1"),
          gearItem("b23"),
          gearItem("g23", { nickname: "'=1" }),
          importedGear("b2"),
        ]],
        ["export", [exportItem(5, { calories: 656 }), exportItem(7)]],
        ["details", [
          // Lists with an entry removed, added or replaced, and a row that is unchanged.
          detailsItem(1, { laps: [{ name: "Lap 1" }], best_efforts: [] }),
          detailsWith(2, `"segment_efforts": [{"id": 3265366675164236881}, {"id": 2.0}]`),
          detailsItem(4, {
            splits_metric: [{ split: 1 }, { split: 2 }],
            splits_standard: [{ split: 1, new: [1] }, { split: 2 }],
            best_efforts: [{ id: 1, name: "two\nlines" }],
          }),
          detailsItem(9),
        ]],
      ]
      const expected = {
        athlete: ["7"],
        activities: ["1", "5", "9"],
        streams: ["1", "5", "9"],
        zones: ["7"],
        activity_zones: ["1", "9"],
        stats: ["7"],
        gear: ["b1", "b23"],
        export: ["5", "7"],
        details: ["1", "2", "4", "9"],
      }
      yield* open((sink) =>
        Effect.forEach(newer, ([resource, items]) =>
          Effect.map(
            differing(sink, resource, items),
            (found) => assert.deepEqual(found, expected[resource as keyof typeof expected]),
          ))
      )
    }))

  /** Asserts that only item `id` of `resource` differs. */
  const onlyDiffers = Effect.fnUntraced(function* (sink: Sink, resource: Resource, id: string) {
    for (const [other, items] of all) {
      const expected = other === resource ? [id] : []
      assert.deepEqual(yield* differing(sink, other, items), expected, other)
    }
  })

  for (const way of ["lose", "edit"] as const) {
    for (const [resource, items] of all) {
      const { id } = items[0]!
      test(`names ${resource} that someone made it ${way}, and writing repairs it`, (place) =>
        Effect.gen(function* () {
          yield* place.write(...all)
          yield* place[way](resource, id)
          yield* place.open((sink) =>
            Effect.andThen(
              onlyDiffers(sink, resource, id),
              Effect.map(
                Stream.runCollect(sink.held(resource)),
                (held) => assert.ok(way === "edit" || !ids(held).includes(id)),
              ),
            )
          )
          yield* place.write([resource, items])
          yield* place.open((sink) =>
            Effect.all([differing(sink, resource, items), Stream.runCollect(sink.held(resource))])
              .pipe(
                Effect.map(([different, held]) =>
                  assert.deepEqual([different, ids(held)], [[], ids(items)])
                ),
              )
          )
        }))
    }
  }
}
