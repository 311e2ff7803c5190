/** Conditions such as `km>=30`, `distance>=20mi` and `name~yoga`, which select rows. */
import { Effect } from "effect"
import { isRawNumber } from "../../schemas/json/Json.ts"
import { nearest } from "../../sinks/nearest.ts"
import { printable } from "../output/kit/terminal.ts"
import { exampleOf, quantityIn, unitWord, usualUnit } from "./quantities.ts"
import { ShowError } from "./ShowError.ts"
import type { ShowColumn, ShowRow } from "./Table.ts"

const operators = ["!=", ">=", "<=", "=", ">", "<", "~"] as const
type Operator = typeof operators[number]

interface Condition {
  readonly column: ShowColumn
  readonly operator: Operator
  /** In the unit of the column. */
  readonly value: string
  /** Note for the user that the value was read in the column's unit; undefined if that is clear. */
  readonly note: string | undefined
}

const moment = /^\d{4}(-\d\d(-\d\d([T ]\d\d(:\d\d(:\d\d)?)?)?)?)?$/
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i

const refused = (detail: string) => new ShowError({ reason: "usage", detail })

/** Returns why the operator and the value do not fit the column; undefined if they do. */
const mismatch = (
  { name, type, unit }: ShowColumn,
  operator: string,
  value: string,
): string | undefined => {
  if (operator === "~") return type === "str" ? undefined : `only texts can be searched with ~`
  if (value === "null" || type === "bool") {
    if (value !== "null" && value !== "true" && value !== "false") return `${name} is true or false`
    return operator === "=" || operator === "!="
      ? undefined
      : `${value} can only be compared by = and !=`
  }
  if ((type === "int" || type === "float") && !decimal.test(value)) {
    return `${name} is a number${
      unit === undefined ? "" : ` of ${unitWord(unit)}, or a quantity such as ${exampleOf(unit)}`
    }`
  }
  return /^date/.test(type) && !moment.test(value)
    ? `${name} is a day, such as 2026-01-31, or 2026`
    : undefined
}

/** Note for a number without a unit, if the name of the column does not end with its unit. */
const noteFor = (
  { name, unit }: ShowColumn,
  typed: string,
  used: string,
  value: string,
): string | undefined =>
  unit === undefined || !decimal.test(value) || (used === name && /^(km|hours)$|_[ms]$/.test(name))
    ? undefined
    : `${printable(typed)} compares ${unitWord(unit)}. With a unit: '${printable(typed.trim())}${
      usualUnit(unit)
    }'`

/** Parses a condition for these columns. */
const conditionOf = Effect.fnUntraced(
  function* (typed: string, columns: ReadonlyArray<ShowColumn>) {
    const [, name = "", operator = "", value = ""] = /^\s*(\w+)\s*(!=|>=|<=|=|>|<|~)\s*(.*?)\s*$/s
      .exec(typed) ?? []
    const shown = printable(typed)
    if (name === "") {
      return yield* refused(
        `--where ${shown} is no condition; write a column, one of ${
          operators.join(" ")
        } and a value, in quotes, such as --where 'km>=30'`,
      )
    }
    const names = columns.map(({ name }) => name)
    const column = columns.find((column) => column.name === name) ??
      columns.find(({ alias }) => alias === name)
    if (column === undefined) {
      const meant = nearest(name, names)
      return yield* refused(
        `--where ${shown} names no column${
          meant === undefined ? "" : ` (did you mean ${meant}?)`
        }. There are: ${names.join(", ")}`,
      )
    }
    const converted = column.unit === undefined ? undefined : quantityIn(column.unit, value)
    const compared = converted === undefined ? value : String(converted)
    const reason = mismatch(column, operator, compared)
    if (reason !== undefined) return yield* refused(`--where ${shown}: ${reason}`)
    return {
      column,
      operator: operator as Operator,
      value: compared,
      note: noteFor(column, typed, name, value),
    } satisfies Condition
  },
)

const sign = (a: number | bigint | string, b: number | bigint | string) =>
  a < b ? -1 : a > b ? 1 : 0

/** Compares integers to the last digit, and other numbers as JavaScript holds them. */
const numbers = (a: string, b: string): number =>
  /^-?\d+$/.test(a) && /^-?\d+$/.test(b) ? sign(BigInt(a), BigInt(b)) : sign(Number(a), Number(b))

const orderOf = (held: unknown, { column, value }: Condition): number =>
  column.type === "int" || column.type === "float"
    ? numbers(isRawNumber(held) ? held.rawJSON : String(held), value)
    // A day matches all of its times; a year or an hour does too.
    : column.type === "datetime" || column.type === "date"
    ? sign(String(held).slice(0, value.length), value.replace(" ", "T"))
    : sign(String(held), value)

const tests: Readonly<Record<Exclude<Operator, "~">, (order: number) => boolean>> = {
  "=": (order) => order === 0,
  "!=": (order) => order !== 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
}

const folded = (text: string): string => text.normalize("NFC").toLowerCase()

/** As in SQL, a missing value is neither equal nor unequal to a value; `=null` finds it. */
const holds = (row: ShowRow, condition: Condition): boolean => {
  const held = row[condition.column.name] ?? null
  if (condition.operator === "~") {
    return held !== null && folded(String(held)).includes(folded(condition.value))
  }
  if (condition.value === "null") return (held === null) === (condition.operator === "=")
  return held !== null && tests[condition.operator](orderOf(held, condition))
}

/** Returns the filter of all these conditions, and notes about them. Fails if one is invalid. */
export const filterOf = Effect.fn("filterOf")(function* (
  typed: ReadonlyArray<string>,
  columns: ReadonlyArray<ShowColumn>,
) {
  const conditions = yield* Effect.forEach(typed, (one) => conditionOf(one, columns))
  return {
    passes: (row: ShowRow): boolean => conditions.every((condition) => holds(row, condition)),
    notes: conditions.flatMap(({ note }) => note ?? []),
  }
})
