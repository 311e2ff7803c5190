/** Unknown fields in a response, and the fields that decide an activity's streams. */
import assert from "node:assert/strict"
import { Effect, Schema } from "effect"
import { SummaryActivity } from "../../schemas/Activity.ts"
import { basisOf } from "../../schemas/content/content.ts"
import { Resource } from "../../schemas/Item.ts"
import { allResources } from "../../schemas/resources.ts"
import { unknownIn } from "../../schemas/fields/unknown.ts"
import { World } from "../../pipeline/simulator/world/World.ts"
import { test } from "../testing.ts"

const holds = (name: string, body: () => void) => test(name, () => Effect.sync(body))

const world = World.make({ activities: 60, seed: 4 })

holds("known fields are not reported as new", () => {
  for (const id of world.ids) {
    const unknown = unknownIn("activities", JSON.parse(world.summaryText(id)))
    assert.deepEqual(unknown.filter((name) => name !== "sim_conditions"), [])
  }
  assert.deepEqual(unknownIn("athlete", JSON.parse(JSON.stringify(world.athlete(false)))), [])
})

holds("new fields and values are reported once, by their path", () => {
  const json = {
    id: 1,
    x_y: null,
    map: { id: "a", x: 1 },
    sport_type: "Quidditch",
    visibility: "everyone",
  }
  assert.deepEqual(unknownIn("activities", json), ["x_y", "map.x", "sport_type: Quidditch"])
  const details = { id: 1, laps: [{ id: 1, z: 1 }, { id: 2, z: 2 }], segment_efforts: [{ q: 1 }] }
  assert.deepEqual(unknownIn("details", details), ["laps.z", "segment_efforts.q"])
  assert.deepEqual(unknownIn("stats", { all_walk_totals: { count: 1 } }), ["all_walk_totals"])
  assert.deepEqual(unknownIn("zones", { pace: {} }), ["pace"])
  assert.deepEqual(unknownIn("streams", { time: { data: [] }, power_lr: { data: [] } }), [
    "power_lr",
  ])
  assert.deepEqual(unknownIn("streams", [{ type: "time" }, { type: "core_temp" }]), ["core_temp"])
})

holds("a known field of another type is reported with both types, and null is not", () => {
  const found = (resource: Resource, json: unknown) => unknownIn(resource, json)
  assert.deepEqual(
    found("activities", {
      id: "1",
      distance: "far",
      moving_time: 2.5,
      commute: 0,
      map: "none",
      start_latlng: [1],
      name: null,
    }),
    [
      "id: a text instead of a number",
      "distance: a text instead of a number",
      "moving_time: a number instead of a whole number",
      "commute: a number instead of true or false",
      "map: a text instead of an object",
      "start_latlng: a list instead of a pair of numbers",
    ],
  )
  assert.deepEqual(found("details", { laps: {}, segment_efforts: [{ segment: { name: 5 } }, 5] }), [
    "laps: an object instead of a list of objects",
    "segment_efforts: a list instead of a list of objects",
    "segment_efforts.segment.name: a number instead of a text",
  ])
  assert.deepEqual(found("athlete", { id: 1, weight: "61.5" }), [
    "weight: a text instead of a number",
  ])
  assert.deepEqual(found("zones", { heart_rate: [], power: { zones: [{ min: "a" }] } }), [
    "heart_rate: a list instead of an object",
    "power.zones.min: a text instead of a number",
  ])
  const streams = {
    time: { data: [0, 1.5] },
    watts: null,
    temp: { data: "1,2" },
    heartrate: { data: [99, "x"] },
    moving: { data: [0, 1] },
    latlng: { data: [[1, 2], [], null] },
    cadence: [1, 2],
  }
  assert.deepEqual(found("streams", streams), [
    "temp.data: a text instead of a list of samples",
    "heartrate.data: a list instead of a list of samples",
    "moving.data: a list instead of a list of samples",
    "cadence: a list instead of an object",
  ])
})

holds("a response of any shape reports a bounded number of names", () => {
  const flood = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`f${i}`, i]))
  for (const resource of allResources()) {
    assert.equal(unknownIn(resource, flood).length, 50)
    for (const json of [undefined, null, 5, "x", [], [null]]) {
      assert.deepEqual(unknownIn(resource, json), [])
    }
  }
})

const activity = Schema.decodeUnknownSync(SummaryActivity)

holds("the basis changes only with fields that determine the streams", () => {
  const one = { id: 1, name: "Old", distance: 10, elapsed_time: 5, sport_type: "Run" }
  const basis = basisOf(activity(one))
  for (
    const other of [
      { name: "New" },
      { kudos_count: 7, comment_count: 1 },
      { visibility: "only_me", private: true },
      { gear_id: "b1" },
      { upload_id: null },
    ]
  ) assert.equal(basisOf(activity({ ...one, ...other })), basis)
  for (
    const other of [
      { distance: 10.1 },
      { elapsed_time: 4 },
      { moving_time: 4 },
      { sport_type: "Ride" },
      { upload_id: 5 },
      { start_date: "2026-01-01T00:00:01Z" },
    ]
  ) assert.notEqual(basisOf(activity({ ...one, ...other })), basis)
})
