/** Recovery of a state file that is lost, damaged or older, and its cost in requests. */
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { AthleteId } from "../../schemas/Athlete.ts"
import { itemFrom } from "../../schemas/json/ParsedItem.ts"
import { StateFile } from "../../pipeline/state/StateFile.ts"
import { Failpoints } from "../../sinks/failpoints.ts"
import { SinkError } from "../../sinks/Sink.ts"
import { memorySink } from "../delivery/MemorySink.ts"
import { holdsAll, leastRequests } from "../pipeline/model.ts"
import { runStart } from "../pipeline/running.ts"
import { test } from "../testing.ts"
import {
  add,
  cell,
  down,
  edit,
  missingIn,
  prepared,
  restoreState,
  runSetup,
  simulatedActivities,
  stateBytes,
} from "./lost.ts"

const remove = (data: string, ...names: ReadonlyArray<string>) => {
  for (const name of names) Deno.removeSync(`${data}/${name}`)
}

/** Number of requests of a run that finds nothing new: one page of the list, and the empty one. */
const list = 2

const damages: Readonly<Record<string, (bytes: Uint8Array<ArrayBuffer>) => Uint8Array>> = {
  "is not a database": () =>
    new TextEncoder().encode("a page of text that is not a database".repeat(99)),
  "is cut": (bytes) => bytes.subarray(0, bytes.length - 5_000),
  "has a page of garbage": (bytes) => bytes.fill(0xa5, 4_096, 8_192),
  "has a broken header": (bytes) => bytes.fill(0, 0, 16),
  "is empty": () => new Uint8Array(),
  "has an impossible version": (bytes) => bytes.fill(0x7f, 60, 64),
  "has a version older than its tables": (bytes) => bytes.fill(0, 60, 64),
}

for (const [name, damage] of Object.entries(damages)) {
  test(`fault 12: a state file that ${name} is renamed, and the run needs only the requests of the list`, () =>
    Effect.gen(function* () {
      const { data, first, json, postgres, setup } = yield* prepared
      const bad = damage(first.get("state.db")!.slice()).slice()
      Deno.writeFileSync(`${data}/state.db`, bad)
      const { code, notes, requests, streams } = yield* runSetup(setup)
      assert.equal(code, 0)
      assert.deepEqual([requests, streams], [list, []])
      assert.match(
        notes,
        /damaged: .* It was renamed to .*\. The backup of the last run was restored\./,
      )
      const aside = [...stateBytes(data)].filter(([name]) => name.startsWith("state.db.damaged-"))
      assert.deepEqual(aside.map(([, bytes]) => bytes), [bad])
      for (const sink of [json, postgres]) assert.deepEqual(yield* missingIn(sink), [])
      yield* TestClock.adjust("2 hours")
      const next = yield* runSetup(setup)
      assert.deepEqual([next.code, next.requests, next.notes], [0, list, ""])
    }).pipe(simulatedActivities()))
}

test("fault 12: a missing state file is restored from its backup", () =>
  Effect.gen(function* () {
    const { data, json, setup } = yield* prepared
    remove(data, "state.db")
    const { code, notes, requests } = yield* runSetup(setup)
    assert.deepEqual([code, requests], [0, list])
    assert.match(notes, /is missing\. The backup of the last run was restored\./)
    yield* holdsAll(json)
  }).pipe(simulatedActivities()))

test("fault 12: items that sinks wrote after the backup are adopted, and not fetched again", () =>
  Effect.gen(function* () {
    const { data, first, json, postgres, setup } = yield* prepared
    const { world } = yield* Simulator
    yield* add(5)
    yield* world.edit(world.ids[5] ?? 0, { name: "Another name" })
    postgres.hooks = { open: down }
    assert.equal((yield* runSetup(setup)).code, 69)
    assert.deepEqual(yield* missingIn(json), [])
    postgres.hooks = {}
    restoreState(data, first)
    remove(data, "state.db")
    yield* TestClock.adjust("2 hours")
    const { code, notes, streams } = yield* runSetup(setup)
    assert.deepEqual([code, streams], [0, []])
    assert.match(notes, /Adopted from the sinks: 6 activities, \d streams\./)
    for (const sink of [json, postgres]) assert.deepEqual(yield* missingIn(sink), [])
  }).pipe(simulatedActivities()))

test("fault 12: without a state file and a backup, a run stops with 65 and names the cost of a rebuild", () =>
  Effect.gen(function* () {
    const { data, first, json, postgres, setup } = yield* prepared
    restoreState(data, new Map([["state.db", new Uint8Array(9_000).fill(7)]]))
    const before = stateBytes(data)
    const stopped = yield* runSetup(setup)
    assert.deepEqual([stopped.code, stopped.requests], [65, 0])
    const { world } = yield* Simulator
    const streams = [...json.items.keys()].filter((key) => key.startsWith("streams/")).length
    assert.match(
      stopped.message,
      new RegExp(
        `0 requests for the ${world.size} activities and ${streams} streams in memory; ` +
          `at least 2 requests to fetch the list again`,
      ),
    )
    assert.match(stopped.message, /--rebuild-state/)
    assert.deepEqual(stateBytes(data), before)

    const rebuilt = yield* runSetup({ ...setup, rebuild: true })
    const absent = world.outlines.filter(({ id, manual }) =>
      !manual && !json.items.has(`streams/${id}`)
    ).map(({ id }) => id)
    assert.equal(rebuilt.code, 0, rebuilt.message)
    assert.deepEqual(rebuilt.streams.toSorted(), absent.toSorted())
    assert.equal(rebuilt.requests, list + absent.length)
    for (const sink of [json, postgres]) assert.deepEqual(yield* missingIn(sink), [])
    assert.ok(first.size > 0)
    yield* TestClock.adjust("2 hours")
    const next = yield* runSetup(setup)
    assert.deepEqual([next.code, next.requests, next.notes], [0, list, ""])
  }).pipe(simulatedActivities()))

test("fault 12: sinks with data but without a state file are not overwritten silently", () =>
  Effect.gen(function* () {
    const { data, json, setup } = yield* prepared
    restoreState(data, new Map())
    const { code, message, requests } = yield* runSetup(setup)
    assert.deepEqual([code, requests], [65, 0])
    assert.match(message, /is missing, and there is no backup/)
    assert.deepEqual([...stateBytes(data).keys()].filter((name) => name !== "state.lock"), [])
    assert.equal((yield* runSetup({ ...setup, rebuild: true })).code, 0)
    yield* holdsAll(json)
  }).pipe(simulatedActivities()))

test("fault 12: a rebuilt ledger copies what a sink lacks from another sink", () =>
  Effect.gen(function* () {
    const { data, json, postgres, setup } = yield* prepared
    const keys = [...postgres.items.keys()]
    for (const key of keys.filter((_, i) => i % 3 === 0)) postgres.items.delete(key)
    for (const key of keys.filter((_, i) => i % 3 === 1)) json.items.delete(key)
    restoreState(data, new Map())
    const { code } = yield* runSetup({ ...setup, rebuild: true })
    assert.equal(code, 0)
    for (const sink of [json, postgres]) assert.deepEqual(yield* missingIn(sink), [])
  }).pipe(simulatedActivities()))

test("fault 12: an interrupted recovery is completed by the next run", () =>
  Effect.gen(function* () {
    const { data, json, postgres, setup } = yield* prepared
    remove(data, "state.db")
    postgres.hooks = { open: down }
    const stopped = yield* runSetup(setup)
    assert.deepEqual([stopped.code, stopped.requests], [69, 0])
    assert.match(stopped.message, /No request was sent to Strava/)
    postgres.hooks = {}
    const { code, requests } = yield* runSetup(setup)
    assert.deepEqual([code, requests], [0, list])
    for (const sink of [json, postgres]) assert.deepEqual(yield* missingIn(sink), [])
  }).pipe(simulatedActivities()))

test("fault 12: a sink that was left out of the recovery is read when it is back", () =>
  Effect.gen(function* () {
    const { data, json, postgres, setup } = yield* prepared
    const { world } = yield* Simulator
    yield* world.edit(world.ids[0] ?? 0, { name: "Another name" })
    const before = stateBytes(data)
    assert.equal((yield* runSetup(setup)).code, 0)
    restoreState(data, before)
    remove(data, "state.db")
    assert.equal((yield* runSetup({ ...setup, sinks: [json.source] })).code, 0)
    postgres.items.delete(`streams/${world.ids.find((id) => postgres.items.has(`streams/${id}`))}`)
    const { code, streams } = yield* runSetup(setup)
    assert.deepEqual([code, streams], [0, []])
    for (const sink of [json, postgres]) assert.deepEqual(yield* missingIn(sink), [])
  }).pipe(simulatedActivities()))

test("fault 13: an older state file overwrites nothing newer", () =>
  Effect.gen(function* () {
    const { data, json, postgres, setup } = yield* prepared
    const { world } = yield* Simulator
    const id = world.ids[0] ?? 0
    yield* world.edit(id, { name: "The second name" })
    postgres.hooks = { open: down }
    assert.equal((yield* runSetup(setup)).code, 69)
    const yesterday = stateBytes(data)
    assert.equal(cell(data, "select count(*) from pending"), 1)
    postgres.hooks = {}
    yield* TestClock.adjust("1 day")
    yield* world.edit(id, { name: "The third name" })
    yield* add(3)
    assert.equal((yield* runSetup(setup)).code, 0)
    yield* TestClock.adjust("2 hours")
    Deno.writeFileSync(`${data}/state.db`, yesterday.get("state.db")!)

    const sofar = [json.writes.length, postgres.writes.length]
    const only = yield* runSetup({ ...setup, selected: () => false })
    assert.match(only.notes, /The state file is older than the last run/)
    assert.deepEqual([json.writes.length, postgres.writes.length], sofar)
    for (const sink of [json, postgres]) assert.deepEqual(yield* missingIn(sink), [])
    const { code, streams } = yield* runSetup(setup)
    assert.deepEqual([code, streams], [0, []])
    for (const sink of [json, postgres]) assert.deepEqual(yield* missingIn(sink), [])
  }).pipe(simulatedActivities()))

test("fault 13: the state file of another directory is compared with the sinks before use", () =>
  Effect.gen(function* () {
    const { data, json, setup } = yield* prepared
    edit(data, "update meta set value = 'another' where key = 'pipeline_id'")
    json.items.delete(`athlete/${(yield* Simulator).world.athleteId}`)
    const { code, notes } = yield* runSetup(setup)
    assert.equal(code, 0)
    assert.match(notes, /older than the last run, or belongs to another data directory/)
    yield* holdsAll(json)
  }).pipe(simulatedActivities()))

test("fault 12: a change that SQLite cannot detect is detected, and repaired from the sinks", () =>
  Effect.gen(function* () {
    const { data, json, postgres, setup } = yield* prepared
    const { world } = yield* Simulator
    const id = world.ids.find((id) => json.items.has(`streams/${id}`))
    edit(
      data,
      `update item set hash = 'f' || substr(hash, 2) where resource = 'streams';
       update landed set hash = 'e' || substr(hash, 2) where sink = 'json' and id = '${id}';
       update item set id = '99' where resource = 'streams' and id = '${id}';
       update quota set used = 1e15, cap = 0;
       update cursor set value = '{' where stage = 'activities';
       update meta set value = 'x' where key = 'clock'`,
    )
    const { code, notes, requests, streams } = yield* runSetup(setup)
    assert.deepEqual([code, requests, streams], [0, list, []])
    assert.match(notes, /Another program has changed the state file/)
    for (const sink of [json, postgres]) assert.deepEqual(yield* missingIn(sink), [])
    assert.equal(
      cell(data, `select count(*) from item where resource = 'streams' and status = 'listed'`),
      0,
    )
  }).pipe(simulatedActivities()))

test("fault 12: a detected change is still known after the run is killed at its start", () =>
  Effect.gen(function* () {
    const { data, json, setup } = yield* prepared
    edit(data, `update item set hash = 'f' || substr(hash, 2) where resource = 'streams'`)
    const killed = yield* runSetup(setup).pipe(
      Effect.provideService(Failpoints, (name) => {
        if (name === "state.opened") throw new Error("killed")
      }),
    )
    assert.notEqual(killed.code, 0)
    const { code, notes, streams } = yield* runSetup(setup)
    assert.deepEqual([code, streams], [0, []])
    assert.match(notes, /Another program has changed the state file/)
    assert.deepEqual(yield* missingIn(json), [])
  }).pipe(simulatedActivities()))

test("data of another athlete in a shared database is not adopted", () =>
  Effect.gen(function* () {
    const { data, json, postgres, setup } = yield* prepared
    const { world } = yield* Simulator
    const other = AthleteId.make(1)
    const theirs = { athlete: other }
    const list = `{"id":77,"athlete":{"id":1},"name":"x","start_date":"2026-01-01T00:00:00Z"}`
    for (
      const item of [
        itemFrom({ ...theirs, resource: "athlete", id: "1" }, `{"id":1}`, runStart),
        itemFrom({ ...theirs, resource: "activities", id: "77" }, list, runStart),
        itemFrom({ ...theirs, resource: "streams", id: "77" }, `{"time":{"data":[1]}}`, runStart),
      ]
    ) postgres.items.set(`${item.resource}/${item.id}`, item)
    restoreState(data, new Map())
    const { code, message } = yield* runSetup({ ...setup, rebuild: true })
    assert.equal(code, 0, message)
    yield* holdsAll(json)
    assert.deepEqual(
      [
        cell(data, `select count(*) from item where id in ('1', '77')`),
        json.items.has("streams/77"),
      ],
      [0, false],
    )
    assert.equal(cell(data, `select min(athlete) from item`), world.athleteId)
  }).pipe(simulatedActivities()))

test("--rebuild-state keeps an intact state file and compares it with the sinks", () =>
  Effect.gen(function* () {
    const { json, setup } = yield* prepared
    const key = [...json.items.keys()].find((key) => key.startsWith("streams/")) ?? ""
    json.items.delete(key)
    const { code, notes, requests } = yield* runSetup({ ...setup, rebuild: true })
    assert.deepEqual([code, requests], [0, list])
    assert.match(notes, /is intact and was kept/)
    assert.deepEqual(yield* missingIn(json), [])
  }).pipe(simulatedActivities()))

test("a first run recovers nothing, also if a sink cannot be created", () =>
  Effect.gen(function* () {
    const { data, setup } = yield* prepared
    restoreState(data, new Map())
    const fresh = memorySink("json")
    const other = memorySink("postgres", [])
    other.hooks = { open: down }
    const { world } = yield* Simulator
    const { code, notes, requests } = yield* runSetup({
      ...setup,
      sinks: [fresh.source, other.source],
    })
    assert.deepEqual([code, notes], [69, ""])
    assert.equal(requests, leastRequests(world))
  }).pipe(simulatedActivities()))

test("a first run while a sink is down adopts the items of that sink once it is back", () =>
  Effect.gen(function* () {
    const { data, postgres, setup } = yield* prepared
    restoreState(data, new Map())
    const json = memorySink("json")
    postgres.hooks = { open: down }
    const both = { ...setup, sinks: [json.source, postgres.source] }
    const list = { ...both, selected: (stage: string) => stage !== "streams" }
    assert.equal((yield* runSetup(list)).code, 69)
    postgres.hooks = {}
    yield* TestClock.adjust("2 hours")
    const { code, notes, streams } = yield* runSetup(both)
    assert.deepEqual([code, streams], [0, []])
    assert.match(notes, /Adopted from the sinks/)
    assert.deepEqual(yield* missingIn(json), [])
  }).pipe(simulatedActivities()))

test("the backup is renewed only after a change, also after a killed run", () =>
  Effect.gen(function* () {
    const { data, first, setup } = yield* prepared
    const copy = () => Deno.readFileSync(`${data}/state.db.prev`)
    yield* runSetup(setup)
    assert.deepEqual(copy(), first.get("state.db.prev"))
    yield* add(1)
    yield* TestClock.adjust("2 hours")
    yield* runSetup(setup)
    assert.notDeepEqual(copy(), first.get("state.db.prev"))
    Deno.writeFileSync(`${data}/state.db.prev`, first.get("state.db.prev")!)
    yield* TestClock.adjust("2 hours")
    yield* runSetup(setup)
    assert.notDeepEqual(copy(), first.get("state.db.prev"))
    assert.equal(Deno.statSync(`${data}/state.db.prev`).mode! & 0o777, 0o600)
  }).pipe(simulatedActivities()))

test("an empty state file, or one without a run, does not hide the data in the sinks", () =>
  Effect.gen(function* () {
    const { data, json, setup } = yield* prepared
    restoreState(data, new Map([["state.db", new Uint8Array()]]))
    assert.equal((yield* runSetup(setup)).code, 65)
    restoreState(data, new Map())
    // `auth` creates a state file, and has no sinks.
    yield* Effect.provide(Effect.void, StateFile.layer(data, []), { local: true })
    const { code, notes } = yield* runSetup(setup)
    assert.equal(code, 0)
    assert.match(notes, /^Adopted from the sinks: 12 activities/)
    yield* holdsAll(json)
  }).pipe(simulatedActivities()))

test("fault 17: a sink that another run writes to ends this run before its first request", () =>
  Effect.gen(function* () {
    const { postgres, setup } = yield* prepared
    const busy = new SinkError({ sink: "postgres", reason: "busy", detail: "the laptop is at it" })
    postgres.hooks = { open: busy }
    const { code, requests } = yield* runSetup(setup)
    assert.deepEqual([code, requests], [75, 0])
  }).pipe(simulatedActivities()))

test("fault 18: a sink that another run takes over ends this run, and fetched responses are kept", () =>
  Effect.gen(function* () {
    const { data, json, postgres, setup } = yield* prepared
    yield* add(60)
    const busy = new SinkError({ sink: "postgres", reason: "busy", detail: "the laptop is at it" })
    postgres.hooks = { before: () => busy }
    const stopped = yield* runSetup(setup)
    assert.equal(stopped.code, 75)
    assert.ok(stopped.requests < 60)
    assert.equal(
      cell(
        data,
        `select count(*) from item where resource = 'streams' and status = 'staged'
        and updated > 0`,
      ),
      stopped.streams.length,
    )
    postgres.hooks = {}
    assert.equal((yield* runSetup(setup)).code, 0)
    for (const sink of [json, postgres]) assert.deepEqual(yield* missingIn(sink), [])
  }).pipe(simulatedActivities()))
