/** Rows of the simulated export, read again: every field equals the truth. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { importedStreams } from "../../../pipeline/export/recording/importedStreams.ts"
import { readActivityFile } from "../../../pipeline/export/recording/readActivityFile.ts"
import { activityText } from "../../../pipeline/export/table/activityText.ts"
import { readTable } from "../../../pipeline/export/table/readTable.ts"
import { type ColumnCount, columnNames } from "../../../pipeline/simulator/export/columns.ts"
import {
  expectedFields,
  exportedActivities,
  type ExportedActivity,
} from "../../../pipeline/simulator/export/ExportedActivity.ts"
import type { ExportOptions } from "../../../pipeline/simulator/export/ExportOptions.ts"
import { tableFormat } from "../../../pipeline/simulator/export/ExportTable.ts"
import { exportLanguages } from "../../../pipeline/simulator/export/languages.ts"
import { World } from "../../../pipeline/simulator/world/World.ts"
import { bytesOf } from "../../../schemas/json/utf8.ts"
import { test } from "../../testing.ts"

const world = World.make({ activities: 60, samples: 6 })

/** Reads the table of an export. Its files are not made, because that takes most of the time. */
const tableOf = ({ columns = 103, excel = false, language = "en" }: ExportOptions) => {
  const { header, row } = tableFormat(language, columns, excel)
  const rows = [...exportedActivities(world, { columns, language })].map(({ cells }) => row(cells))
  return Effect.fromResult(readTable(bytesOf(`${header}${rows.join("")}`)))
}

const factsOf = ({ file, values }: ExportedActivity) =>
  file && importedStreams(readActivityFile(file.bytes()), {
    start: values.start,
    elapsed: values.elapsed,
    file: file.name,
  }).facts

/** Facts of all files, which no option of these tests changes. */
const facts = new Map(
  [...exportedActivities(world)].map((activity) => [activity.values.id, factsOf(activity)]),
)

/** Reads an export and compares every row with the truth. */
const equalsTruth = Effect.fnUntraced(function* (options: ExportOptions) {
  const { rows } = yield* tableOf(options)
  const truth = [...exportedActivities(world, options)]
  assert.deepEqual(rows.map(({ id }) => id), truth.map(({ values }) => String(values.id)))
  for (const [i, row] of rows.entries()) {
    assert.equal(row.start, truth[i]!.values.start)
    assert.equal(row.file, truth[i]!.file?.name)
    const imported = JSON.parse(activityText(row, facts.get(Number(row.id)), "1"))
    for (const [field, value] of Object.entries(expectedFields(truth[i]!))) {
      assert.equal(imported[field] ?? null, value, `${row.id} ${field}`)
    }
  }
})

for (const language of exportLanguages) {
  test(`rows in this language equal the truth: ${language}`, () => equalsTruth({ language }))
}

const counts: ReadonlyArray<ColumnCount> = [77, 86, 87, 92, 94, 99, 101, 104]
for (const columns of counts) {
  test(`rows of an export with ${columns} columns equal the truth`, () => equalsTruth({ columns }))
}

test("rows that Excel saved equal the truth", () => equalsTruth({ excel: true }))

test("all cells equal the truth, by their English name", () =>
  Effect.gen(function* () {
    const { problems, rows } = yield* tableOf({})
    assert.deepEqual(problems, [])
    for (const [i, { cells }] of [...exportedActivities(world)].entries()) {
      const ordered = columnNames.flatMap((name) =>
        cells.has(name) ? [[name, cells.get(name)]] : []
      )
      assert.deepEqual([...rows[i]!.cells], ordered)
    }
  }))

for (const columns of [10, "2019"] as const) {
  test(`rows of the version ${columns} have rounded distances, and the same ids and starts`, () =>
    Effect.gen(function* () {
      const { rows } = yield* tableOf({ columns })
      const truth = [...exportedActivities(world)]
      assert.equal(rows.length, truth.length)
      for (const [i, { distance, id, start }] of rows.entries()) {
        const { numbers, ...values } = truth[i]!.values
        assert.deepEqual([id, start], [String(values.id), values.start])
        assert.ok(Math.abs(Number(distance) - numbers.get("Distance")!) <= 5.001, `${distance}`)
      }
    }))
}
