/** A sink that is added later is filled from other sinks before any request is sent to Strava. */
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { renderSummary } from "../../pipeline/output/summary/summary.ts"
import { SinkError } from "../../sinks/Sink.ts"
import { test } from "../testing.ts"
import { type MemorySink, memorySink, unreachable } from "./MemorySink.ts"
import { holdsAll } from "../pipeline/model.ts"
import { requestCount, runFolder, runToEnd, streamsAsked } from "../pipeline/running.ts"

const simulated = Effect.provide(
  Simulator.layer({ activities: 12, samples: 3, manual: 0, limits: "none" }),
)

/** Runs once with the JSON sink alone, and returns its data directory and the sinks. */
const withJson = Effect.gen(function* () {
  const data = yield* runFolder
  const json = memorySink("json")
  yield* runToEnd({ data, sinks: [json.source] })
  return { data, json, csv: memorySink("csv"), before: (yield* requestCount).length }
})

test("a sink that is added alone is filled from another sink before any request", () =>
  Effect.gen(function* () {
    const { before, csv, data, json } = yield* withJson
    const counts: Array<number> = []
    const simulator = yield* Simulator
    csv.hooks = {
      after: () =>
        Effect.map(requestCount, ({ length }) => void counts.push(length)).pipe(
          Effect.provideService(Simulator, simulator),
        ),
    }
    const { code, summary } = yield* runToEnd({
      data,
      sinks: [csv.source],
      others: [json.source],
    })
    assert.equal(code, 0)
    assert.deepEqual([...new Set(counts)], [before])
    assert.deepEqual(
      summary.filled.map(({ count, resource, sink }) => `${sink} ${resource} ${count}`),
      ["csv athlete 1", "csv activities 12", "csv streams 12"],
    )
    assert.deepEqual(summary.lacks, [])
    assert.equal((yield* streamsAsked).length, 12)
    yield* holdsAll(csv)
    assert.match(
      renderSummary(summary, "./data"),
      /csv was filled from other sinks: 1 athlete, 12 activities,\s+12 streams \(0 requests\)/,
    )
  }).pipe(simulated))

test("a sink outside of the run is not opened if nothing is missing or its identity changed", () =>
  Effect.gen(function* () {
    const { csv, data, json } = yield* withJson
    let opened = 0
    json.hooks = { open: Effect.sync(() => void opened++) }
    const other = { ...json.source, identity: "another folder" }
    const first = yield* runToEnd({ data, sinks: [csv.source], others: [other] })
    assert.equal(opened, 0)
    assert.deepEqual(
      first.summary.lacks.find(({ resource }) => resource === "streams"),
      { sink: "csv", resource: "streams", count: 12, kept: 12 },
    )
    yield* runToEnd({ data, sinks: [csv.source], others: [json.source] })
    assert.equal(opened, 1)
    yield* runToEnd({ data, sinks: [csv.source], others: [json.source] })
    assert.equal(opened, 1)
    yield* holdsAll(csv)
  }).pipe(simulated))

test("a response that changed in a run without a sink is copied to that sink later", () =>
  Effect.gen(function* () {
    const { csv, data, json } = yield* withJson
    yield* runToEnd({ data, sinks: [csv.source], others: [json.source] })
    const { world } = yield* Simulator
    const id = world.ids[0] ?? 0
    yield* world.edit(id, { name: "Another name" })
    yield* runToEnd({ data, sinks: [json.source] })
    assert.notEqual(csv.items.get(`activities/${id}`)?.text, world.summaryText(id))
    const { summary } = yield* runToEnd({ data, sinks: [csv.source], others: [json.source] })
    assert.deepEqual(summary.filled, [{ sink: "csv", resource: "activities", count: 1 }])
    yield* holdsAll(csv)
  }).pipe(simulated))

test("if no other sink has the responses, they are fetched only with --backfill", () =>
  Effect.gen(function* () {
    const data = yield* runFolder
    const csv = memorySink("csv")
    const json = memorySink("json")
    yield* runToEnd({ data, sinks: [csv.source] })
    const waiting = yield* runToEnd({ data, sinks: [json.source, csv.source] })
    assert.equal((yield* streamsAsked).length, 12)
    assert.deepEqual(
      waiting.summary.lacks.find(({ resource }) => resource === "streams"),
      { sink: "json", resource: "streams", count: 12, kept: 0 },
    )
    assert.match(
      renderSummary(waiting.summary, "../else where"),
      /has:\n {4}11 activities, 12 streams\n {4}Fetch it again, for 14 requests or more, done within[^]*:\n.*--data '..\/else where' --sink json --backfill/,
    )
    const wanted = {
      data,
      sinks: [json.source, csv.source],
      options: { backfill: true },
    }
    const { summary } = yield* runToEnd(wanted)
    assert.equal((yield* streamsAsked).length, 24)
    assert.deepEqual(summary.lacks, [])
    yield* holdsAll(json)
    yield* runToEnd(wanted)
    assert.equal((yield* streamsAsked).length, 24)
  }).pipe(simulated))

test("a sink that fails while it is filled is filled by the next run, and nothing is fetched again", () =>
  Effect.gen(function* () {
    const { csv, data, json } = yield* withJson
    const detail = "no space left"
    csv.hooks = {
      before: ({ resource }) =>
        resource === "streams"
          ? Effect.fail(new SinkError({ sink: "csv", reason: "disk", detail }))
          : Effect.void,
    }
    const setup = { data, sinks: [csv.source], others: [json.source] }
    assert.equal((yield* runToEnd(setup)).code, 74)
    csv.hooks = {}
    assert.equal((yield* runToEnd(setup)).code, 0)
    assert.equal((yield* streamsAsked).length, 12)
    yield* holdsAll(csv)
  }).pipe(simulated))

test("a sink that is down is filled by the next run after it is back, and nothing is fetched again", () =>
  Effect.gen(function* () {
    const { csv, data, json } = yield* withJson
    csv.hooks = { open: Effect.fail(unreachable("csv")) }
    const setup = { data, sinks: [json.source, csv.source] }
    const { summary } = yield* runToEnd(setup)
    assert.deepEqual(summary.filled, [])
    csv.hooks = {}
    assert.equal((yield* runToEnd(setup)).code, 0)
    assert.equal((yield* streamsAsked).length, 12)
    yield* holdsAll(csv)
  }).pipe(simulated))

test("items that one sink refused are delivered to a sink that is added later", () =>
  Effect.gen(function* () {
    const data = yield* runFolder
    const json = memorySink("json")
    const postgres = memorySink("postgres", [])
    postgres.hooks = { refuses: ({ resource }) => resource === "streams" }
    yield* runToEnd({ data, sinks: [json.source, postgres.source] })
    const csv = memorySink("csv")
    yield* runToEnd({ data, sinks: [csv.source], others: [json.source] })
    yield* holdsAll(csv)
  }).pipe(simulated))

for (
  const [what, status] of [["no longer has them", 404], ["fails to return them", 500]] as const
) {
  test(`a sink is filled with older streams if Strava ${what}`, () =>
    Effect.gen(function* () {
      const { csv, data, json } = yield* withJson
      const { fault, world } = yield* Simulator
      const [id = 0] = world.ids
      yield* world.edit(id, { distance: 1234.5 })
      yield* fault({ path: `/activities/${id}/streams`, response: { _tag: "Status", status } })
      yield* TestClock.adjust("1 day")
      yield* runToEnd({ data, sinks: [json.source] })
      yield* runToEnd({ data, sinks: [json.source, csv.source] })
      const streams = ({ items }: MemorySink) =>
        [...items.keys()].filter((key) => key.startsWith("streams/")).sort()
      assert.deepEqual(streams(csv), streams(json))
    }).pipe(simulated))
}

test("a resource that was turned off after an edit is filled from the other sink", () =>
  Effect.gen(function* () {
    const json = memorySink("json")
    const csv = memorySink("csv")
    const base = { data: yield* runFolder, last: "everything" } as const
    const { world } = yield* Simulator
    yield* runToEnd({ ...base, sinks: [json.source], options: { turnOn: ["details"] } })
    yield* world.edit(world.ids[0] ?? 0, { distance: 1234.5 })
    yield* TestClock.adjust("1 day")
    yield* runToEnd({ ...base, sinks: [json.source], options: { turnOff: ["details"] } })
    yield* runToEnd({ ...base, sinks: [json.source, csv.source] })
    const details = [...csv.items.keys()].filter((key) => key.startsWith("details/"))
    assert.equal(details.length, 12)
  }).pipe(simulated))
