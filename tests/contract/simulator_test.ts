/** The simulator's responses and the client's requests against the contract of Strava's API. */
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { World } from "../../pipeline/simulator/world/World.ts"
import { stages } from "../../pipeline/stages/all.ts"
import { Strava } from "../../pipeline/strava/Strava.ts"
import { isListed, type Resource } from "../../schemas/Item.ts"
import { unknownIn } from "../../schemas/fields/unknown.ts"
import { get, login, today } from "../simulator/requests.ts"
import { calls, ended, layerRun, now, simulatedStrava } from "../strava/client.ts"
import { test } from "../testing.ts"
import { breaches, endpointOf, example, presentFields, stravaContract } from "./contract.ts"

/** Returns all responses of a small history. */
const responsesOf = Effect.fnUntraced(function* (world: World) {
  yield* TestClock.setTime(today)
  const keys =
    "time,distance,latlng,altitude,velocity_smooth,heartrate,cadence,watts,temp,moving," +
    "grade_smooth"
  const paths = [
    "/athlete",
    "/athlete/zones",
    `/athletes/${world.athleteId}/stats`,
    "/athlete/activities?per_page=200",
    "/gear/b7190031",
    "/gear/g18270505",
    ...world.ids.map((id) => `/activities/${id}?include_all_efforts=true`),
    ...world.ids.map((id) => `/activities/${id}/zones`),
    ...world.ids.map((id) => `/activities/${id}/streams?keys=${keys}&key_by_type=true`),
  ]
  return yield* Effect.gen(function* () {
    const token = yield* login
    return yield* Effect.forEach(
      paths,
      (path) =>
        Effect.map(get(path, token), ({ status, text }) => ({
          path,
          status,
          kind: status === 200 ? endpointOf("GET", path.replace(/\?.*/, ""))!.response : "Fault",
          json: JSON.parse(text) as unknown,
        })),
    )
  }).pipe(Effect.provide(Simulator.layer({ world, limits: "none" })))
})

const kinds: Partial<Record<Resource, string>> = {
  athlete: "DetailedAthlete",
  zones: "Zones",
  stats: "ActivityStats",
  gear: "DetailedGear",
  activities: "[SummaryActivity]",
  details: "DetailedActivity",
  activity_zones: "[ActivityZone]",
}

/** Fields of the reference that no recording of these responses has. */
const neverRecorded = new Set([
  // These fields are null in every recording.
  "SummaryClub.cover_photo",
  "SummaryClub.cover_photo_small",
  // This field occurs in details only.
  "SummaryActivity.hide_from_home",
  // A photo in details has a `unique_id`.
  "PhotosSummary.primary.id",
  // These fields occur only in responses of endpoints of efforts and segments, which the client
  // does not request.
  "DetailedSegmentEffort.activity_id",
  "DetailedSegmentEffort.is_kom",
  "SummarySegment.athlete_pr_effort",
  "SummarySegment.athlete_segment_stats",
])

/** True if the field belongs to a shape that occurs only within efforts or segments. */
const isWithin = (field: string) => /^Summary(PR)?SegmentEffort\./.test(field)

/** Returns the names of fields in a response of this kind that no schema knows. */
const unknownNames = (kind: string, json: unknown): ReadonlyArray<string> =>
  Object.entries(kinds).filter(([, of]) => of === kind).flatMap(([resource]) =>
    (Array.isArray(json) && !isListed(resource as Resource) ? json : [json]).flatMap((each) => [
      ...unknownIn(resource as Resource, each),
    ])
  )

for (const news of [false, true]) {
  test(`every response of the simulator follows the reference, ${news ? "with" : "without"} unknown fields`, () =>
    Effect.gen(function* () {
      const world = World.make({ activities: 40, samples: 20, manual: 0.1, news })
      const seen = new Set<string>()
      const novel = new Set<string>()
      for (const { json, kind, path } of yield* responsesOf(world)) {
        assert.deepEqual(breaches(kind, json), [], path)
        presentFields(kind, json, seen)
        for (const name of unknownNames(kind, json)) novel.add(name)
      }
      if (news) return assert.ok(novel.size > 8)
      assert.deepEqual([...novel].filter((name) => !name.startsWith("sim_")), [])
      const all = Object.values(stravaContract.endpoints)
        .reduce(
          (found, { response }) => presentFields(response, example(response), found),
          new Set<string>(),
        )
      const lacking = [...all].filter((field) =>
        !seen.has(field) && !neverRecorded.has(field) && !isWithin(field)
      )
      assert.deepEqual(lacking, [], "fields that the simulator never sends")
    }))
}

test("every request is in the reference, and has every required parameter", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(now)
    const strava = yield* Strava
    const { world } = yield* Simulator
    const id = String(world.ids[0]!)
    yield* ended(strava.athlete)
    yield* ended(strava.activities({ after: 1, before: now / 1_000, page: 2 }))
    yield* ended(strava.item(stages.details.request(id)))
    yield* ended(strava.item(stages.streams.request(id)))
    yield* ended(strava.item(stages.activity_zones.request(id)))
    yield* ended(strava.item(stages.zones.request("")))
    yield* ended(strava.item(stages.stats.request(String(world.athleteId))))
    yield* ended(strava.item(stages.gear.request("b7190031")))
    const kinds = new Set<string>()
    for (const { method, path, query } of yield* calls) {
      const endpoint = endpointOf(method, path.replace("/api/v3", ""))
      assert.ok(endpoint, `${method} ${path}`)
      kinds.add(endpoint.response)
      const known = new Map(
        Object.entries(endpoint.query).map(([name, kind]) => [name.replace("!", ""), kind]),
      )
      for (const [name, given] of Object.entries(query)) {
        const kind = known.get(name)
        assert.ok(kind, `${path} has no parameter ${name}`)
        if (kind === "number") assert.match(given, /^\d+$/)
        if (kind === "boolean") assert.match(given, /^(true|false)$/)
      }
      for (const name of Object.keys(endpoint.query)) {
        if (name.endsWith("!")) assert.ok(name.slice(0, -1) in query, `${path} needs ${name}`)
      }
    }
    assert.equal(kinds.size, Object.keys(stravaContract.endpoints).length)
    const keys = (yield* calls).map(({ query }) => query["keys"]).find(Boolean)
    assert.deepEqual(
      keys?.split(",").sort(),
      [...stravaContract.words["/activities/{id}/streams?keys"]!].sort(),
    )
  }).pipe(Effect.provide(layerRun({})), Effect.provide(simulatedStrava())))
