/** Sinks, or a state file, that are older or newer than the last run. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { verifyCode } from "../../pipeline/verify/verdict.ts"
import { type Finished, finished, makeTest } from "../verify/fixture.ts"
import { restoreState, runSetup, stateBytes } from "./lost.ts"

const test = makeTest()

const renamed = Effect.fnUntraced(function* (folder: Finished) {
  const { world } = yield* Simulator
  yield* world.edit(world.ids[0] ?? 0, { name: "Another name" })
  const { code } = yield* runSetup({ data: folder.data, sinks: folder.sinks })
  assert.equal(code, 0)
})

/** The next run needs only the requests of the profile and the list, and every sink is complete. */
const isWhole = Effect.fnUntraced(function* (folder: Finished) {
  const found = yield* runSetup({ data: folder.data, sinks: folder.sinks })
  assert.equal(found.code, 0)
  assert.equal(found.requests, 2)
  const report = yield* folder.look()
  assert.deepEqual(report.differences, [])
  assert.equal(verifyCode(report), 0)
  assert.ok(report.parts.every(({ lacking }) => lacking === 0))
  const again = yield* runSetup({ data: folder.data, sinks: folder.sinks })
  assert.equal(again.notes, "")
  return found.notes
})

const tables = ["athletes", "activities", "streams", "paceline_writer", "paceline_lease"]

test("an older dump with as many rows is detected, and updated from another sink", () =>
  Effect.gen(function* () {
    const folder = yield* finished()
    const { sql } = folder
    for (const name of tables) {
      yield* sql.unsafe(`create table public.${name} as select * from strava.${name}`).unprepared
    }
    yield* renamed(folder)
    for (const name of tables) {
      yield* sql.unsafe(`delete from strava.${name}`).unprepared
      yield* sql.unsafe(`insert into strava.${name} select * from public.${name}`).unprepared
      yield* sql.unsafe(`drop table public.${name}`).unprepared
    }
    assert.match(yield* isWhole(folder), /postgres in .* is older than the last run/)
  }))

for (const sink of ["json", "csv"] as const) {
  test(`an older copy of the folder of ${sink} is detected, and updated from another sink`, () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const folder = yield* finished()
      const copy = `${folder.data}/copy`
      yield* fs.copy(folder.file(sink), copy)
      yield* renamed(folder)
      yield* fs.remove(folder.file(sink), { recursive: true })
      yield* fs.rename(copy, folder.file(sink))
      const notes = yield* isWhole(folder)
      assert.match(notes, new RegExp(`${sink} in .* is older than the last run`))
    }))
}

test("a state file that was restored with its folder adopts the items of a newer sink", () =>
  Effect.gen(function* () {
    const folder = yield* finished()
    const files = stateBytes(folder.data)
    const { world } = yield* Simulator
    yield* world.add({
      start: (yield* Effect.clockWith((clock) => clock.currentTimeMillis)) - 3.6e6,
    })
    const first = yield* runSetup({ data: folder.data, sinks: folder.sinks })
    assert.equal(first.streams.length, 1)
    restoreState(folder.data, files)
    const { code, notes, streams } = yield* runSetup({ data: folder.data, sinks: folder.sinks })
    assert.equal(code, 0)
    assert.deepEqual(streams, [])
    assert.match(notes, /was changed by another program since the last run/)
    yield* isWhole(folder)
  }))

test("a folder with files of another athlete stays unchanged, and the other sinks continue", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const folder = yield* finished()
    const profile = folder.file("json", "athlete.json")
    const own = yield* fs.readFileString(profile)
    yield* fs.writeFileString(profile, own.replace(/"id":\s*\d+/, `"id":1`))
    const { world } = yield* Simulator
    yield* world.edit(world.ids[0] ?? 0, { name: "Another name" })
    const before = yield* fs.readFileString(folder.file("json", "activities.ndjson"))
    const other = yield* folder.run()
    assert.equal(other.code, 74)
    assert.match(
      other.summary.sinks.find(({ sink }) => sink === "json")?.error ?? "",
      /holds the files of athlete 1, not of \d+\. Nothing in it was changed/,
    )
    assert.equal(yield* fs.readFileString(folder.file("json", "activities.ndjson")), before)
    yield* fs.writeFileString(profile, own)
    assert.equal((yield* folder.run()).code, 0)
    assert.deepEqual((yield* folder.look()).differences, [])
  }))

test("a run without deliveries does not touch the folders of files", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const folder = yield* finished(["json", "csv"])
    yield* folder.run()
    const mark = fs.readFileString(folder.file("json", ".paceline"))
    const before = yield* mark
    yield* folder.run()
    assert.equal(yield* mark, before)
  }))
