/** Tables on a terminal. */
import assert from "node:assert/strict"
import { renderTable } from "../pipeline/output/kit/table.ts"
import { printable, widthOf } from "../pipeline/output/kit/terminal.ts"
import { parseExact } from "../schemas/json/Json.ts"

const rows = (n: number) => Array.from({ length: n }, (_, i) => ({ n: i }))

Deno.test("a table has the format of polars, with numbers aligned right", () => {
  const columns = [
    { name: "id", type: "int8" },
    { name: "sport", type: "text" },
    { name: "km", type: "float8" },
    { name: "hr", type: "int4" },
  ]
  const found = renderTable(columns, [
    { id: 10096137907, sport: "VirtualRide", km: 34.4, hr: 139 },
    { id: 7, sport: "Run", km: 6.25, hr: null },
  ])
  assert.equal(
    found,
    `\
shape: (2, 4)
┌─────────────┬─────────────┬────────┬──────┐
│          id ┆ sport       ┆     km ┆   hr │
│        int8 ┆ text        ┆ float8 ┆ int4 │
╞═════════════╪═════════════╪════════╪══════╡
│ 10096137907 ┆ VirtualRide ┆   34.4 ┆  139 │
│           7 ┆ Run         ┆   6.25 ┆ null │
└─────────────┴─────────────┴────────┴──────┘`,
  )
})

Deno.test("an unspecified type is inferred", () => {
  const row = {
    a: 1,
    b: 1.5,
    c: "x",
    d: true,
    e: [1],
    f: {},
    g: null,
    h: parseExact("3265366675164236880"),
    i: 12n,
  }
  const found = renderTable(Object.keys(row).map((name) => ({ name })), [row]).split("\n")
  assert.deepEqual(found[3]?.split(/[│┆]/).map((cell) => cell.trim()).slice(1, -1), [
    "int",
    "float",
    "str",
    "bool",
    "list",
    "struct",
    "null",
    "int",
    "int",
  ])
  assert.match(found[5] ?? "", / 3265366675164236880 /)
})

Deno.test("the middle of many rows is omitted, and the shape has the number of rows", () => {
  const lines = renderTable([{ name: "n" }], rows(25), { maxRows: 4 }).split("\n")
  assert.equal(lines[0], "shape: (25, 1)")
  assert.deepEqual(lines.slice(5, -1).map((line) => line.slice(1, -1).trim()), [
    "0",
    "1",
    "…",
    "23",
    "24",
  ])
})

Deno.test("the shape and a last row show that more rows exist", () => {
  const lines = renderTable([{ name: "n" }], rows(2), { total: 1000 }).split("\n")
  assert.equal(lines[0], "shape: (1000, 1)")
  assert.deepEqual(lines.slice(5, -1).map((line) => line.slice(1, -1).trim()), ["0", "1", "…"])
})

Deno.test("columns that do not fit the terminal are omitted in the middle", () => {
  const columns = Array.from({ length: 30 }, (_, i) => ({ name: `column_${i}` }))
  const row = Object.fromEntries(columns.map(({ name }, i) => [name, i]))
  for (const maxWidth of [20, 40, 80, 200]) {
    const lines = renderTable(columns, [row], { maxWidth }).split("\n")
    assert.equal(lines[0], "shape: (1, 30)")
    for (const line of lines.slice(1)) assert.ok(widthOf(line) <= maxWidth, line)
    assert.match(lines[2] ?? "", /column_0 .*…/)
    if (maxWidth > 30) assert.match(lines[2] ?? "", /column_29 │$/)
  }
})

Deno.test("omitted columns are named, including duplicate names, with the way to see them", () => {
  const columns = ["a", "b", "b", "c"].map((name) => ({ name }))
  const row = { a: "x".repeat(10), b: "y".repeat(10), c: "z".repeat(10) }
  const narrow = renderTable(columns, [row], { maxWidth: 40, all: ["--json"] }).split("\n")
  assert.equal(narrow[0], "shape: (1, 4)")
  assert.deepEqual(narrow.slice(7), [
    "Not shown in 40 columns: b, b. To see",
    "all: --json or 53 columns.",
  ])
  assert.deepEqual(renderTable(columns, [row], { maxWidth: 53 }).split("\n").slice(7), [])
  const many = Array.from({ length: 90 }, (_, i) => ({ name: `column_${i}` }))
  const told = renderTable(many, [], { maxWidth: 80, all: ["--json"] }).split("\n").slice(6)
  assert.match(told.join(" "), /column_3, .* and \d+ more\. To see all: --json\.$/)
  for (const line of told) assert.ok(widthOf(line) <= 80, line)
})

Deno.test("wide characters and emoji take two columns, combining marks none", () => {
  const widths: ReadonlyArray<readonly [string, number]> = [
    ["", 0],
    ["abc", 3],
    ["naïve", 5],
    ["nai\u0308ve", 5],
    ["日本語", 6],
    ["한글", 4],
    ["Ω…┆", 3],
    ["🚴", 2],
    ["🚴‍♀️", 2],
    ["🏔️", 2],
    ["🇬🇧", 2],
    ["👍🏽", 2],
    ["ｱ", 1],
    ["Ａ", 2],
  ]
  for (const [text, width] of widths) assert.equal(widthOf(text), width, text)

  const texts = ["plain", "日本語", "🚴‍♀️ Ride", "e\u0301te\u0301"]
  const lines = renderTable([{ name: "x" }], texts.map((x) => ({ x }))).split("\n").slice(1)
  assert.equal(new Set(lines.map(widthOf)).size, 1)
})

Deno.test("long values are cut by displayed width, never inside a character", () => {
  const found = renderTable([{ name: "x" }], [{ x: "日".repeat(50) }, { x: "👨‍👩‍👧".repeat(9) }], {
    maxCell: 8,
  }).split("\n")
  assert.equal(found[5], "│ 日日日… │")
  assert.equal(found[6], "│ 👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧… │")
})

Deno.test("text cannot move the cursor, color the screen or reverse the line", () => {
  const hostile =
    "\x1b[2J\x1b]0;title\x07\r\n\t\b\x7f\x9b31m\u202eabc\u2066\u2028\ufeff\u200b\ud800"
  assert.equal(
    printable(hostile),
    "\\x1b[2J\\x1b]0;title\\x07\\r\\n\\t\\x08\\x7f\\x9b31m\\u{202e}abc\\u{2066}\\u{2028}" +
      "\\u{feff}\\u{200b}\ufffd",
  )
  assert.equal(printable("🚴‍♀️ naïve"), "🚴‍♀️ naïve")

  const found = renderTable([{ name: hostile, type: hostile }], [{ [hostile]: hostile }], {
    maxWidth: 300,
    maxCell: 200,
  })
  assert.doesNotMatch(found.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Zl}]/u)
  assert.equal(found.split("\n").length, 7)
})

Deno.test("lists show their first and last values, and nested values are JSON", () => {
  const found = renderTable([{ name: "x" }], [
    { x: [1, 2, 3, 4, 5] },
    { x: [null, "a"] },
    { x: { a: parseExact("2.0") } },
  ]).split("\n").slice(5, -1)
  assert.deepEqual(found.map((line) => line.slice(1, -1).trim()), [
    "[1, 2, … 5]",
    "[null, a]",
    '{"a":2.0}',
  ])
})

Deno.test("a table can have no columns and no rows", () => {
  assert.equal(renderTable([], []), "shape: (0, 0)")
  assert.equal(renderTable([], [{}, {}]), "shape: (2, 0)")
  assert.equal(renderTable([{ name: "id", type: "int8" }], []).split("\n").length, 6)
})
