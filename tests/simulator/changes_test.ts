/** Changes of a history over the years (moved, hidden, cropped, twins), and new fields in responses. */
import { Effect, Schema } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { detailOf } from "../../pipeline/simulator/responses/details.ts"
import { encode } from "../../pipeline/simulator/responses/json.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { World } from "../../pipeline/simulator/world/World.ts"
import { DetailedActivity } from "../../schemas/DetailedActivity.ts"
import { DetailedGear } from "../../schemas/Gear.ts"
import { ActivityStats } from "../../schemas/Stats.ts"
import { streamTypes } from "../../schemas/StreamSet.ts"
import { Zones } from "../../schemas/Zones.ts"
import { test } from "../testing.ts"
import { get, login, today } from "./requests.ts"

const small = (options = {}) => World.make({ activities: 30, manual: 0, ...options })
const summaryOf = (world: World, id: number) => JSON.parse(world.summaryText(id))
const samplesOf = (world: World, id: number): Record<string, { data: ReadonlyArray<number> }> =>
  JSON.parse(new TextDecoder().decode(world.streams(id, new Set(streamTypes), true)!))

test("a hidden start is a second past midnight of the local day, and can be shown again", () =>
  Effect.gen(function* () {
    const world = small()
    const id = world.ids[4]!
    const before = summaryOf(world, id)
    yield* world.hide(id)
    const hidden = summaryOf(world, id)
    assert.match(hidden.start_date, /T00:00:01Z$/)
    assert.equal(hidden.start_date, hidden.start_date_local)
    assert.equal(hidden.start_date.slice(0, 10), before.start_date_local.slice(0, 10))
    const start = Date.parse(hidden.start_date)
    assert.deepEqual(world.between(start - 1, start + 1).includes(id), true)
    yield* world.reveal(id)
    assert.deepEqual(summaryOf(world, id), before)
    assert.equal(world.ids[4], id)
  }))

test("moving an activity changes its local time and its position in the list", () =>
  Effect.gen(function* () {
    const world = small()
    const id = world.ids[2]!
    yield* world.edit(id, { start_date: "2022-07-01T10:00:00Z" })
    const { start_date, start_date_local, utc_offset } = summaryOf(world, id)
    assert.equal(Date.parse(start_date_local) - Date.parse(start_date), utc_offset * 1000)
    assert.deepEqual(
      world.between(Date.UTC(2022, 6, 1, 9), Date.UTC(2022, 6, 1, 11)).includes(id),
      true,
    )
    yield* world.edit(id, { start_date: "2023-07-01T10:00:00Z", start_date_local: "x" })
    assert.equal(summaryOf(world, id).start_date_local, "x")
  }))

test("a crop shortens an activity in every way and leaves the rest unchanged", () =>
  Effect.gen(function* () {
    const world = small()
    let lower = 0
    for (const id of world.ids.filter((id) => world.streams(id, new Set(), true)).slice(0, 12)) {
      const [before, samples] = [summaryOf(world, id), samplesOf(world, id)]
      yield* world.crop(id)
      const [after, fewer] = [summaryOf(world, id), samplesOf(world, id)]
      assert.ok(after.elapsed_time < before.elapsed_time)
      assert.ok(after.moving_time < before.moving_time)
      if (before.distance > 0) assert.ok(after.distance < before.distance)
      assert.deepEqual([after.upload_id, after.start_date], [before.upload_id, before.start_date])
      if (after.total_elevation_gain < before.total_elevation_gain) lower++
      const time = fewer["time"]!.data
      assert.ok(time.length < samples["time"]!.data.length)
      for (const { data } of Object.values(fewer)) assert.equal(data.length, time.length)
      assert.deepEqual(time.slice(0, 20), samples["time"]!.data.slice(0, 20))
      assert.ok(Math.abs(time.at(-1)! - after.elapsed_time) <= 1)
      const last = (samples["distance"]?.data ?? [0]).at(-1)!
      assert.ok((fewer["distance"]?.data ?? [0]).at(-1)! <= last)
    }
    assert.ok(lower > 3)
  }))

test("two activities can start in the same second", () =>
  Effect.gen(function* () {
    const world = small()
    const id = world.ids[3]!
    const twin = yield* world.twin(id, { name: "Second device" })
    assert.notEqual(twin, id)
    assert.equal(summaryOf(world, twin).start_date, summaryOf(world, id).start_date)
    assert.equal(summaryOf(world, twin).name, "Second device")
  }))

test("details have efforts with repeated IDs beyond 2^53, and addresses of photos", () =>
  Effect.sync(() => {
    const world = small({ activities: 60 })
    const texts = world.ids.map((id) => encode(detailOf(world, String(id))!))
    const details = texts.map((text) => JSON.parse(text))
    const repeated = texts.filter((text) => text.split(`"id":3265366675164236880,`).length === 3)
    assert.ok(repeated.length > 1, "one id twice, in several activities")
    const runs = details.filter(({ best_efforts }) => best_efforts?.length > 0)
    assert.ok(runs.length > 10)
    for (const { best_efforts, distance } of runs) {
      assert.equal(best_efforts[0].name, "400m")
      for (const effort of best_efforts) {
        assert.ok(effort.distance <= distance + 1 && effort.elapsed_time > 0)
        assert.ok(effort.start_index <= effort.end_index)
      }
    }
    const photos = details.filter(({ photos }) => photos.primary !== null)
    assert.ok(photos.length > 0)
    assert.match(photos[0].photos.primary.urls["600"], /^https:\/\/example\.invalid\//)
    assert.ok(details.some(({ photos }) => photos.count === 0 && photos.primary === null))
  }))

test("hidden efforts are included only if all are requested", () =>
  Effect.sync(() => {
    const world = small()
    const count = (every: boolean) =>
      world.ids.flatMap((id) => JSON.parse(encode(detailOf(world, String(id), every)!)))
        .flatMap(({ segment_efforts }) => segment_efforts).length
    assert.ok(count(false) > 0 && count(false) < count(true))
  }))

const news = Simulator.layer({ activities: 30, news: true, limits: "none" })

test("with news, every response has undocumented fields, and the schemas accept them", () =>
  Effect.gen(function* () {
    const { world } = yield* Simulator
    const token = yield* login
    const fetchJson = (path: string) => Effect.map(get(path, token), ({ text }) => JSON.parse(text))
    const known = [
      ["/athlete/zones", Zones],
      [`/athletes/${world.athleteId}/stats`, ActivityStats],
      ["/gear/b7190031", DetailedGear],
      [`/activities/${world.ids[0]}`, DetailedActivity],
    ] as const
    for (const [path, schema] of known) {
      const response = yield* fetchJson(path)
      assert.deepEqual(Schema.decodeUnknownSync(schema as typeof Zones)(response), response)
      assert.match(JSON.stringify(response), /"sim_/)
    }
    const { text } = yield* get("/athlete/activities?per_page=200", token)
    assert.match(text, /"sport_type":"HoverBoarding"/)
    assert.match(text, /"visibility":"sim_friends_of_friends"/)
    assert.match(text, /"sim_serial":90071992\d{8,}/)
    const laps = (yield* fetchJson(`/activities/${world.ids[0]}`)).laps
    assert.equal(laps[0].sim_surface, "gravel")
  }).pipe(Effect.provide(news)))

test("a shuffled list has no order but is consistent across pages", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(today)
    const { world } = yield* Simulator
    const token = yield* login
    const ids: Array<number> = []
    for (let page = 1; page <= 4; page++) {
      const { text } = yield* get(`/athlete/activities?per_page=10&page=${page}&after=1`, token)
      ids.push(...JSON.parse(text).map(({ id }: { id: number }) => id))
    }
    assert.deepEqual(new Set(ids), new Set(world.ids))
    assert.equal(ids.length, world.size)
    assert.notDeepEqual(ids, world.ids)
    assert.notDeepEqual(ids, world.ids.toReversed())
  }).pipe(Effect.provide(Simulator.layer({ activities: 30, afterOrder: "shuffled" }))))

test("hidden places and early responses leave out a part of the complete response", () =>
  Effect.gen(function* () {
    const { fault, grant, world } = yield* Simulator
    const [id = 0] = world.ids
    yield* world.edit(id, { private: false })
    yield* world.hidePlaces(id, { from: 0.25, to: 0.75 })
    const path = `/activities/${id}/streams?keys=time,distance&key_by_type=true`
    const lengths = Effect.gen(function* () {
      const { text } = yield* get(path, yield* login)
      const streams: Record<string, { data: ReadonlyArray<unknown> }> = JSON.parse(text)
      return Object.entries(streams).map(([type, { data }]) => [type, data.length])
    })
    assert.deepEqual(yield* lengths, [["time", 40], ["distance", 40]])
    yield* grant("read,activity:read")
    assert.deepEqual(yield* lengths, [["time", 20], ["distance", 20]])
    yield* grant("read,activity:read_all")
    yield* fault({ path, times: 1, response: { _tag: "Part", without: ["time"], to: 0.1 } })
    assert.deepEqual(yield* lengths, [["distance", 4]])
    assert.deepEqual(yield* lengths, [["time", 40], ["distance", 40]])
  }).pipe(
    Effect.provide(Simulator.layer({ activities: 3, samples: 40, manual: 0, rotation: "never" })),
  ))
