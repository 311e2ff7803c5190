/** Conditions of `--where`: the rows that match, and errors for invalid conditions. */
import { Effect, Schema } from "effect"
import assert from "node:assert/strict"
import { parseExact } from "../../schemas/json/Json.ts"
import { ShowError } from "../../pipeline/show/ShowError.ts"
import type { ShowColumn, ShowRow } from "../../pipeline/show/Table.ts"
import { filterOf } from "../../pipeline/show/where.ts"
import { nearest } from "../../sinks/nearest.ts"
import { test } from "../testing.ts"

const columns: ReadonlyArray<ShowColumn> = [
  { name: "id", type: "int" },
  { name: "km", type: "float", unit: "km", alias: "distance" },
  { name: "time_s", type: "int", unit: "s", alias: "time" },
  { name: "sport", type: "str" },
  { name: "start", type: "datetime" },
  { name: "commute", type: "bool" },
]

const chosen = (rows: ReadonlyArray<ShowRow>, ...typed: ReadonlyArray<string>) =>
  Effect.map(filterOf(typed, columns), ({ passes }) => rows.filter(passes))

const refusal = (typed: string) =>
  Effect.map(Effect.flip(filterOf([typed], columns)), (error) => {
    assert.ok(error instanceof ShowError)
    return error.message
  })

const numbers = Schema.Struct({
  values: Schema.Array(Schema.NullOr(Schema.Finite)),
  than: Schema.Finite,
})

test.prop(
  "numbers are compared as numbers, with exactly one of <, = and >; missing values match none",
  numbers,
  ({ than, values }) =>
    Effect.gen(function* () {
      const rows = values.map((km) => ({ km }))
      const count = (operator: string) =>
        Effect.map(chosen(rows, `km${operator}${than}`), ({ length }) => length)
      const [below, equal, above, most, least, other] = yield* Effect.forEach(
        ["<", "=", ">", "<=", ">=", "!="],
        count,
      )
      const known = values.filter((value) => value !== null)
      return below === known.filter((value) => value < than).length &&
        above === known.filter((value) => value > than).length &&
        below! + equal! === most && above! + equal! === least && below! + above! === other &&
        most! + above! === known.length
    }),
)

const rows: ReadonlyArray<ShowRow> = [
  {
    id: parseExact("9007199254740993"),
    km: 5,
    time_s: 5400,
    sport: "Run",
    start: "2026-01-31T07:30:00",
  },
  {
    id: 9007199254740992,
    km: 10,
    time_s: 7200,
    sport: "Ride",
    start: "2026-02-01T00:00:00",
    commute: true,
  },
  { id: 3, km: null, sport: "Night = long", start: null, commute: false },
]

const cases: ReadonlyArray<
  readonly [conditions: ReadonlyArray<string>, rows: ReadonlyArray<number>]
> = [
  [[], [0, 1, 2]],
  [["id=9007199254740993"], [0]],
  [["id>9007199254740992"], [0]],
  [["km >= 5", "km<10"], [0]],
  [["km=5.0"], [0]],
  [["km=null"], [2]],
  [["km!=null", "sport!=Run"], [1]],
  [["sport=Night = long"], [2]],
  [["sport>Rj"], [0]],
  [["start=2026-01"], [0]],
  [["start>2026-01-31"], [1]],
  [["start<=2026-01-31 07:30"], [0]],
  [["start=2026"], [0, 1]],
  [["sport~RI"], [1]],
  [["sport~"], [0, 1, 2]],
  [["sport~t = l"], [2]],
  [["distance=5000m"], [0]],
  [["km>=6.2mi", "km<6.3 MI"], [1]],
  [["km>=10km"], [1]],
  [["time=1:30"], [0]],
  [["time>=2h"], [1]],
  [["time_s<=90min"], [0]],
  [["time=2:00:00"], [1]],
  [["commute=true"], [1]],
  [["commute!=true"], [2]],
]

test("all conditions must match, ids are compared to the last digit, and a date matches its whole day", () =>
  Effect.forEach(cases, ([conditions, expected]) =>
    Effect.map(
      chosen(rows, ...conditions),
      (found) => assert.deepEqual(found, expected.map((i) => rows[i]), conditions.join(" and ")),
    )))

test("errors for an unknown column or an invalid value name the valid ones", () =>
  Effect.gen(function* () {
    assert.match(
      yield* refusal("sprot=Run"),
      /names no column \(did you mean sport\?\)\. There are: id, km, time_s, sport, start, commute$/,
    )
    assert.doesNotMatch(yield* refusal("heartbeat=1"), /did you mean/)
    assert.match(yield* refusal("km=far"), /km is a number/)
    assert.match(
      yield* refusal("km>5h"),
      /km is a number of kilometers, or a quantity such as 30km/,
    )
    assert.match(yield* refusal("time>5km"), /a number of seconds, or a quantity such as 1:30/)
    assert.match(yield* refusal("km~5"), /only texts can be searched with ~/)
    assert.match(yield* refusal("start>yesterday"), /start is a day, such as/)
    assert.match(yield* refusal("commute=yes"), /true or false/)
    assert.match(yield* refusal("km>null"), /only be compared by = and !=/)
    assert.match(yield* refusal("km"), /is no condition; write a column.*'km>=30'/)
    assert.equal((yield* refusal("\u001b[2J=1")).includes("\u001b"), false)
    assert.equal(nearest("KM", ["id", "km"]), "km")
  }))

test("a number without a unit is noted, unless the name of its column says the unit", () =>
  Effect.gen(function* () {
    const notesOf = (typed: string) => Effect.map(filterOf([typed], columns), ({ notes }) => notes)
    assert.deepEqual(yield* notesOf("distance>=30"), [
      "distance>=30 compares kilometers. With a unit: 'distance>=30km'",
    ])
    assert.deepEqual(yield* notesOf("time < 90"), [
      "time < 90 compares seconds. With a unit: 'time < 90min'",
    ])
    for (const clear of ["km>=30", "distance>=30km", "time_s>90", "sport=Run", "id=1"]) {
      assert.deepEqual(yield* notesOf(clear), [], clear)
    }
  }))
