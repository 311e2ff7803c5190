/**
 * Any generated athlete: export and import equal the truth field by field and sample by sample, in each sink, to the
 * last digit.
 */
import { Effect, Redacted, Schema } from "effect"
import assert from "node:assert/strict"
import {
  expectedFields,
  expectedSamples,
  exportedActivities,
  type ExportedActivity,
} from "../../../pipeline/simulator/export/ExportedActivity.ts"
import type { ExportOptions } from "../../../pipeline/simulator/export/ExportOptions.ts"
import { exportLanguages } from "../../../pipeline/simulator/export/languages.ts"
import { writeExport } from "../../../pipeline/simulator/export/writeExport.ts"
import { World } from "../../../pipeline/simulator/world/World.ts"
import { command, commandFolder } from "../../commands/driver/inProcess.ts"
import { TestServer } from "../../postgres/databases.ts"
import { freshDatabase } from "../../postgres/server.ts"
import { liveWith, rounds } from "../../testing.ts"
import { exportTime } from "../import/importing.ts"
import {
  csvContent,
  jsonContent,
  postgresContent,
  type SinkContent,
  streamHashes,
  type StreamTexts,
} from "./sinks.ts"

const live = liveWith(TestServer.layer)

const quirks = [
  "bigEndian",
  "shortHeader",
  "chained",
  "compressedTimes",
  "compressedDistance",
  "enhancedOnly",
  "developerFields",
  "sessions",
  "deviceTime",
  "heartRateMessages",
  "repeatedSeconds",
  "unsorted",
  "gaps",
  "recordsOnly",
  "badChecksum",
] as const

const between = (minimum: number, maximum: number) =>
  Schema.Int.check(Schema.isBetween({ minimum, maximum }))
const some = <S extends Schema.Constraint>(item: S, most: number) =>
  Schema.Array(item).check(Schema.isMaxLength(most))

/** An athlete and the irregularities of an export. */
const Case = Schema.Struct({
  seed: between(1, 1_000_000),
  activities: between(1, 12),
  samples: between(1, 60),
  manual: Schema.Literals([0, 0.3, 1]),
  columns: Schema.Literals([77, 86, 87, 92, 94, 99, 101, 103, 104]),
  language: Schema.Literals(exportLanguages),
  container: Schema.Literals(["ZIP", "folder", "folder in a ZIP"]),
  formats: some(Schema.Literals(["fit", "gpx", "tcx"]), 2),
  /** Undefined for the usual irregularities of each device. */
  fit: Schema.UndefinedOr(some(Schema.Literals(quirks), 3)),
  damage: some(
    Schema.Literals(["error", "missing", "empty", "unreadable", "hostile", "link", "flipped"]),
    3,
  ),
  excel: Schema.Boolean,
  cropped: Schema.Boolean,
})
type Case = typeof Case.Type

/** Times since the device was switched on do not say which of several sessions is the row's. */
const possible = (names: ReadonlyArray<typeof quirks[number]>) =>
  names.filter((name) => name !== "sessions" || !names.includes("deviceTime"))

const optionsOf = (one: Case): ExportOptions & { readonly name?: string } => ({
  // Columns whose names are not known are read by their place, which is certain from 87 columns on.
  columns: one.language !== "en" && one.columns < 87 ? 103 : one.columns,
  language: one.language,
  excel: one.excel,
  // A folder has no flipped bytes, because nothing says which ones it had.
  damage: [...new Set(one.damage)].filter((damage) =>
    one.container === "ZIP" || damage !== "flipped" && damage !== "hostile"
  ),
  ...(one.formats.length > 0 && { formats: one.formats }),
  ...(one.fit !== undefined &&
    { fit: Object.fromEntries(possible(one.fit).map((name) => [name, true])) }),
  ...(one.container === "folder" && { name: "export/" }),
  ...(one.container === "folder in a ZIP" && { folder: "export_1" }),
})

/** Returns the samples of the truth by column, where a position is two of them. */
const truthOf = (activity: ExportedActivity): ReadonlyMap<string, ReadonlyArray<unknown>> => {
  const { latlng, ...numbers } = expectedSamples(activity) ?? { time: [] }
  return new Map<string, ReadonlyArray<unknown>>([
    ...Object.entries(numbers),
    ...(latlng === undefined ? [] : [
      ["lat", latlng.map((at) => at?.[0] ?? null)] as const,
      ["lng", latlng.map((at) => at?.[1] ?? null)] as const,
    ]),
  ])
}

/** Types that are computed if the file lacks them. */
const computed = ["distance", "velocity_smooth"]

const checkSamples = (activity: ExportedActivity, stored: StreamTexts | undefined) => {
  const truth = truthOf(activity)
  const { id } = activity.values
  if (truth.get("time")!.length === 0) return assert.equal(stored, undefined, `${id}`)
  assert.ok(stored, `${id} has no streams`)
  for (const [type, values] of stored) {
    const expected = truth.get(type)
    if (expected === undefined) assert.ok(computed.includes(type), `${id} ${type}`)
    else {
      assert.deepEqual(
        values.map((text) => text === undefined ? null : Number(text)),
        expected,
        `${id} ${type} of ${activity.file?.name}`,
      )
    }
  }
  for (const type of truth.keys()) assert.ok(stored.has(type), `${id} lacks ${type}`)
}

/** Fails unless the activities and streams of a sink equal the truth. */
const equalsTruth = (truth: ReadonlyArray<ExportedActivity>, content: SinkContent) => {
  const ids = truth.map(({ values }) => String(values.id)).sort()
  assert.deepEqual([...content.activities.keys()].sort(), ids)
  assert.deepEqual([...content.exports.keys()].sort(), ids)
  for (const activity of truth) {
    const id = String(activity.values.id)
    const row = content.activities.get(id)!
    for (const [field, value] of Object.entries(expectedFields(activity))) {
      const text = row[field]
      const found = typeof value === "number" && text !== undefined ? Number(text) : text
      assert.equal(
        found ?? null,
        typeof value === "boolean" ? String(value) : value,
        `${id} ${field}`,
      )
    }
    assert.equal(row["source"], "export")
    checkSamples(activity, content.streams.get(id))
  }
  const gear = new Set(truth.flatMap(({ values }) => values.gearId ?? []))
  assert.deepEqual([...content.gear.keys()].sort(), [...gear].sort())
}

/** Fails unless the rows of a sink equal those of another one, with the digits of each number. */
const same = (content: SinkContent, other: SinkContent, sink: string) => {
  for (const resource of ["activities", "gear"] as const) {
    assert.deepEqual(sorted(other[resource]), sorted(content[resource]), `${resource} in ${sink}`)
  }
  assert.deepEqual(other.athlete, content.athlete, `athlete in ${sink}`)
  for (const [id, row] of content.exports) {
    assert.deepEqual(ownFields(other.exports.get(id)!), ownFields(row), `export ${id} in ${sink}`)
  }
}

/** Fields of a row of the export that tables show in other columns, or not at all. */
const nested = ["activity", "row", "file", "file_size", "name", "sport_type", "suffer_score"]

const ownFields = (row: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !nested.includes(name)))

/** Value of the column that no version of the export has. */
const invented = "7.5"

/** Fails unless the cells of a row are those of the table. */
const sameCells = (truth: ReadonlyArray<ExportedActivity>, { exports }: SinkContent) => {
  for (const { cells, values } of truth) {
    const row = JSON.parse(exports.get(String(values.id))?.["row"] ?? "{}")
    assert.ok(Object.keys(row).length > 10)
    for (const [name, cell] of Object.entries(row)) {
      assert.equal(cell, cells.get(name) ?? invented, `${values.id} ${name}`)
    }
  }
}

const sorted = <A>(rows: ReadonlyMap<string, A>) => [...rows].sort(([a], [b]) => a < b ? -1 : 1)

/** Fails unless the digits of every sample are the same in both files. */
const sameDigits = (json: SinkContent, csv: SinkContent) => {
  for (const [id, streams] of json.streams) {
    for (const [type, texts] of streams) {
      assert.deepEqual(csv.streams.get(id)?.get(type), texts, type)
    }
  }
}

const check = Effect.fnUntraced(function* (one: Case) {
  const options = { exportedAt: exportTime, ...optionsOf(one) }
  const { activities, cropped, manual, samples, seed } = one
  const folder = yield* commandFolder
  const [path, data] = [`${folder}/${options.name ?? "export_1.zip"}`, `${folder}/data`]
  const world = World.make({ seed, activities, manual, samples })
  if (cropped) yield* world.crop(world.ids[0]!, 0.6)
  yield* writeExport(path, world, options)
  const truth = [...exportedActivities(world, options)]
  const url = yield* freshDatabase(yield* TestServer)
  const result = yield* command(["import", path, "--data", data, "--json"], {
    DATABASE_URL: Redacted.value(url),
  })
  // A wrong checksum is reported, although every sample can be read.
  const isDamaged = truth.some(({ damage, file }) =>
    damage !== undefined || file?.quirks.badChecksum === true
  )
  assert.equal(result.code, isDamaged ? 2 : 0, `${result.stderr}${result.stdout}`)
  const json = yield* jsonContent(data)
  const csv = yield* csvContent(data)
  const { hashes, ...postgres } = yield* Effect.scoped(postgresContent(url))
  for (const content of [json, csv, postgres]) equalsTruth(truth, content)
  same(json, csv, "CSV")
  same(json, postgres, "PostgreSQL")
  sameDigits(json, csv)
  if (!one.excel) sameCells(truth, json)
  assert.deepEqual(hashes, yield* streamHashes(data))
  return true
}, Effect.scoped)

live.prop(
  "traps 1-3, 5-12, 14, 15, 17, 18, 23, 24: any export is imported as the truth, in each sink",
  Case,
  check,
  { runs: rounds(4, 150) },
)
