/** Verification and repair of a folder with both sources: imported items, and responses of the API. */
import { Effect, FileSystem } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { verifyCode } from "../../pipeline/verify/verdict.ts"
import { importAll, type ImportedRow } from "../export/merge/importedRows.ts"
import { type Finished, finished, makeTest } from "./fixture.ts"

const test = makeTest()

/** Activities that only the export has. */
const imported = [101, 102, 103, 104, 105, 106, 107, 108]

/** Returns rows of an export, each with a file. */
const rowsOf = (ids: ReadonlyArray<number>) =>
  Effect.map(Simulator, ({ world }) =>
    ids.map((id): ImportedRow => ({
      id,
      athlete: world.athleteId,
      start: Date.UTC(2020, 0, id),
      exported: Date.UTC(2026, 0, 1),
      points: 3,
    })))

/** Returns a folder with activities of the API, and others that were imported. */
const mixed = Effect.gen(function* () {
  const folder = yield* finished()
  yield* importAll(folder.data, folder.sinks, yield* rowsOf(imported))
  return folder
})

const namesOf = (
  found: ReadonlyArray<{ readonly sink: string; readonly resource: string; readonly id: string }>,
) => found.map(({ id, resource, sink }) => `${sink} ${resource} ${id}`).toSorted()

/** Replaces a text in the line of an item. */
const editLine =
  (parts: ReadonlyArray<string>, id: number, found: string | RegExp, instead: string) =>
  ({ change }: Finished) =>
    change(parts, (text) => {
      const changed = text.split("\n").map((line) =>
        line.startsWith(`${id},`) || new RegExp(`^{"(activity_)?id":${id},`).test(line)
          ? line.replace(found, instead)
          : line
      ).join("\n")
      assert.notEqual(changed, text)
      return changed
    })

const statement = (text: string) => ({ sql }: Finished) => sql.unsafe(text)

/** Damage to imported items, by the item that is damaged. */
const damages: Readonly<Record<string, (folder: Finished) => Effect.Effect<unknown, unknown>>> = {
  "csv activities 101": editLine(["csv", "activities.csv"], 101, "export", "api"),
  "csv export 102": editLine(["csv", "export.csv"], 102, /^102,.*/, "102,other.zip"),
  "csv streams 103": ({ change }) =>
    change(["csv", "streams", "103.csv"], (text) => text.replace(/export(?=\n$)/, "api")),
  "json activities 104": editLine(["json", "activities.ndjson"], 104, ',"source":"export"', ""),
  "json export 105": editLine(["json", "export.ndjson"], 105, "export.zip", "other.zip"),
  "json streams 106": ({ change }) =>
    change(["json", "streams", "106.json"], (text) => text.replace(',"source":"export"', "")),
  "postgres activities 107": statement(
    "update strava.activities set source = 'api' where id = 107",
  ),
  "postgres export 101": statement(
    "update strava.export set source = 'mine' where activity_id = 101",
  ),
  "postgres export 102": statement("delete from strava.export where activity_id = 102"),
  "postgres streams 108": statement(
    "update strava.streams set source = 'api' where activity_id = 108",
  ),
}

test("imported items are proven in each sink, and are not read again", () =>
  Effect.gen(function* () {
    const { asked, look, lookAgain } = yield* mixed
    const report = yield* look()
    assert.deepEqual(report.differences, [])
    assert.deepEqual([report.unknown, report.oddities, report.uneven], [[], [], []])
    assert.equal(verifyCode(report), 0)
    const expected = { activities: 20, streams: 20, export: 8 }
    for (const [resource, count] of Object.entries(expected)) {
      const parts = report.parts.filter((part) => part.resource === resource)
      assert.deepEqual(parts.map(({ compared }) => compared), [count, count, count], resource)
    }
    // Files that were just written are read again.
    yield* TestClock.setTime(Date.now() + 3_600_000)
    yield* lookAgain()
    const { parts } = yield* lookAgain()
    assert.deepEqual(parts.filter(({ compared, unchanged }) => unchanged !== compared), [])
    assert.deepEqual(yield* asked, [])
  }))

test("damage to imported items and to their source is named, and repaired without a request", () =>
  Effect.gen(function* () {
    const folder = yield* mixed
    yield* folder.lookAgain()
    for (const damage of Object.values(damages)) yield* damage(folder)
    const expected = Object.keys(damages).toSorted()
    assert.deepEqual(namesOf((yield* folder.look()).differences), expected)
    assert.deepEqual(namesOf((yield* folder.lookAgain()).differences), expected)
    const repaired = yield* folder.repair()
    assert.deepEqual([repaired.differences, repaired.repair?.lost], [[], []])
    assert.equal(repaired.repair?.restored, expected.length)
    assert.equal(verifyCode(yield* folder.look()), 0)
    assert.deepEqual(yield* folder.asked, [])
  }))

test("rows of the export that a sink lost come from another one", () =>
  Effect.gen(function* () {
    const folder = yield* mixed
    const { asked, file, look, repair } = folder
    const fs = yield* FileSystem.FileSystem
    const before = yield* fs.readFileString(file("json", "export.ndjson"))
    yield* fs.remove(file("json", "export.ndjson"))
    yield* fs.remove(file("csv", "export.csv"))
    assert.equal((yield* look()).differences.length, 2 * imported.length)
    assert.deepEqual((yield* repair()).differences, [])
    assert.equal(yield* fs.readFileString(file("json", "export.ndjson")), before)
    assert.deepEqual(yield* asked, [])
  }))

test("a sink that was added after an import is filled from another one", () =>
  Effect.gen(function* () {
    const folder = yield* finished(["json", "postgres"])
    const { every, look, repair, sinks } = folder
    yield* importAll(folder.data, sinks, yield* rowsOf(imported))
    const before = yield* look(every)
    assert.deepEqual(
      before.parts.filter(({ lacking }) => lacking > 0).map(({ lacking, resource, sink }) =>
        `${sink} ${resource} ${lacking}`
      ),
      ["csv athlete 1", "csv activities 20", "csv streams 20", "csv export 8"],
    )
    yield* repair(every)
    const after = yield* look(every)
    assert.deepEqual(after.differences, [])
    assert.deepEqual(after.parts.filter(({ lacking }) => lacking > 0), [])
    const table = yield* FileSystem.FileSystem.use((fs) =>
      fs.readFileString(folder.file("csv", "activities.csv"))
    )
    assert.deepEqual([table.match(/,api\b/g)?.length, table.match(/,export\b/g)?.length], [12, 8])
    assert.deepEqual(yield* folder.asked, [])
  }))

test("original files that are unchanged since they were verified are not read again", () =>
  Effect.gen(function* () {
    const folder = yield* finished()
    const fs = yield* FileSystem.FileSystem
    yield* fs.makeDirectory(folder.file("originals"))
    const rows = (yield* rowsOf([101, 102, 103])).map((row) => ({
      ...row,
      // Of the letter x.
      ...(row.id < 103 && { crc32: "8cdc1683" }),
    }))
    for (const id of [101, 102]) {
      yield* fs.writeFileString(folder.file("originals", `${id}.fit.gz`), "x")
    }
    yield* importAll(folder.data, folder.sinks, rows)
    yield* TestClock.setTime(Date.now() + 3_600_000)
    const first = (yield* folder.lookAgain()).originals
    assert.deepEqual([first?.expected, first?.intact, first?.unchanged], [2, 2, 0])
    const second = (yield* folder.lookAgain()).originals
    assert.deepEqual([second?.expected, second?.intact, second?.unchanged], [2, 2, 2])
    // Without a sink that keeps the rows of the export, nothing is known of the files.
    const csv = folder.sinks.filter(({ name }) => name === "csv")
    assert.equal((yield* folder.lookAgain(csv)).originals, undefined)
    assert.equal((yield* folder.lookAgain()).originals?.unchanged, 2)
    yield* TestClock.adjust("1 hour")
    assert.equal((yield* folder.lookAgain(folder.sinks, { full: true })).originals?.unchanged, 0)

    yield* fs.writeFileString(folder.file("originals", "101.fit.gz"), "y")
    const changed = yield* folder.lookAgain()
    assert.deepEqual(changed.originals?.problems, [
      { id: "101", name: "101.fit.gz", detail: "was changed: its checksum differs" },
    ])
    assert.deepEqual([verifyCode(changed), changed.originals.unchanged], [2, 1])
    const repaired = yield* folder.repair()
    assert.deepEqual([verifyCode(repaired), repaired.originals?.problems.length], [2, 1])
  }))

test("a table of an earlier version, without sources, is no difference until it is written again", () =>
  Effect.gen(function* () {
    const folder = yield* finished()
    const fs = yield* FileSystem.FileSystem
    const table = folder.file("csv", "activities.csv")
    const withSources = yield* fs.readFileString(table)
    assert.equal(withSources.match(/\bapi\b/g)?.length, 12)
    for (const name of ["activities.csv", "athlete.csv"]) {
      yield* folder.change(
        ["csv", name],
        (text) => text.replaceAll(/\b(api|source)\b/g, "#").replaceAll(/,#/g, ""),
      )
    }
    assert.doesNotMatch(yield* fs.readFileString(folder.file("csv", "athlete.csv")), /,source\b/)
    assert.deepEqual((yield* folder.look()).differences, [])
    yield* folder.change(["csv", "athlete.csv"], (text) => text.replace("Mara", "Mary"))
    assert.equal((yield* folder.look()).differences.length, 1)
    yield* folder.change(["csv", "athlete.csv"], (text) => text.replace("Mary", "Mara"))
    yield* importAll(folder.data, folder.sinks, yield* rowsOf([101]))
    const [header, ...rows] = (yield* fs.readFileString(table)).trimEnd().split("\n")
    const at = header?.split(",").indexOf("source") ?? -1
    assert.ok(at > 0)
    assert.equal(rows.filter((row) => /,api\b/.test(row)).length, 12)
    assert.equal(rows.filter((row) => row.startsWith("101,") && /,export\b/.test(row)).length, 1)
    assert.deepEqual((yield* folder.look()).differences, [])
  }))
