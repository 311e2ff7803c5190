/**
 * Values of unexpected types: an item needs only a valid id to be stored, and each odd value is
 * reported once.
 */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { activityFields } from "../../schemas/Activity.ts"
import { knownOf } from "../../schemas/fields/known.ts"
import type { Resource } from "../../schemas/Item.ts"
import { bytesOf, textOf } from "../../schemas/json/utf8.ts"
import { test } from "../testing.ts"
import { byStatus, dailyAthlete, simulatedDays } from "./daily.ts"

const odd: ReadonlyArray<string> = [
  "null",
  "true",
  "0",
  "1e400",
  '""',
  '"61.5"',
  "[]",
  '[null,"a"]',
  "{}",
  '{"id":[]}',
]

/** Returns an object with every known field of the resource, each set to `value` except the id. */
const oddObject = (resource: Resource, value: string, id?: string) => {
  const members = Object.keys(knownOf(resource).fields).filter((name) => name !== "id")
    .map((name) => `"${name}":${value}`)
  return `{${[...(id === undefined ? [] : [`"id":${id}`]), ...members].join(",")}}`
}

for (const value of odd) {
  test(`every known field except the id can be ${value}, in every response`, () =>
    Effect.gen(function* () {
      const { counts, next, sink } = yield* dailyAthlete()
      const { fault, world } = yield* Simulator
      const body = (path: string | RegExp, text: string) =>
        fault({ path, response: { _tag: "Body", body: text } })
      const [one = 0, two = 0] = world.ids
      const profile = oddObject("athlete", value, '"4100001"')
      yield* body(/\/athlete$/, profile)
      yield* body("/athlete/zones", oddObject("zones", value))
      yield* body("/stats", oddObject("stats", value))
      const list = world.ids.map((id) =>
        id === one ? oddObject("activities", value, String(id)) : world.summaryText(id)
      )
      yield* body(/activities\?.*page=1$/, `[${list.join(",")}]`)
      const samples = `{"time":{"data":[0,0.5]},"watts":${value},"heartrate":{"data":${value}}}`
      yield* body(`/activities/${two}/streams`, samples)
      yield* body(`/activities/${two}?`, oddObject("details", value, `${two}.0`))

      const { code, summary } = yield* next(0, { turnOn: ["details"] })
      assert.equal(code, 0)
      assert.deepEqual(summary.quarantined, [])
      const text = (key: string) => sink.items.get(key)?.text
      assert.equal(text("athlete/4100001"), profile)
      assert.equal(text("zones/4100001"), oddObject("zones", value))
      assert.equal(text("stats/4100001"), oddObject("stats", value))
      assert.equal(text(`activities/${one}`), list[0])
      assert.equal(text(`streams/${two}`), samples)
      assert.equal(text(`details/${two}`), oddObject("details", value, `${two}.0`))
      assert.equal(byStatus(yield* counts, "activities")["delivered"], 6)

      const names = summary.drift.map(({ name, resource }) => `${resource} ${name}`)
      const expected = (name: string) => names.some((found) => found.startsWith(name))
      if (value !== "null") {
        assert.ok(expected("activities "), names.join("\n"))
        assert.ok(expected("details "))
        assert.ok(value === "[]" || expected("streams heartrate.data: "))
      }
      const again = yield* next(1)
      assert.equal(again.code, 0)
      assert.deepEqual(again.summary.drift, [])
    }).pipe(simulatedDays({ activities: 6 })))
}

test("a field of another type is reported once, with both types", () =>
  Effect.gen(function* () {
    const { next } = yield* dailyAthlete()
    const { world } = yield* Simulator
    const [one = 0] = world.ids
    yield* world.edit(one, { name: 5, gear_id: 5 })
    const { summary } = yield* next(0)
    const names = summary.drift.filter(({ resource }) => resource === "activities")
      .map(({ items, name }) => `${name}, ${items}`)
    assert.deepEqual(names.filter((name) => name.includes("instead")), [
      "gear_id: a number instead of a text, 1",
      "name: a number instead of a text, 1",
    ])
    assert.deepEqual((yield* next(1)).summary.drift, [])
  }).pipe(simulatedDays({ activities: 3 })))

test("an activity with only odd fields does not refetch its streams in every run", () =>
  Effect.gen(function* () {
    const { next } = yield* dailyAthlete()
    const { world } = yield* Simulator
    const [one = 0] = world.ids
    const patch = Object.fromEntries(
      activityFields.filter((name) => name !== "id").map((name) => [name, { odd: true }]),
    )
    yield* world.edit(one, patch)
    yield* next(0)
    const { paths } = yield* next(8)
    assert.deepEqual(paths.filter((path) => path.includes("/streams")), [])
  }).pipe(simulatedDays({ activities: 3 })))

test("one byte that is not UTF-8 loses nothing: all items are delivered, and each byte is kept", () =>
  Effect.gen(function* () {
    const { next, sink } = yield* dailyAthlete()
    const { fault, world } = yield* Simulator
    const [one = 0] = world.ids
    const wrong = textOf(Uint8Array.of(0x43, 0x61, 0x66, 0xe9))
    const body = (path: string | RegExp, text: string) =>
      fault({ path, response: { _tag: "Body", body: bytesOf(text) } })
    const summary = `{"id":${one},"name":"${wrong}","start_date":"2026-01-01T00:00:00Z"}`
    const list = world.ids.map((id) => id === one ? summary : world.summaryText(id))
    yield* body(/activities\?.*page=1$/, `[${list.join(",")}]`)
    const profile = `{"id":4100001,"lastname":"${wrong}"}`
    yield* body(/\/athlete$/, profile)
    const bike = String(
      world.ids.map((id) => world.summary(id)?.["gear_id"]).find((id) => typeof id === "string"),
    )
    yield* body(`/gear/${bike}`, `{"id":"${bike}","name":"${wrong}"}`)
    yield* body(`/activities/${one}?`, `{"id":${one},"description":"${wrong}"}`)
    const { code, summary: { quarantined } } = yield* next(0, { turnOn: ["details"] })
    assert.deepEqual([code, quarantined], [0, []])
    const held = (key: string) => sink.items.get(key)?.text
    assert.equal(held(`activities/${one}`), summary)
    assert.equal(held("athlete/4100001"), profile)
    assert.equal(held(`gear/${bike}`), `{"id":"${bike}","name":"${wrong}"}`)
    assert.equal(held(`details/${one}`), `{"id":${one},"description":"${wrong}"}`)
    assert.equal([...sink.items.keys()].filter((key) => key.startsWith("activities/")).length, 6)
  }).pipe(simulatedDays({ activities: 6 })))

const notJson: Readonly<Record<string, string>> = {
  "a raw tab": `{"id":7,"name":"a\tb"}`,
  "another control character": `{"id":7,"name":"a\u0000],[b"}`,
  "a raw line break": `{"id":7,"name":"a\nb"}`,
  "NaN": `{"id":7,"distance":NaN}`,
}

for (const [name, entry] of Object.entries(notJson)) {
  test(`${name} in one activity of the list quarantines only that one, with its text`, () =>
    Effect.gen(function* () {
      const { counts, next, sink } = yield* dailyAthlete()
      const { clearFaults, fault, world } = yield* Simulator
      const list = [entry, ...world.ids.map((id) => world.summaryText(id))]
      yield* fault({
        path: /activities\?.*page=1$/,
        response: { _tag: "Body", body: `[${list.join()}]` },
      })
      const { code, summary } = yield* next(0)
      assert.equal(code, 2)
      assert.deepEqual(summary.quarantined.map(({ reason }) => reason), ["it is not JSON"])
      assert.equal(byStatus(yield* counts, "activities")["delivered"], 6)
      for (const id of world.ids) {
        assert.equal(sink.items.get(`activities/${id}`)?.text, world.summaryText(id))
      }
      yield* clearFaults
      assert.equal((yield* next(1, { retryQuarantined: true })).code, 0)
    }).pipe(simulatedDays({ activities: 6 })))
}

test("a byte order mark before a response is ignored", () =>
  Effect.gen(function* () {
    const { next, sink } = yield* dailyAthlete()
    const { fault, world } = yield* Simulator
    const profile = `{"id":4100001}`
    const list = world.ids.map((id) => world.summaryText(id))
    const body = (path: RegExp, text: string) =>
      fault({ path, response: { _tag: "Body", body: `\uFEFF${text}` } })
    yield* body(/\/athlete$/, profile)
    yield* body(/activities\?.*page=1$/, `[${list.join()}]`)
    const { code } = yield* next(0)
    assert.equal(code, 0)
    assert.equal(sink.items.get("athlete/4100001")?.text, profile)
    assert.equal(sink.items.get(`activities/${world.ids[0]}`)?.text, list[0])
  }).pipe(simulatedDays({ activities: 6 })))
