/** Damaged and resaved tables: rows that can be read are kept, the others are named. */
import assert from "node:assert/strict"
import { Effect, Result, Schema } from "effect"
import { activityText } from "../../../pipeline/export/table/activityText.ts"
import { exportText } from "../../../pipeline/export/table/exportText.ts"
import { readGear } from "../../../pipeline/export/table/gear.ts"
import { readProfile } from "../../../pipeline/export/table/profile.ts"
import { readTable } from "../../../pipeline/export/table/readTable.ts"
import { rounds, test } from "../../testing.ts"
import { csv, ride, type RowCells, table, tableText, utf8Bytes } from "./fixtures.ts"

const holds = (name: string, body: () => void) => test(name, () => Effect.sync(body))

const numberedRides = (count: number, changes: RowCells = {}): ReadonlyArray<RowCells> =>
  Array.from({ length: count }, (_, index) => ({ ...ride, ...changes, 0: `${1000 + index}` }))

const ids = (text: string) => table(text).rows.map(({ id }) => Number(id) - 1000)

const failure = (text: string): string => {
  const result = readTable(utf8Bytes(text))
  return Result.isFailure(result) ? result.failure.detail : "none"
}

holds("trap 5: new lines, quotes and lines like rows in descriptions shift nothing", () => {
  const descriptions = [
    'a "quote"',
    "two\nlines",
    "\r\n\r\n",
    '"',
    '""',
    "1234567,May 9\n7654321,more",
    ",,,,",
    "emoji 🚴\u2028x",
    "tab\tand ; semicolon",
    "'",
  ]
  const rows: ReadonlyArray<RowCells> = Array.from({ length: 100 }, (_, index) => ({
    ...ride,
    0: `${1000 + index}`,
    4: descriptions[index % descriptions.length]!,
  }))
  const read = table(tableText(rows))
  assert.deepEqual(read.problems, [])
  assert.deepEqual(
    read.rows.map((
      { cells, id },
    ) => [id, cells.get("Activity Description"), cells.get("Filename")]),
    rows.map((row) => [row[0], row[4], row[12]]),
  )
})

holds("line numbers count the lines of the file, also within cells and if they are empty", () => {
  const [header, first, second] = tableText(numberedRides(2, { 4: "a\nb\r\nc" })).split(/\n(?=1)/)
  const read = table(`${header}\n\n${first}\n\n${second}`)
  assert.deepEqual(read.rows.map(({ line }) => line), [3, 7])
})

holds("a table that Excel saved is the same table", () => {
  const rows = numberedRides(3, { 4: "a\nb" })
  const excel = tableText(rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([index, cell]) => [
        index,
        cell.replace(/^false$/, "FALSE").replace(/^(\d+)\.0$/, "$1"),
      ]),
    )
  )).replaceAll(/(?<!a)\n/g, "\r\n")
  const withoutZeros = (text: string) => text.replace(/(\d)\.0(?=[,}])/g, "$1")
  const texts = (text: string) =>
    table(text).rows.map((row) => withoutZeros(activityText(row, undefined, "7")))
  const expected = texts(tableText(rows))
  assert.deepEqual(texts(excel), expected)
  assert.deepEqual(texts(`\ufeff${excel}`), expected)
  const semicolons = excel.replaceAll(/"[^"]*"|,/g, (part) => part === "," ? ";" : part)
  assert.deepEqual(texts(semicolons), expected)
  assert.deepEqual(texts(semicolons.replace(/(?<=;-?\d+)\.(?=\d+;)/g, ",")), expected)
  assert.deepEqual(table(semicolons).problems, [])
})

holds("words of booleans that Excel translates are read", () => {
  const { rows } = table(tableText(numberedRides(2, { 9: "WAHR", 50: "" })))
  assert.equal(JSON.parse(activityText(rows[0]!, undefined, "7")).commute, true)
})

holds("other encodings that spreadsheets save are read", () => {
  const text = tableText(numberedRides(1, { 2: "Füße" }))
  const latin = Uint8Array.from(text, (char) => char.charCodeAt(0))
  const wide = new Uint8Array(
    new Uint16Array([0xfeff, ...Array.from(text, (c) => c.charCodeAt(0))]).buffer,
  )
  for (const bytes of [latin, wide]) {
    const { problems, rows: [row] } = Result.getOrThrow(readTable(bytes))
    assert.equal(row?.cells.get("Activity Name"), "Füße")
    assert.deepEqual(problems, [])
  }
})

holds("bytes that are not UTF-8 cost one character each, and are reported with the line", () => {
  const bytes = utf8Bytes(tableText(numberedRides(2, { 2: "Füße ¤" })))
  bytes[bytes.lastIndexOf(0xa4)] = 0x41
  const { problems, rows } = Result.getOrThrow(readTable(bytes))
  assert.deepEqual(rows.map(({ cells }) => cells.get("Activity Name")), ["Füße ¤", "Füße \ufffdA"])
  assert.deepEqual(problems, ["line 3: text that is not UTF-8, shown as \ufffd"])
})

test.prop(
  "any text in a cell is read as it was written",
  Schema.Struct({ name: Schema.String, description: Schema.String }),
  ({ description, name }) => {
    const [cell, other] = [name.toWellFormed(), description.toWellFormed()]
    const { problems, rows } = table(tableText(numberedRides(3, { 2: cell, 4: other })))
    return problems.length === 0 &&
      rows.every(({ cells }) =>
        (cells.get("Activity Name") ?? "") === cell &&
        (cells.get("Activity Description") ?? "") === other
      )
  },
  { runs: rounds(200, 5_000) },
)

holds("a replacement character that Strava wrote is text, not damage", () => {
  const { problems, rows } = table(tableText(numberedRides(1, { 2: "a\ufffdb" })))
  assert.equal(rows[0]?.cells.get("Activity Name"), "a\ufffdb")
  assert.deepEqual(problems, [])
})

holds("a row with an open quote is rejected alone", () => {
  const lines = tableText(numberedRides(6)).split("\n")
  lines[3] = lines[3]!.replace("Morning Ride", '"Morning Ride')
  const read = table(lines.join("\n"))
  assert.deepEqual(read.rows.map(({ id }) => Number(id) - 1000), [0, 1, 3, 4, 5])
  assert.deepEqual(read.problems, ["line 4: a quote is not closed"])
  assert.deepEqual(read.rows.map(({ line }) => line), [2, 3, 5, 6, 7])
})

holds("a row with a quote in a cell without quotes is rejected alone, many times", () => {
  const lines = tableText(numberedRides(500, { 4: "a\n7,b" })).split(/\n(?=1\d{3},)/)
  const damaged = lines.map((line, index) =>
    index % 5 === 1 ? line.replace("Morning Ride", 'Morning "Ride"') : line
  )
  const read = table(damaged.join("\n"))
  assert.equal(read.rows.length, 400)
  assert.equal(read.rows.at(-1)?.cells.get("Activity Description"), "a\n7,b")
  // The second line of a damaged description is named too, because it looks like a row.
  assert.match(
    read.problems[0]!,
    /^lines 2, 3, 12, .* more: a cell without quotes contains a quote$/,
  )
})

holds("a line of a damaged row's description never becomes an activity", () => {
  const lines = tableText(numberedRides(3, { 4: 'a\n7,2018-09-12 15:02:23,b\n8,c"' })).split(
    /\n(?=1\d{3},)/,
  )
  lines[2] = lines[2]!.replace("Morning Ride", 'Morning "Ride')
  const read = table(lines.join("\n"))
  assert.deepEqual(read.rows.map(({ id }) => id), ["1000", "1002"])
  assert.equal(read.problems.length, 2)
})

holds("an open quote at the end, and a row that is cut off, are named", () => {
  const text = tableText(numberedRides(3))
  assert.deepEqual(ids(text.slice(0, -1)), [0, 1, 2])
  assert.deepEqual(ids(text.slice(0, -120)), [0, 1])
  assert.deepEqual(table(text.slice(0, -120)).problems, [
    "line 4: the row is cut off at the end of the file: not imported",
  ])
  const cut = text.slice(0, text.lastIndexOf("May 9") + 9)
  assert.deepEqual(ids(cut), [0, 1])
  assert.deepEqual(table(cut).problems, ["line 4: a quote is not closed"])
})

holds("rows that are wider, narrower, without an id, or repeated, are named", () => {
  const rows = csv([
    ["Activity ID", "Activity Date", "Activity Name", "Filename"],
    ["1", "Sep 12, 2018, 3:02:23 PM", "a", "", "extra"],
    ["2", "Sep 12, 2018, 3:02:23 PM", "a", "", "", ""],
    ["3", "Sep 12, 2018, 3:02:23 PM", "a"],
    ["", "Sep 12, 2018, 3:02:23 PM", "a", ""],
    ["1.2E+10", "Sep 12, 2018, 3:02:23 PM", "a", ""],
    ["3", "Sep 12, 2018, 3:02:23 PM", "b", ""],
    ["4.0", "Sep 12, 2018, 3:02:23 PM", "b", ""],
    ["5", "a", "b"],
  ])
  const { problems, rows: read } = table(rows)
  assert.deepEqual(read.map(({ id }) => id), ["2", "3", "4"])
  assert.deepEqual(problems.slice(0, -1), [
    "line 2: more cells than the header, which has 4: not imported",
    "line 4: fewer cells than the header, which has 4: the others are empty",
    "lines 5, 6: the activity id is not a number: not imported",
    "line 7: activity 3 again: not imported",
    "line 9: fewer cells than the header, which has 4: not imported",
  ])
})

holds("a table without a header, or with nothing else, is named or empty", () => {
  assert.equal(failure(""), "it is empty")
  assert.equal(failure("\n\r\n"), "it is empty")
  assert.match(failure("<html>\n"), /^its header is in no known language: 1 columns/)
  assert.equal(failure('"'), "it is empty")
  assert.equal(failure(",".repeat(900_000)), "its header has 900001 columns")
  const long = `translation missing: ${"a".repeat(400_000)}.-`
  assert.match(failure(`${long},id\n`), /^its header is in no known language: 2 columns/)
  assert.deepEqual(table(tableText([])).rows, [])
  assert.deepEqual(table(tableText([])).problems, [])
})

/** Bytes that decide how a table is read, so that most mutations reach deep. */
const marks = utf8Bytes('",;\n\r\t \\0é<\ufeff🚴'.concat('"'))

const Mutation = Schema.Struct({
  at: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1_000_000 })),
  kind: Schema.Literals(["replace", "insert", "delete", "cut", "copy"]),
  value: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 255 })),
})

const mutated = (bytes: Uint8Array, mutations: ReadonlyArray<typeof Mutation.Type>) => {
  let changed: ReadonlyArray<number> = Array.from(bytes)
  for (const { at, kind, value } of mutations) {
    const index = at % (changed.length + 1)
    const byte = value < 128 ? marks[value % marks.length]! : value
    const [before, after] = [changed.slice(0, index), changed.slice(index)]
    changed = {
      replace: () => [...before, byte, ...after.slice(1)],
      insert: () => [...before, byte, ...after],
      delete: () => [...before, ...after.slice(value)],
      cut: () => before,
      copy: () => [...before, ...before.slice(-value), ...after],
    }[kind]()
  }
  return Uint8Array.from(changed)
}

const original = utf8Bytes(tableText(numberedRides(6, { 2: "Füße 🚴", 4: 'a "b"\nc' }), 92))

test.prop(
  "a table with any damage is read without an exception, and every text is valid JSON",
  Schema.Array(Mutation).check(Schema.isMaxLength(6)),
  (mutations) => {
    const bytes = mutated(original, mutations)
    const result = readTable(bytes)
    readProfile(bytes)
    readGear({ bikes: bytes, shoes: bytes }, [])
    if (Result.isFailure(result)) return result.failure.message.length < 500
    const { problems, rows } = result.success
    readGear({ bikes: bytes, shoes: bytes }, rows)
    return problems.every((text) => text.length < 2_000) && rows.every((row) => {
      const activity = activityText(row, undefined, "7")
      const item = JSON.parse(exportText({
        row,
        activity,
        archive: "export_1.zip",
        exportedAt: 0,
        file: undefined,
        streams: [],
        derived: [],
        notes: [],
      }))
      return String(item.activity.id) === row.id && item.row["Activity ID"] !== undefined
    })
  },
  { runs: rounds(300, 5_000) },
)

holds("thousands of damaged rows are read once each, and named in one sentence", () => {
  const line = tableText(numberedRides(1)).split("\n")[1]!
  const rows = Array.from({ length: 4_000 }, (_, index) => {
    const row = line.replace("1000", `${1000 + index}`)
    return index % 2 === 0 ? `${row}"` : row
  })
  const read = table([tableText([]).trim(), ...rows, ""].join("\n"))
  assert.equal(read.rows.length, 2_000)
  assert.match(
    read.problems.join("\n"),
    /^lines 2, 4, [\d, ]* and 1980 more: a quote is not closed$/,
  )
})
