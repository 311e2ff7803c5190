/** Hostile responses that contain less than the stored ones, or impossible values. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { DatabaseSync } from "node:sqlite"
import { contentOf, shortfall } from "../../schemas/content/content.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { test } from "../testing.ts"
import { byStatus, dailyAthlete, simulatedDays } from "./daily.ts"
import { runStart } from "./running.ts"

const respond = (path: string, body: string, times?: number) =>
  Effect.flatMap(
    Simulator,
    ({ fault }) => fault({ path, response: { _tag: "Body", body }, ...(times && { times }) }),
  )

for (const seconds of [1.44e13, 9e14, 1e300, -1e308]) {
  test(`an elapsed time of ${seconds} s only makes the end of that activity unknown`, () =>
    Effect.gen(function* () {
      const { next, sink } = yield* dailyAthlete()
      const { world } = yield* Simulator
      yield* world.edit(world.ids[1] ?? 0, { elapsed_time: seconds })
      const { code } = yield* next(0)
      assert.equal(code, 0)
      assert.equal([...sink.items.keys()].filter((key) => key.startsWith("activities/")).length, 4)
      assert.equal((yield* next(1)).code, 0)
    }).pipe(simulatedDays({ activities: 4 })))
}

test("an invalid stored end is treated as unknown", () =>
  Effect.gen(function* () {
    const { next, setup } = yield* dailyAthlete()
    yield* next(0)
    const db = new DatabaseSync(`${setup.data}/state.db`)
    db.exec("update summary set ended = 9000000000000000000; update item set status = 'listed'")
    db.close()
    assert.equal((yield* next(1)).code, 0)
  }).pipe(simulatedDays({ activities: 4 })))

for (const body of [`{"message":"x"}`, `{"errors":[],"id":1}`, `{"heart_rate":null}`]) {
  test(`zones and stats with the body ${body} replace nothing`, () =>
    Effect.gen(function* () {
      const { next, sink } = yield* dailyAthlete()
      yield* next(0)
      const before = [...sink.items].filter(([key]) => /^(zones|stats)\//.test(key))
      assert.equal(before.length, 2)
      yield* respond("/athlete/zones", body)
      yield* respond("/stats", body)
      const { code, paths } = yield* next(8)
      assert.equal(code, 0)
      assert.ok(paths.includes("/athlete/zones"))
      for (const [key, item] of before) assert.equal(sink.items.get(key)?.text, item.text)
    }).pipe(simulatedDays({ activities: 4 })))
}

test("gear with only an id replaces nothing", () =>
  Effect.gen(function* () {
    const { next, sink } = yield* dailyAthlete()
    yield* next(0)
    const [key = "", stored] = [...sink.items].find(([key]) => key.startsWith("gear/")) ?? []
    const id = key.slice("gear/".length)
    yield* respond(`/gear/${id}`, `{"id":"${id}","resource_state":1}`)
    const { paths } = yield* next(8, { force: true })
    assert.ok(paths.includes(`/gear/${id}`))
    assert.equal(sink.items.get(key)?.text, stored?.text)
  }).pipe(simulatedDays({ activities: 4 })))

const profileOf = (sink: { readonly items: ReadonlyMap<string, { readonly text: string }> }) =>
  [...sink.items].filter(([key]) => key.startsWith("athlete/")).map(([, { text }]) => text)

for (const state of [undefined, 1, 2, 3]) {
  test(`an athlete with only an id and resource_state ${state} replaces no complete one`, () =>
    Effect.gen(function* () {
      const { next, sink } = yield* dailyAthlete()
      const { fault, world } = yield* Simulator
      yield* next(0)
      const full = profileOf(sink)
      const body = JSON.stringify({ id: world.athleteId, resource_state: state })
      yield* fault({ path: /\/athlete$/, response: { _tag: "Body", body } })
      for (const days of [8, 8, 1]) {
        const { code, paths } = yield* next(days)
        assert.equal(code, 0)
        assert.equal(paths.filter((path) => path === "/athlete").length, days === 1 ? 0 : 1)
        assert.deepEqual(profileOf(sink), full)
      }
    }).pipe(simulatedDays({ activities: 4 })))
}

const odd = {
  "{}": { _tag: "Body", body: "{}" },
  null: { _tag: "Body", body: "null" },
  "an id of null": { _tag: "Body", body: `{"id":null}` },
  "204": { _tag: "Status", status: 204, body: "" },
  "304": { _tag: "Status", status: 304, body: "" },
  "404": { _tag: "Status", status: 404 },
  "500": { _tag: "Status", status: 500 },
} as const

for (const [name, response] of Object.entries(odd)) {
  test(`${name} for a known athlete does not end the run`, () =>
    Effect.gen(function* () {
      const { next, sink } = yield* dailyAthlete()
      const { fault, world } = yield* Simulator
      yield* next(0)
      const full = profileOf(sink)
      yield* fault({ path: /\/athlete$/, response })
      const id = yield* world.add({ start: runStart + 24 * 3_600_000 })
      const { code } = yield* next(8)
      assert.equal(code, 0)
      assert.ok(sink.items.has(`streams/${id}`))
      assert.deepEqual(profileOf(sink), full)
    }).pipe(simulatedDays({ activities: 4 })))

  test(`${name} for an unknown athlete ends the run`, () =>
    Effect.gen(function* () {
      const { next } = yield* dailyAthlete()
      const { fault } = yield* Simulator
      yield* fault({ path: /\/athlete$/, response })
      assert.ok([65, 69].includes((yield* next(0)).code))
    }).pipe(simulatedDays({ activities: 4 })))
}

for (const status of [401, 403]) {
  test(`${status} for a known athlete ends the run`, () =>
    Effect.gen(function* () {
      const { next } = yield* dailyAthlete()
      const { fault } = yield* Simulator
      yield* next(0)
      yield* fault({ path: /\/athlete$/, response: { _tag: "Status", status } })
      assert.equal((yield* next(8)).code, 77)
    }).pipe(simulatedDays({ activities: 4 })))
}

/** Returns streams in which all but one sample in `every` are null, for these types or for all. */
const thinned = (text: string, types: ReadonlyArray<string>, every: number) =>
  JSON.stringify(Object.fromEntries(
    Object.entries<{ readonly data: ReadonlyArray<unknown> }>(JSON.parse(text)).map((
      [type, stream],
    ) => [
      type,
      types.length > 0 && !types.includes(type)
        ? stream
        : { ...stream, data: stream.data.map((sample, i) => i % every === 0 ? sample : null) },
    ]),
  ))

for (
  const [types, every] of [[[], 100], [["heartrate"], 100], [["time", "distance"], 2]] as const
) {
  test(`streams with nulls in place of ${types.join(" and ") || "all"} samples, all but one in ${every}, replace nothing until confirmed`, () =>
    Effect.gen(function* () {
      const { next, sink } = yield* dailyAthlete()
      const { world } = yield* Simulator
      const id = yield* world.add({ start: runStart - 40 * 24 * 3_600_000, sport_type: "Run" })
      yield* next(0)
      const key = `streams/${id}`
      const full = sink.items.get(key)?.text ?? "{}"
      for (const type of types) assert.ok(type in JSON.parse(full), type)
      const thin = thinned(full, types, every)
      yield* respond(`/activities/${id}/streams`, thin)
      yield* world.edit(id, { distance: 1 })
      yield* next(1)
      assert.equal(sink.items.get(key)?.text, full)
    }).pipe(simulatedDays({ activities: 2, samples: 200 })))
}

test("streams with a third of the power samples null are complete, and with few power samples incomplete", () =>
  Effect.sync(() => {
    const lacks = (every: number) =>
      shortfall(
        "streams",
        { watts: 1 },
        contentOf("streams", {
          time: { data: Array.from({ length: 300 }, (_, i) => i) },
          watts: { data: Array.from({ length: 300 }, (_, i) => i % every === 0 ? null : 200) },
        }),
      )
    assert.deepEqual([lacks(3), lacks(2), lacks(1)], [[], [], ["watts"]])
  }))

type DetailsOf = Readonly<Record<string, unknown>> & {
  readonly id: number
  readonly map: object
  readonly laps: ReadonlyArray<unknown>
  readonly segment_efforts: ReadonlyArray<unknown>
  readonly splits_metric: ReadonlyArray<unknown>
}

const shrunk: Readonly<Record<string, (details: DetailsOf) => unknown>> = {
  "fewer efforts": (all) => ({ ...all, segment_efforts: all.segment_efforts.slice(0, 1) }),
  "fewer laps": (all) => ({ ...all, laps: all.laps.slice(0, -1) }),
  "fewer splits": (all) => ({ ...all, splits_metric: all.splits_metric.slice(0, 1) }),
  "no map": (all) => ({ ...all, map: null }),
}
const cutDown: Readonly<Record<string, (details: DetailsOf) => unknown>> = {
  "only an id": ({ id }) => ({ id }),
  "only an id and resource_state": ({ id }) => ({ id, resource_state: 1 }),
  "resource_state 2": (all) => ({ ...all, resource_state: 2 }),
}

for (const [name, change] of Object.entries({ ...shrunk, ...cutDown })) {
  test(`details with ${name} replace the stored ones ${name in cutDown ? "never" : "when confirmed"}`, () =>
    Effect.gen(function* () {
      const { next, sink } = yield* dailyAthlete({ options: { turnOn: ["details"] } })
      const { world } = yield* Simulator
      const id = yield* world.add({ start: runStart - 40 * 24 * 3_600_000, sport_type: "Run" })
      yield* next(0)
      const key = `details/${id}`
      const full = sink.items.get(key)?.text ?? "{}"
      const less = JSON.stringify(change(JSON.parse(full)))
      assert.notEqual(less, JSON.stringify(JSON.parse(full)))
      yield* respond(`/activities/${id}?`, less)
      yield* world.edit(id, { distance: 12_345 })
      yield* next(1)
      assert.equal(sink.items.get(key)?.text, full)
      for (let day = 0; day < 4; day++) yield* next(1)
      assert.equal(sink.items.get(key)?.text, name in cutDown ? full : less)
    }).pipe(simulatedDays({ activities: 2, samples: 200 })))
}

for (const status of [500, 404, 401]) {
  test(`if page 2 of the list always fails with ${status}, the streams of page 1 are still fetched`, () =>
    Effect.gen(function* () {
      const { counts, next } = yield* dailyAthlete()
      const { fault } = yield* Simulator
      yield* fault({ path: /[?&]page=2/, response: { _tag: "Status", status } })
      const { code } = yield* next(0)
      assert.equal(code, 69)
      const { absent = 0, delivered = 0, ...rest } = byStatus(yield* counts, "streams")
      assert.deepEqual([absent + delivered, rest], [200, {}])
      const { code: again, paths } = yield* next(1)
      assert.equal(again, 69)
      assert.deepEqual(paths.filter((path) => path.endsWith("/streams")), [])
    }).pipe(simulatedDays({ activities: 230 })))
}
