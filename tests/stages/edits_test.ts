/** `--history` records which fields of activities were edited. */
import { ConfigProvider, Effect, FileSystem, Layer } from "effect"
import { Command } from "effect/cli"
import { TestClock, TestConsole } from "effect/testing"
import assert from "node:assert/strict"
import { pacelineCommand } from "../../pipeline/commands/paceline.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { differencesBetween, editsResource } from "../../pipeline/stages/lists/edits.ts"
import { declareResources } from "../../schemas/resources.ts"
import { csvSink } from "../../sinks/csv/CsvSink.ts"
import { jsonSink } from "../../sinks/json/JsonSink.ts"
import { requestCount, runFolder, runToEnd } from "../pipeline/running.ts"
import { test } from "../testing.ts"

const simulated = Effect.provide(
  Layer.fresh(Simulator.layer({ activities: 6, samples: 2, manual: 0 })),
  { local: true },
)

/** Returns a run in a folder of its own, and the rows of edits, without the times. */
const prepared = (kind: "csv only" | "json and csv") =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const data = yield* runFolder
    yield* declareResources({ [editsResource.name]: editsResource.declaration })
    const csv = csvSink(`${data}/csv`)
    const sinks = kind === "csv only" ? [csv] : [jsonSink(`${data}/json`), csv]
    const run = (history = true) => runToEnd({ data, sinks, options: { history } })
    const rows = Effect.map(
      fs.readFileString(`${data}/csv/edits.csv`),
      (text) =>
        text.trim().split("\n").slice(1)
          .map((line) => line.replace(/^[^,]*,/, "").replace(/,2026-[^,]*Z/, ""))
          .toSorted(),
    )
    return { data, fs, rows, run }
  })

test("an edit is a row with the values before and after, and costs no request", () =>
  Effect.gen(function* () {
    const { data, fs, rows, run } = yield* prepared("json and csv")
    const { world } = yield* Simulator
    const id = world.ids[0] ?? 0
    assert.equal((yield* run()).code, 0)
    assert.ok(!(yield* fs.exists(`${data}/json/edits`)))
    yield* TestClock.adjust("1 hour")
    const requests = (yield* requestCount).length
    assert.equal((yield* run()).code, 0)
    const usual = (yield* requestCount).length - requests

    yield* world.edit(id, { name: `Hills, "steep"`, kudos_count: 77, commute: true })
    yield* TestClock.adjust("1 hour")
    const before = (yield* requestCount).length
    const { code, summary } = yield* run()
    assert.equal(code, 0)
    assert.equal((yield* requestCount).length - before, usual)
    assert.equal(summary.resources["edits" as keyof typeof summary.resources]?.fresh, 2)
    assert.equal(summary.resources.activities?.changed, 1)
    const found = yield* rows
    assert.equal(found.length, 2)
    assert.match(found[0] ?? "", new RegExp(`^${id},commute,false,true(,|$)`))
    assert.match(found[1] ?? "", new RegExp(`^${id},name,[^,]+,"Hills, ""steep"""`))
    assert.equal((yield* fs.readDirectory(`${data}/json/edits`)).length, 2)

    yield* TestClock.adjust("1 hour")
    yield* run()
    yield* world.edit(id, { name: "Flat" })
    yield* TestClock.adjust("1 hour")
    yield* run(false)
    assert.equal((yield* rows).length, 2)
  }).pipe(simulated))

test("an edit of a summary that no sink stored as a response has no field", () =>
  Effect.gen(function* () {
    const { rows, run } = yield* prepared("csv only")
    const { world } = yield* Simulator
    const id = world.ids[0] ?? 0
    yield* run()
    yield* world.edit(id, { name: "Hills" })
    yield* TestClock.adjust("1 hour")
    assert.equal((yield* run()).code, 0)
    assert.deepEqual((yield* rows).map((row) => row.replace(/,+$/, "")), [String(id)])
  }).pipe(simulated))

test("verify says that a lost edit cannot be fetched again", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const data = yield* runFolder
    const { world } = yield* Simulator
    yield* Effect.scoped(Effect.gen(function* () {
      yield* declareResources({ [editsResource.name]: editsResource.declaration })
      const sinks = [jsonSink(`${data}/json`)]
      const run = runToEnd({ data, sinks, options: { history: true } })
      yield* run
      yield* world.edit(world.ids[0] ?? 0, { name: "Hills" })
      yield* TestClock.adjust("1 hour")
      yield* run
    }))
    yield* fs.remove(`${data}/json/edits`, { recursive: true })
    const verify = (...words: ReadonlyArray<string>) =>
      Command.runWith(pacelineCommand, { version: "0" })(["verify", ...words, "--data", data]).pipe(
        Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env: {} })), { local: true }),
        Effect.exit,
        Effect.andThen(TestConsole.logLines),
        Effect.map((lines) => String(lines.at(-1))),
      )
    const repaired = yield* verify("--repair")
    assert.match(repaired, /: 1 computed item lost/)
    assert.match(repaired, /1 computed item is in no sink, and no request returns them/)
    assert.doesNotMatch(repaired, /deno task pipeline|to fetch again/)
    assert.match(yield* verify(), /verified: 1 sink matches/)
  }).pipe(simulated))

test("fields are compared to the last digit, without those that others change", () =>
  Effect.sync(() => {
    const before =
      `{"id":1,"distance":12.50,"name":"a","kudos_count":1,"gone":null,"map":{"x":"1"}}`
    const after = `{"id":1,"distance":12.5,"name":"a","kudos_count":2,"new":[1],"map":{"x":"2"}}`
    assert.deepEqual(differencesBetween(before, after), [
      { field: "distance", before: "12.50", after: "12.5" },
      { field: "map", before: `{"x":"1"}`, after: `{"x":"2"}` },
      { field: "new", before: "null", after: "[1]" },
    ])
    assert.deepEqual(differencesBetween(before, before), [])
  }))
