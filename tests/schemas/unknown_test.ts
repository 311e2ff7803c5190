/** What is new to us in an answer, and what decides an activity's samples. */
import assert from "node:assert/strict"
import { Effect, Schema } from "effect"
import { SummaryActivity } from "../../schemas/Activity.ts"
import { basisOf } from "../../schemas/basis.ts"
import { Resource } from "../../schemas/Item.ts"
import { unknownIn } from "../../schemas/unknown.ts"
import { World } from "../../pipeline/simulator/World.ts"
import { test } from "../testing.ts"

const holds = (name: string, body: () => void) => test(name, () => Effect.sync(body))

const world = World.make({ activities: 60, seed: 4 })

holds("nothing that Strava is known to send is told as new", () => {
  for (const id of world.ids) {
    const unknown = unknownIn("activities", JSON.parse(world.summaryText(id)))
    assert.deepEqual(unknown.filter((name) => name !== "sim_conditions"), [])
  }
  assert.deepEqual(unknownIn("athlete", JSON.parse(JSON.stringify(world.athlete(false)))), [])
})

holds("new fields and values are named by where they are, each once", () => {
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

holds("an answer of any shape has a bounded number of names", () => {
  const flood = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`f${i}`, i]))
  for (const resource of Resource.literals) {
    assert.equal(unknownIn(resource, flood).length, 50)
    for (const json of [undefined, null, 5, "x", [], [null]]) {
      assert.deepEqual(unknownIn(resource, json), [])
    }
  }
})

const activity = Schema.decodeUnknownSync(SummaryActivity)

holds("the basis changes with what decides samples, and with nothing else", () => {
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
