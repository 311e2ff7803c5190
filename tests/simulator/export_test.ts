/** The simulated athlete's bulk export: tables, files, and what must never be opened. */
import { parse } from "csv-parse/sync"
import { Effect } from "effect"
import assert from "node:assert/strict"
import { gunzipSync } from "node:zlib"
import { allColumns, type ColumnCount } from "../../pipeline/simulator/export/columns.ts"
import {
  expectedFields,
  expectedSamples,
  exportedActivities,
} from "../../pipeline/simulator/export/ExportedActivity.ts"
import { type ExportFile, exportFiles } from "../../pipeline/simulator/export/exportFiles.ts"
import type { ExportOptions } from "../../pipeline/simulator/export/ExportOptions.ts"
import { tableFormat } from "../../pipeline/simulator/export/ExportTable.ts"
import { fitCrc } from "../../pipeline/simulator/export/fit/FitWriter.ts"
import { exportLanguages } from "../../pipeline/simulator/export/languages.ts"
import { exportCanary, privateFiles } from "../../pipeline/simulator/export/privateFiles.ts"
import { World } from "../../pipeline/simulator/world/World.ts"
import { test } from "../testing.ts"

const world = World.make({ activities: 60, samples: 40 })
const filesOf = (options: ExportOptions = {}): ReadonlyMap<string, ExportFile> =>
  new Map([...exportFiles(world, options)].map((file) => [file.name, file]))
const textOf = (file: ExportFile | undefined): string => new TextDecoder().decode(file?.bytes)
const rowsOf = (
  { columns = 103, language = "en" }: ExportOptions = {},
): ReadonlyArray<ReadonlyArray<string>> => {
  const { header, row } = tableFormat(language, columns, false)
  const rows = [...exportedActivities(world, { columns, language })].map(({ cells }) => row(cells))
  return parse(`${header}${rows.join("")}`)
}

test("the same options make the same bytes, other options make others", () =>
  Effect.sync(() => {
    assert.deepEqual([...exportFiles(world)], [...exportFiles(world)])
    assert.deepEqual(parse(textOf(filesOf().get("activities.csv"))), rowsOf())
    assert.notDeepEqual(rowsOf(), rowsOf({ language: "de" }))
  }))

test("every row is as wide as its header, in every version and language", () =>
  Effect.sync(() => {
    const counts: ReadonlyArray<ColumnCount> = [10, 77, 86, 87, 92, 94, 99, 101, 103, 104, "2019"]
    for (const columns of counts) {
      const rows = rowsOf({ columns })
      const width = columns === "2019" ? 10 : columns
      assert.deepEqual([...new Set(rows.map(({ length }) => length))], [width])
      assert.equal(rows.length, world.size + 1)
      assert.equal(rows[0]!.includes("Media"), width > 86)
    }
    for (const language of exportLanguages) {
      const [header, ...rows] = rowsOf({ language }) as [ReadonlyArray<string>]
      assert.equal(header.length, allColumns.length)
      assert.equal(new Set(header).size, new Set(allColumns).size, language)
      assert.equal(rows.length, world.size)
    }
    assert.deepEqual(rowsOf()[0], allColumns)
  }))

test("only private entries and the e-mail address contain the canary", () =>
  Effect.sync(() => {
    const forbidden = new Set([...privateFiles().map(([name]) => name), "profile.csv"])
    for (const { bytes, name } of filesOf().values()) {
      const content = name.endsWith(".gz") ? gunzipSync(bytes) : bytes
      const contains = Buffer.from(content).includes(exportCanary)
      assert.equal(contains, forbidden.has(name), name)
    }
  }))

test("every activity with samples has a file, and no name of Strava is in a file", () =>
  Effect.sync(() => {
    const files = filesOf()
    for (const { file, values } of exportedActivities(world)) {
      assert.equal(file === undefined, world.streams(values.id, new Set(), true) === undefined)
      if (file === undefined) continue
      const { bytes } = files.get(file.name)!
      const content = Buffer.from(file.name.endsWith(".gz") ? gunzipSync(bytes) : bytes)
      assert.equal(content.includes(values.name), false, values.name)
      const [, number] = /^activities\/(\d+)\./.exec(file.name)!
      assert.equal(Number(number) > values.id, !file.recorded)
    }
  }))

test("the truth agrees with the API, except for exact digits and hidden starts", () =>
  Effect.sync(() => {
    for (const activity of exportedActivities(world)) {
      const { file, values } = activity
      const summary = JSON.parse(world.summaryText(values.id))
      const { start_date, upload_id, ...fields } = expectedFields(activity)
      const hidden = world.outline(values.id)!.hidden
      assert.equal(start_date === summary.start_date, !hidden)
      assert.equal(upload_id, file === undefined || file.recorded ? null : summary.upload_id)
      for (const [name, value] of Object.entries(fields)) {
        if (typeof value !== "number") assert.equal(value, summary[name], name)
        else assert.ok(Math.abs(value - summary[name]) < 0.06, `${name}: ${value}`)
      }
      const samples = expectedSamples(activity)
      assert.equal(samples?.time.at(-1), file && summary.elapsed_time)
    }
  }))

test("both checksums of a FIT file are right", () =>
  Effect.sync(() => {
    // The check value of CRC-16/ARC.
    assert.equal(fitCrc(new TextEncoder().encode("123456789"), 0, 9), 0xbb3d)
    for (const { file } of exportedActivities(world, { formats: ["fit"] })) {
      if (file === undefined || file.quirks.chained) continue
      const bytes = file.name.endsWith(".gz") ? gunzipSync(file.bytes()) : file.bytes()
      assert.equal(fitCrc(bytes, 0, bytes.length), 0)
      if (bytes[0] === 14) assert.equal(fitCrc(bytes, 0, 14), 0)
    }
  }))

test("an edit is in the row only, and gear can be without a name", () =>
  Effect.sync(() => {
    const { file, values } = [...exportedActivities(world)].find(({ file, values }) =>
      file !== undefined && values.gearId?.startsWith("g")
    )!
    const edits = new Map([[values.id, { name: "Newer name", distance: 1234.5 }]])
    const unnamedGear = [values.gearId!]
    const options = { edits, unnamedGear, athleteId: 77 }
    const changed = [...exportedActivities(world, options)].find((one) =>
      one.values.id === values.id
    )!
    assert.equal(changed.cells.get("Activity Name"), "Newer name")
    assert.equal(changed.cells.get("Distance (2)"), "1234.5")
    assert.equal(changed.cells.has("Activity Gear"), false)
    assert.equal(changed.cells.get("Gear"), `${values.gearId!.slice(1)}.0`)
    assert.deepEqual(changed.file!.bytes(), file!.bytes())
    const files = filesOf(options)
    assert.equal(textOf(files.get("profile.csv")).split("\n")[1]!.split(",")[0], "77")
    assert.ok(textOf(files.get("shoes.csv")).includes(`\n,Sohle,${values.gearName}`))
  }))
