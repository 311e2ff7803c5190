/**
 * Verification: an intact folder is proven, and each damage is named and repaired without a
 * request.
 */
import { Effect, FileSystem, Layer } from "effect"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { StateError } from "../../pipeline/state/StateError.ts"
import { StateFile } from "../../pipeline/state/StateFile.ts"
import { verifyCode } from "../../pipeline/verify/verdict.ts"
import { verifyEnding, verifyText } from "../../pipeline/output/verifyPage.ts"
import { verifyAndRepair } from "../../pipeline/verify/verify.ts"
import { registeredNames } from "../../sinks/registry.ts"
import { SinkError, Sinks } from "../../sinks/Sink.ts"
import { runToEnd } from "../pipeline/running.ts"
import { change, damages, lines, removeFile } from "./damages.ts"
import { type Finished, finished, makeTest } from "./fixture.ts"

/** Sinks that store responses. */
const keepers = ["json", "postgres"]

const test = makeTest()

const names = (
  found: ReadonlyArray<{ readonly sink: string; readonly resource: string; readonly id: string }>,
) => found.map(({ id, resource, sink }) => `${sink} ${resource} ${id}`)

test("an intact folder is proven completely, by item and by year", () =>
  Effect.gen(function* () {
    const { asked, look } = yield* finished()
    const report = yield* look()
    assert.equal(verifyCode(report), 0)
    assert.deepEqual(report.differences, [])
    assert.deepEqual(report.unknown, [])
    assert.deepEqual(report.oddities, [])
    assert.deepEqual(report.uneven, [])
    for (const { compared, expected, resource, there } of report.parts) {
      assert.equal(expected, resource === "athlete" ? 1 : 12)
      assert.equal(there, expected)
      assert.equal(compared, expected)
    }
    assert.equal(report.parts.length, 9)
    const known = report.years.filter(({ resource }) => resource === "streams")
    assert.equal(known.reduce((sum, year) => sum + year.known, 0), 12)
    for (const { known, there } of report.years) {
      assert.deepEqual(there, { json: known, csv: known, postgres: known })
    }
    assert.deepEqual(yield* asked, [])
  }))

for (const [what, each] of Object.entries(damages)) {
  test(`${what} is named, and repaired without a request`, () =>
    Effect.gen(function* () {
      const folder = yield* finished()
      const intact = yield* contents(folder)
      yield* Effect.forEach(each, (damage, i) => damage.do(folder, folder.ids[i + 1]!))
      const report = yield* folder.look()
      const expected = each.map(({ resource, sink }, i) =>
        `${sink} ${resource} ${folder.ids[i + 1]}`
      )
      assert.deepEqual(names(report.differences).toSorted(), expected.toSorted())
      for (const [i, { detail }] of each.entries()) {
        const found = report.differences.find((one) => names([one])[0] === expected[i])
        assert.match(found?.detail ?? "", detail)
      }
      assert.equal(verifyCode(report), 2)

      const mended = yield* folder.repair()
      assert.deepEqual(mended.differences, [])
      assert.deepEqual(mended.repair?.lost, [])
      assert.equal(mended.repair?.requests, 0)
      assert.equal(verifyCode(mended), 0)
      assert.deepEqual(yield* contents(folder), intact)
      assert.deepEqual(yield* folder.asked, [])
    }))
}

test("a table with broken quotes is moved aside, and written again from the other sinks", () =>
  Effect.gen(function* () {
    const folder = yield* finished(["json", "csv"])
    const intact = yield* contents(folder)
    const broken = '"never closed'
    yield* folder.change(["csv", "activities.csv"], (text) => text + broken)
    const report = yield* folder.look()
    assert.equal(report.oddities.length, 1)
    assert.match(report.oddities[0]?.detail ?? "", /cannot be read back/)
    assert.equal(report.differences.length, 12)

    const mended = yield* folder.repair()
    assert.equal(verifyCode(mended), 0)
    const [aside = ""] = mended.repair?.aside ?? []
    assert.match(aside, /^activities\.csv\.damaged-2026-11-23T\d\d-\d\d-\d\dZ$/)
    const fs = yield* FileSystem.FileSystem
    assert.ok((yield* fs.readFileString(folder.file("csv", aside))).endsWith(broken))
    assert.deepEqual(yield* contents(folder), intact)
    assert.deepEqual(yield* folder.asked, [])
  }))

test("items unknown to the state file are reported and left unchanged, also by a repair", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const { change, file, look, repair } = yield* finished(["json", "csv"])
    yield* fs.writeFileString(file("csv", "streams", "notes.txt"), "mine")
    yield* fs.writeFileString(file("json", "streams", "4711.json"), "{}")
    yield* change(["csv", "activities.csv"], (text) => `${text},total\n`)
    for (const report of [yield* look(), yield* repair()]) {
      assert.equal(verifyCode(report), 0)
      assert.deepEqual(names(report.unknown), ["json streams 4711"])
      assert.deepEqual(
        report.oddities.map(({ detail }) => detail).toSorted(),
        ["row 14 has no activity's id", "streams/notes.txt is not a file of Paceline"],
      )
    }
    assert.equal(yield* fs.readFileString(file("csv", "streams", "notes.txt")), "mine")
    assert.equal(yield* fs.readFileString(file("json", "streams", "4711.json")), "{}")
  }))

test("items that no sink has are removed from the ledger, and the next run fetches just those", () =>
  Effect.gen(function* () {
    const folder = yield* finished(["json", "csv"])
    const [, first = "", second = "", third = ""] = folder.ids
    const intact = yield* contents(folder)
    yield* removeFile("json")(folder, first)
    yield* change("json", (text) => text.replace("data", "dbta"))(folder, second)
    yield* lines("json", () => [])(folder, third)
    const mended = yield* folder.repair()
    const lost = [`json activities ${third}`, `json streams ${first}`, `json streams ${second}`]
    assert.deepEqual(names(mended.repair?.lost ?? []).toSorted(), lost.toSorted())
    assert.equal(mended.repair?.requests, 2)
    assert.equal(mended.without.listed, 2)
    assert.equal(verifyCode(mended), 2)
    assert.deepEqual(yield* folder.asked, [])

    assert.equal((yield* folder.run()).code, 0)
    const asked = yield* folder.asked
    assert.deepEqual(
      asked.filter((path) => path.includes("streams")).toSorted(),
      [first, second].map((id) => `/api/v3/activities/${id}/streams`).toSorted(),
    )
    assert.deepEqual(
      new Set(asked.filter((path) => !path.includes("streams"))),
      new Set(["/api/v3/athlete/activities"]),
    )
    assert.deepEqual(yield* contents(folder), intact)
    assert.equal(verifyCode(yield* folder.look()), 0)
  }))

test("items that two sinks lost, one with its folder, are fetched again after a repair", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const { asked, data, file, ids, look, run, sinks, sql } = yield* finished()
    yield* fs.remove(file("json", "streams"), { recursive: true })
    yield* sql`drop schema strava cascade`
    const gone = sinks.map((source) =>
      source.name === "postgres" ? { ...source, there: Effect.succeed(false) } : source
    )
    const mended = yield* verifyAndRepair(data).pipe(
      Effect.provide(
        Layer.provideMerge(StateFile.layer(data, registeredNames), Layer.succeed(Sinks, gone)),
        { local: true },
      ),
    )
    assert.equal(verifyCode(mended), 2)
    assert.equal(mended.repair?.requests, ids.length)
    assert.equal(mended.without.listed, ids.length)
    const commands = {
      pipeline: "PIPELINE",
      rebuild: "REBUILD",
      repair: "REPAIR",
      full: "FULL",
      importAgain: "IMPORT",
    }
    const said = verifyText(mended, "state.db", { commands, keepers, verbose: false })
    assert.match(said, new RegExp(`${ids.length} to fetch again[^]*next +PIPELINE`))
    assert.doesNotMatch(said, /verified|REPAIR/)
    assert.match(
      verifyEnding(mended, commands),
      new RegExp(`^${ids.length} responses .* PIPELINE$`),
    )
    assert.deepEqual(yield* asked, [])

    assert.equal((yield* run()).code, 0)
    assert.equal((yield* asked).filter((path) => path.includes("streams")).length, ids.length)
    const report = yield* look()
    assert.equal(verifyCode(report), 0)
    assert.ok(report.parts.every(({ lacking }) => lacking === 0))
  }))

test("rows without a stored response in any sink are not reported as proven", () =>
  Effect.gen(function* () {
    const folder = yield* finished(["csv"])
    const report = yield* folder.look()
    assert.equal(verifyCode(report), 0)
    const options = {
      commands: { pipeline: "", rebuild: "", repair: "", full: "", importAgain: "" },
      keepers,
      verbose: false,
    }
    const said = verifyText(report, "state.db", options)
    assert.match(said, /12 streams of csv were not compared: no sink keeps their responses/)
    assert.doesNotMatch(said, /verified:/)
    const whole = yield* (yield* finished()).look()
    assert.equal(
      verifyText(whole, "state.db", options),
      "state.db: verified: 3 sinks match the state file",
    )
  }))

test("if a sink fails during a repair, the next run completes the work without a request", () =>
  Effect.gen(function* () {
    const folder = yield* finished()
    const [, id = ""] = folder.ids
    const intact = yield* contents(folder)
    yield* removeFile("csv")(folder, id)
    const down = new SinkError({ sink: "csv", reason: "disk", detail: "the disk is full" })
    const failing = folder.sinks.map((source) =>
      source.name !== "csv" ? source : {
        ...source,
        open: Effect.map(source.open, (sink) => ({ ...sink, write: () => Effect.fail(down) })),
      }
    )
    const report = yield* folder.repair(failing)
    assert.equal(verifyCode(report), 74)
    assert.equal(report.repair?.restored, 1)
    assert.deepEqual(names(report.differences), [])
    const { sinks } = yield* folder.counts
    const samples = sinks.find(({ resource, sink }) => sink === "csv" && resource === "streams")
    assert.deepEqual([samples?.landed, samples?.pending], [11, 1])

    assert.equal((yield* folder.run()).code, 0)
    assert.deepEqual((yield* folder.asked).filter((path) => path.includes("streams")), [])
    assert.deepEqual(yield* contents(folder), intact)
    assert.equal(verifyCode(yield* folder.look()), 0)
  }))

test("a sink that was added later is filled from the others without a request", () =>
  Effect.gen(function* () {
    const { asked, every, look, repair } = yield* finished(["json"])
    const before = yield* look(every)
    assert.equal(verifyCode(before), 0)
    const lacking = before.parts.filter(({ sink }) => sink !== "json")
    assert.deepEqual(lacking.map(({ lacking }) => lacking), [1, 1, 12, 12, 12, 12])
    const after = yield* repair(every)
    assert.equal(verifyCode(after), 0)
    assert.equal(after.repair?.restored, 50)
    assert.ok(after.parts.every(({ expected, lacking }) => expected > 0 && lacking === 0))
    assert.deepEqual(yield* asked, [])
  }))

test("a sink that keeps no responses is verified also if it is the only one", () =>
  Effect.gen(function* () {
    const folder = yield* finished(["csv"])
    const [, lost = "", twice = "", gone = ""] = folder.ids
    yield* removeFile("csv")(folder, lost)
    yield* lines("csv", (line) => [line, line])(folder, twice)
    yield* lines("csv", () => [])(folder, gone)
    const report = yield* folder.look()
    assert.deepEqual(
      report.differences.map((found) => `${names([found])[0]} ${found.detail}`).toSorted(),
      [
        `csv activities ${gone} missing`,
        `csv activities ${twice} occurs twice`,
        `csv streams ${lost} missing`,
      ].toSorted(),
    )
    assert.deepEqual(report.parts.map(({ compared }) => compared), [1, 0, 0])
  }))

test("a response that a sink stored without an acknowledgment is not a difference", () =>
  Effect.gen(function* () {
    const folder = yield* finished(["json"])
    const { world } = yield* Simulator
    yield* world.edit(Number(folder.ids[0]), { name: "Renamed" })
    const down = new SinkError({ sink: "json", reason: "disk", detail: "the disk is full" })
    // The sink writes the batch but reports an error, like a crash before the acknowledgment.
    yield* folder.run(folder.sinks.map((source) => ({
      ...source,
      open: Effect.map(source.open, (sink) => ({
        ...sink,
        write: (batch) => Effect.andThen(sink.write(batch), Effect.fail(down)),
      })),
    })))
    const report = yield* folder.look()
    assert.equal(verifyCode(report), 0)
    assert.deepEqual(report.parts.map(({ expected, waiting }) => [expected, waiting]), [
      [1, 0],
      [11, 1],
      [12, 0],
    ])
  }))

test("undelivered items are shown and are not a difference", () =>
  Effect.gen(function* () {
    const { every, look, run } = yield* finished(["json"])
    const down = new SinkError({ sink: "csv", reason: "unreachable", detail: "no answer" })
    const [json, csv] = [every[0]!, every[1]!]
    yield* run([json, { ...csv, open: down }])
    const report = yield* look([json, csv])
    assert.equal(verifyCode(report), 0)
    const waiting = report.parts.filter(({ sink }) => sink === "csv")
    assert.deepEqual(waiting.map(({ expected, waiting }) => [expected, waiting]), [
      [0, 1],
      [0, 1],
      [0, 0],
    ])
  }))

test("during a run, verify takes no lock and names the run", () =>
  Effect.gen(function* () {
    const { data, look, repair } = yield* finished()
    yield* Effect.gen(function* () {
      const report = yield* look()
      assert.match(report.running ?? "", /^process \d+, started /)
      assert.deepEqual(report.differences, [])
      assert.deepEqual(
        report.sinks.map(({ sink, trouble }) => [sink, trouble?.reason]),
        [["json", undefined], ["csv", undefined], ["postgres", undefined]],
      )
      assert.equal(verifyCode(report), 0)
      const refused = yield* Effect.flip(repair())
      assert.ok(refused instanceof StateError && refused.reason === "busy")
    }).pipe(Effect.provide(StateFile.layer(data, []), { local: true }))
    assert.equal((yield* look()).running, null)
  }))

test("a database that the state file does not know proves nothing", () =>
  Effect.gen(function* () {
    const { asked, every, look, repair, sql } = yield* finished()
    const other = every.map((source) =>
      source.name === "postgres" ? { ...source, identity: "elsewhere" } : source
    )
    yield* sql`drop schema strava cascade`
    const report = yield* look(other)
    assert.equal(report.sinks[2]?.trouble?.reason, "other")
    assert.equal(verifyCode(report), 2)
    const mended = yield* repair(other)
    assert.equal(verifyCode(mended), 0)
    assert.equal(mended.repair?.restored, 25)
    assert.deepEqual(yield* asked, [])
  }))

test("a repair is not a run: the unfinished work of the previous run stays pending", () =>
  Effect.gen(function* () {
    const { counts, repair, run } = yield* finished(["json", "csv"])
    const lastRun = Effect.map(counts, ({ lastRun }) => lastRun?.exit)
    yield* repair()
    assert.equal(yield* lastRun, 0)
    const simulator = yield* Simulator
    yield* simulator.fault({ path: /page=2/, response: { _tag: "Status", status: 500 } })
    assert.equal((yield* run()).code, 69)
    yield* repair()
    assert.equal(yield* lastRun, 69)
  }))

/** Returns the files of the sinks by name, except tables that were moved aside. */
const contents = Effect.fnUntraced(function* ({ file }: Finished) {
  const fs = yield* FileSystem.FileSystem
  const all = yield* fs.readDirectory(file("."), { recursive: true })
  const ours = all.filter((name) => /^(json|csv)\/.*\.(json|ndjson|csv)$/.test(name)).toSorted()
  return yield* Effect.forEach(
    ours,
    (name) => Effect.map(fs.readFileString(file(name)), (text) => [name, text] as const),
  )
})

test("without a state file, a truncated file next to a complete row does not count, and verify exits with 2", () =>
  Effect.gen(function* () {
    const folder = yield* finished(["json", "csv"])
    const fs = yield* FileSystem.FileSystem
    const id = folder.ids[3]!
    yield* folder.change(["json", "streams", `${id}.json`], (text) => text.slice(0, 40))
    for (const name of ["state.db", "state.db.prev", "state.epoch"]) {
      yield* Effect.ignore(fs.remove(folder.file(name)))
    }
    const rebuilt = yield* runToEnd({ data: folder.data, sinks: folder.sinks, rebuild: true })
    assert.equal(rebuilt.code, 0)
    assert.deepEqual(
      (yield* folder.asked).filter((path) => path.endsWith("/streams")),
      [`/api/v3/activities/${id}/streams`],
    )
    assert.equal(verifyCode(yield* folder.look()), 0)
    yield* fs.writeFileString(folder.file("json", "streams", "77.json"), "{")
    const report = yield* folder.look()
    assert.deepEqual(names(report.unknown), ["json streams 77"])
    assert.equal(verifyCode(report), 2)
  }))
