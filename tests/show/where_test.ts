/** Conditions of `--where`: the rows that match, and errors for invalid conditions. */
import { Effect, Schema } from "effect"
import assert from "node:assert/strict"
import { parseExact } from "../../schemas/json/Json.ts"
import { ShowError } from "../../pipeline/show/ShowError.ts"
import type { ShowColumn, ShowRow } from "../../pipeline/show/Table.ts"
import { filterOf, nearest } from "../../pipeline/show/where.ts"
import { test } from "../testing.ts"

const columns: ReadonlyArray<ShowColumn> = [
  { name: "id", type: "int" },
  { name: "km", type: "float" },
  { name: "sport", type: "str" },
  { name: "start", type: "datetime" },
  { name: "commute", type: "bool" },
]

const chosen = (rows: ReadonlyArray<ShowRow>, ...typed: ReadonlyArray<string>) =>
  Effect.map(filterOf(typed, columns), (passes) => rows.filter(passes))

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
  { id: parseExact("9007199254740993"), km: 5, sport: "Run", start: "2026-01-31T07:30:00" },
  { id: 9007199254740992, km: 10, sport: "Ride", start: "2026-02-01T00:00:00", commute: true },
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
      /names no column \(did you mean sport\?\)\. There are: id, km, sport, start, commute$/,
    )
    assert.doesNotMatch(yield* refusal("heartbeat=1"), /did you mean/)
    assert.match(yield* refusal("km=far"), /km is a number/)
    assert.match(yield* refusal("start>yesterday"), /start is a day, such as/)
    assert.match(yield* refusal("commute=yes"), /true or false/)
    assert.match(yield* refusal("km>null"), /only be compared by = and !=/)
    assert.match(yield* refusal("km"), /is no condition; write a column.*'km>=30'/)
    assert.equal((yield* refusal("\u001b[2J=1")).includes("\u001b"), false)
    assert.equal(nearest("KM", ["id", "km"]), "km")
  }))
