/** Sinks and files next to the state file that others changed, and the recovery in the next run. */
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import type { Item } from "../../schemas/Item.ts"
import { SinkError } from "../../sinks/Sink.ts"
import type { MemorySink } from "../delivery/MemorySink.ts"
import { test } from "../testing.ts"
import { cell, missingIn, prepared, restoreState, runSetup, simulatedActivities } from "./lost.ts"

const list = 2

const firstStreams = ({ items }: MemorySink): Item =>
  [...items.values()].find(({ resource }) => resource === "streams")!

/** Cuts a response as an interrupted copy does, with a later time than the response. */
const cutOff = ({ items }: MemorySink, item: Item) => {
  const text = item.text.slice(0, item.text.length >> 1)
  const hash = createHash("sha256").update(text).digest("hex")
  const fetchedAt = item.fetchedAt + 60_000
  items.set(`streams/${item.id}`, { ...item, text, hash, fetchedAt })
}

test("a rebuilt ledger ignores half a file if another sink has the whole response", () =>
  Effect.gen(function* () {
    const { data, json, postgres, setup } = yield* prepared
    cutOff(json, firstStreams(json))
    restoreState(data, new Map())
    const { code, streams } = yield* runSetup({ ...setup, rebuild: true })
    assert.deepEqual([code, streams.includes(Number(firstStreams(json).id))], [0, false])
    for (const sink of [json, postgres]) assert.deepEqual(yield* missingIn(sink), [])
  }).pipe(simulatedActivities()))

test("a rebuilt ledger fetches a response again if only half a file is left", () =>
  Effect.gen(function* () {
    const { data, json, postgres, setup } = yield* prepared
    const item = firstStreams(json)
    cutOff(json, item)
    postgres.items.delete(`streams/${item.id}`)
    restoreState(data, new Map())
    const { code, streams } = yield* runSetup({ ...setup, rebuild: true })
    assert.deepEqual([code, streams.includes(Number(item.id))], [0, true])
    for (const sink of [json, postgres]) assert.deepEqual(yield* missingIn(sink), [])
  }).pipe(simulatedActivities()))

test("a removed sink is rebuilt from the others, with a note", () =>
  Effect.gen(function* () {
    const { json, postgres, setup } = yield* prepared
    postgres.items.clear()
    const { code, notes, requests } = yield* runSetup(setup)
    assert.deepEqual([code, requests], [0, list])
    assert.match(
      notes,
      /The postgres sink in memory was removed\. It is rebuilt from the other sinks\./,
    )
    for (const sink of [json, postgres]) assert.deepEqual(yield* missingIn(sink), [])
    yield* TestClock.adjust("2 hours")
    assert.equal((yield* runSetup(setup)).notes, "")
  }).pipe(simulatedActivities()))

test("a busy sink that must be read for the recovery ends the run with 75", () =>
  Effect.gen(function* () {
    const { data, postgres, setup } = yield* prepared
    Deno.removeSync(`${data}/state.db`)
    postgres.hooks = {
      open: Effect.fail(
        new SinkError({ sink: "postgres", reason: "busy", detail: "another run is writing" }),
      ),
    }
    const { code, requests } = yield* runSetup(setup)
    assert.deepEqual([code, requests], [75, 0])
  }).pipe(simulatedActivities()))

test("an epoch mark with an impossible number is damage, and stops no run", () =>
  Effect.gen(function* () {
    const { data, setup } = yield* prepared
    const path = `${data}/state.epoch`
    const text = Deno.readTextFileSync(path)
    Deno.writeTextFileSync(path, text.replace(/"epoch":\d+/, `"epoch":${Number.MAX_SAFE_INTEGER}`))
    assert.equal((yield* runSetup(setup)).code, 0)
    yield* TestClock.adjust("2 hours")
    assert.equal((yield* runSetup(setup)).code, 0)
    assert.ok(Number(cell(data, "select max(epoch) from run")) < 10)
  }).pipe(simulatedActivities()))
