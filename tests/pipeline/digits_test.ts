/**
 * Activities with an id beyond 2^53: listed, fetched, stored and deleted with every digit of the
 * id.
 */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { test } from "../testing.ts"
import { byStatus, dailyAthlete, simulatedDays, weeklyAthlete } from "./daily.ts"

const id = "3265366675164236880"
const others = "[1,2,3]"
const list = (...entries: ReadonlyArray<string>) => `[${entries.join(",")}]`
const entry = (number: string) =>
  `{"id":${number},"name":"x","sport_type":"Run","start_date":"2026-11-01T06:00:00Z"}`

test("an activity whose id is beyond 2^53 is fetched, stored and deleted with every digit", () =>
  Effect.gen(function* () {
    const { counts, next, sink } = yield* weeklyAthlete()
    const { clearFaults, fault, world } = yield* Simulator
    const body = (path: RegExp, text: string) =>
      fault({ path, response: { _tag: "Status", status: 200, body: text } })
    const known = world.ids.map((one) => world.summaryText(one))
    const detail = `{"id":${id},"name":"x","laps":[{"id":${id}}]}`
    const samples = `{"time":{"data":${others}}}`
    yield* body(/athlete\/activities.*page=1$/, list(entry(id), ...known))
    yield* body(new RegExp(`/activities/${id}/streams`), samples)
    yield* body(new RegExp(`/activities/${id}\\?`), detail)

    const { code, paths } = yield* next(0, { turnOn: ["details"] })
    assert.equal(code, 0)
    assert.ok(paths.includes(`/activities/${id}/streams`))
    assert.ok(paths.includes(`/activities/${id}`))
    assert.equal(sink.items.get(`activities/${id}`)?.text, entry(id))
    assert.equal(sink.items.get(`streams/${id}`)?.text, samples)
    assert.equal(sink.items.get(`details/${id}`)?.text, detail)
    assert.deepEqual((yield* next()).paths.length, 2)

    yield* clearFaults
    const after = yield* next()
    assert.deepEqual(after.paths.slice(2), [`/activities/${id}`])
    assert.ok(!sink.items.has(`activities/${id}`))
    assert.equal(byStatus(yield* counts, "details")["deleted"], 1)
  }).pipe(simulatedDays()))

test("details of the activity with the adjacent id are not mistaken for its own", () =>
  Effect.gen(function* () {
    const { counts, next, sink } = yield* dailyAthlete()
    const { fault } = yield* Simulator
    const body = (path: RegExp, text: string) =>
      fault({ path, response: { _tag: "Status", status: 200, body: text } })
    yield* body(/athlete\/activities.*page=1$/, list(entry(id), entry("1e30")))
    yield* body(new RegExp(`/activities/${id}\\?`), `{"id":${id.slice(0, -1)}1}`)
    yield* next(0, { turnOn: ["details"] })
    assert.ok(!sink.items.has(`details/${id}`))
    assert.equal(byStatus(yield* counts, "details")["quarantined"], 1)
    const [unreadable] = (yield* counts).quarantined.filter(({ resource }) =>
      resource === "activities"
    )
    assert.match(unreadable?.reason ?? "", /64-bit/)
  }).pipe(simulatedDays()))
