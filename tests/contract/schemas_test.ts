/** The schemas against the contract, and against responses of Strava that its reference excludes. */
import { Effect, Option, Schema } from "effect"
import assert from "node:assert/strict"
import { detailOf } from "../../pipeline/simulator/responses/details.ts"
import { encode } from "../../pipeline/simulator/responses/json.ts"
import { World } from "../../pipeline/simulator/world/World.ts"
import {
  type BuiltInResource,
  declarationOf,
  type Resource,
  resources,
} from "../../schemas/resources.ts"
import { type ExportResource, isExportResource, isListed } from "../../schemas/Item.ts"
import { parseExact } from "../../schemas/json/Json.ts"
import { unknownIn } from "../../schemas/fields/unknown.ts"
import { test } from "../testing.ts"
import { breaches, example, shapeOf, stravaContract } from "./contract.ts"

const holds = (name: string, body: () => void) => test(name, () => Effect.sync(body))

/** Resources of the API: its reference has no others. */
type Fetched = Exclude<BuiltInResource, ExportResource>
const fetched = (Object.keys(resources) as ReadonlyArray<BuiltInResource>).filter((
  resource,
): resource is Fetched => !isExportResource(resource))

const kinds: Record<Fetched, string> = {
  athlete: "DetailedAthlete",
  zones: "Zones",
  stats: "ActivityStats",
  gear: "DetailedGear",
  activities: "SummaryActivity",
  details: "DetailedActivity",
  activity_zones: "[ActivityZone]",
  streams: "StreamSet",
}

/** Returns the decoded response; none if the schema rejects it. */
const decoded = (resource: Resource, json: unknown) =>
  Schema.decodeUnknownOption(declarationOf(resource).schema as typeof resources.zones.schema)(json)

const takes = (resource: Resource, json: unknown) => {
  assert.deepEqual(Option.getOrUndefined(decoded(resource, json)), json)
}

const exampleOf = (resource: Fetched) => example(kinds[resource]) as Record<string, unknown>

for (const resource of fetched.filter((resource) => !isListed(resource))) {
  const whole = exampleOf(resource)
  if (resource === "streams") {
    for (const stream of Object.values(whole as Record<string, Record<string, unknown>>)) {
      stream["data"] = [12.5, null]
    }
  }

  holds(`${resource}: a response with every field of the reference is accepted unchanged`, () => {
    takes(resource, whole)
    assert.deepEqual(unknownIn(resource, whole).filter((name) => !name.includes(": ")), [])
  })

  holds(`${resource}: any field except the id can be null or absent`, () => {
    for (const field of Object.keys(whole)) {
      if (field === "id" || resource === "streams") continue
      takes(resource, { ...whole, [field]: null })
      const { [field]: _, ...others } = whole
      takes(resource, others)
    }
  })

  holds(`${resource}: a field that no document knows is kept`, () => {
    if (resource === "streams") takes(resource, { ...whole, sim_new: { data: [1, "a", null] } })
    else takes(resource, { ...whole, sim_new: { deep: [1, null, "a"] } })
  })
}

holds("activity_zones: every entry of the reference is accepted unchanged", () => {
  const whole = example(kinds.activity_zones) as ReadonlyArray<object>
  takes("activity_zones", whole)
  takes("activity_zones", [])
  takes("activity_zones", whole.map((entry) => ({ ...entry, score: null, sim_new: [1, "a"] })))
  const named = whole.map((entry) => ({ ...entry, type: "pace" }))
  assert.deepEqual(unknownIn("activity_zones", named), [])
  assert.deepEqual(unknownIn("activity_zones", [{ type: "pace", sim_new: 1 }, { type: "swim" }]), [
    "pace.sim_new",
    "swim",
  ])
})

holds("a field of another base type becomes null and is reported; other fields are kept", () => {
  const typed = ["name", "distance", "moving_time", "commute", "gear_id", "upload_id"]
  for (const resource of ["activities", "details"] as const) {
    for (const field of typed) {
      const whole = { ...exampleOf(resource), [field]: { a: 1 } }
      assert.deepEqual(Option.getOrThrow(decoded(resource, whole)), { ...whole, [field]: null })
      assert.ok(
        unknownIn(resource, whole).some((name) => name.startsWith(`${field}: an object instead`)),
        field,
      )
    }
  }
  assert.ok(Option.isNone(decoded("activities", { id: { a: 1 } })))
  assert.ok(Option.isNone(decoded("gear", { id: 5 })))
})

holds("no word of the reference's enumerations is reported as unknown", () => {
  for (const sport_type of stravaContract.words["SportType"] ?? []) {
    assert.deepEqual(unknownIn("activities", { id: 1, sport_type }), [])
  }
  for (const type of stravaContract.words["ActivityType"] ?? []) {
    assert.deepEqual(unknownIn("details", { id: 1, type }), [])
  }
})

/** Differences between the reference and recorded responses. */
const quirks: ReadonlyArray<readonly [says: string, Fetched, response: Record<string, unknown>]> = [
  ["a position is two numbers: it is [] indoors", "activities", { start_latlng: [] }],
  ["a position is two numbers: it is null in older responses", "activities", {
    end_latlng: null,
  }],
  ["a polyline is a text: it is empty indoors", "activities", { map: { summary_polyline: "" } }],
  ["a polyline is a text: it is sometimes null", "activities", {
    map: { summary_polyline: null },
  }],
  ["an activity entered manually has no upload", "activities", {
    manual: true,
    upload_id: null,
    external_id: null,
    max_speed: 0,
  }],
  ["gear and workout can be null", "activities", { gear_id: null, workout_type: null }],
  ["heart and effort are not in the reference", "activities", {
    average_heartrate: 141.2,
    max_heartrate: 173.0,
    suffer_score: 9.0,
    has_heartrate: true,
    heartrate_opt_out: false,
    display_hide_heartrate_option: true,
    utc_offset: -14400.0,
  }],
  ["a sport that the reference does not list", "activities", { sport_type: "Padel" }],
  ["an old type", "activities", { type: "WaterSport" }],
  ["an unlisted visibility", "activities", { visibility: "followers_only", private: false }],
  ["an average speed above the maximum", "activities", { average_speed: 41.7, max_speed: 16.2 }],
  ["a time zone whose label has another offset than the time", "activities", {
    timezone: "(GMT-05:00) America/New_York",
    utc_offset: -14400,
  }],
  ["an old name of a time zone", "activities", { timezone: "(GMT-05:00) EST5EDT" }],
  ["an upload id over 2^63", "activities", { upload_id: 987654321234567891234 }],
  ["details: an empty polyline", "details", {
    map: { polyline: "", summary_polyline: null },
  }],
  ["details: a photo without an id", "details", {
    photos: { primary: { unique_id: "u", urls: { "600": "https://x.invalid" } }, count: 1 },
  }],
  ["details: no photo", "details", { photos: { primary: null, count: 0 } }],
  ["details: ranks are null", "details", {
    segment_efforts: [{ id: 2817697759509711894, kom_rank: null, pr_rank: null }],
  }],
  ["details: segments of other sports, without a place", "details", {
    segment_efforts: [{ segment: { activity_type: "AlpineSki", city: null, country: null } }],
  }],
  ["details: splits have more than the reference says", "details", {
    splits_metric: [{ average_grade_adjusted_speed: 2.9, average_heartrate: 151.2, split: 1 }],
  }],
  ["details: mostly null", "details", {
    description: null,
    similar_activities: null,
    perceived_exertion: null,
    private_note: "",
    stats_visibility: [{ type: "heart_rate", visibility: "everyone" }],
    available_zones: ["heartrate", "pace"],
  }],
  ["an athlete without power, country or height", "athlete", { ftp: null, country: "" }],
  ["an athlete fetched with too few permissions", "athlete", { resource_state: 2 }],
  ["zones with an open end, and no power", "zones", {
    heart_rate: { custom_zones: false, zones: [{ min: 0, max: 118 }, { min: 118, max: -1 }] },
  }],
  ["zones of pace, with broken bounds", "zones", { pace: { zones: [{ min: 2.31, max: 2.75 }] } }],
  ["totals in whole numbers with a decimal", "stats", {
    ytd_run_totals: { moving_time: 474287.0 },
  }],
  ["no record for an athlete without rides", "stats", { all_ride_totals: { count: 0 } }],
  ["gear with more than the reference says", "gear", {
    id: "b12345678987654321",
    nickname: "",
    retired: false,
    converted_distance: 388.2,
    notification_distance: 0,
    weight: 8.1,
  }],
]

for (const [says, resource, answer] of quirks) {
  holds(`quirk: ${says}`, () => {
    const { id } = resource === "gear" ? { id: "g1" } : { id: 16_200_000_001 }
    const whole = resource === "zones" || resource === "stats" ? answer : { id, ...answer }
    takes(resource, whole)
    assert.deepEqual(breaches(kinds[resource], whole), [])
  })
}

holds("quirk: streams can be a list, as in the example of the reference", () => {
  const listed = [{
    type: "distance",
    data: [2.9, 5.8, 8.5],
    series_type: "distance",
    original_size: 3,
    resolution: "high",
  }]
  takes("streams", listed)
  takes("streams", {})
})

holds("quirk: the examples of zones in the reference are another response, and are refused", () => {
  assert.ok(Option.isNone(decoded("zones", [{ distribution_buckets: [], type: "power" }])))
})

holds("ids beyond 2^53 are accepted, and the text of the response keeps their digits", () => {
  const text =
    `{"id":1,"upload_id":987654321234567891234,"best_efforts":[{"id":3265366675164236880}]}`
  assert.ok(Option.isSome(decoded("details", JSON.parse(text))))
  assert.equal(encode(parseExact(text)), text)
})

holds(
  "the details of every simulated activity are decoded unchanged, with unknown fields and without",
  () => {
    for (const news of [false, true]) {
      const world = World.make({ activities: 25, news, manual: 0.2 })
      for (const id of world.ids) takes("details", JSON.parse(encode(detailOf(world, String(id))!)))
    }
  },
)

holds("the check finds a wrong base type at any depth, and accepts null and unknown fields", () => {
  assert.deepEqual(breaches("[SummaryActivity]", [{ map: { id: 5 } }]), [
    "$[0].map.id: number in place of string",
  ])
  assert.deepEqual(breaches("SummaryActivity", { id: 1.5, start_latlng: {} }), [
    "$.id: number in place of integer",
    "$.start_latlng: object in place of [number]",
  ])
  assert.deepEqual(breaches("DetailedActivity", { laps: [null, { sim: 1 }], map: null }), [])
  assert.ok(Object.keys(shapeOf("DetailedActivity") ?? {}).length > 50)
  assert.ok(stravaContract.words["SportType"]!.length > 50)
})
