/** Conditions such as `km>=30`, which select rows. */
import { Effect } from "effect"
import { isRawNumber } from "../../schemas/json/Json.ts"
import { printable } from "../output/kit/terminal.ts"
import { ShowError } from "./ShowError.ts"
import type { ShowColumn, ShowRow } from "./Table.ts"

const operators = ["!=", ">=", "<=", "=", ">", "<"] as const
type Operator = typeof operators[number]

interface Condition {
  readonly column: ShowColumn
  readonly operator: Operator
  readonly value: string
}

/** Returns the number of letters to change to turn one word into the other. */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next.push(
        Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)),
      )
    }
    row = next
  }
  return row[b.length]!
}

/** Returns the name that was probably meant; undefined if none is similar. */
export const nearest = (typed: string, names: ReadonlyArray<string>): string | undefined => {
  const far = typed.length < 4 ? 1 : typed.length < 9 ? 2 : 3
  const [best] = names.map((name) => ({ name, away: distance(typed.toLowerCase(), name) }))
    .filter(({ away }) => away <= far)
    .sort((a, b) => a.away - b.away)
  return best?.name
}

const moment = /^\d{4}(-\d\d(-\d\d([T ]\d\d(:\d\d(:\d\d)?)?)?)?)?$/
const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i

const refused = (detail: string) => new ShowError({ reason: "usage", detail })

/** Parses a condition for these columns. */
const conditionOf = Effect.fnUntraced(
  function* (typed: string, columns: ReadonlyArray<ShowColumn>) {
    const [, name = "", operator = "", value = ""] = /^\s*(\w+)\s*(!=|>=|<=|=|>|<)\s*(.*?)\s*$/s
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
    const column = columns.find((column) => column.name === name)
    if (column === undefined) {
      const meant = nearest(name, names)
      return yield* refused(
        `--where ${shown} names no column${
          meant === undefined ? "" : ` (did you mean ${meant}?)`
        }. There are: ${names.join(", ")}`,
      )
    }
    const isNumber = column.type === "int" || column.type === "float"
    if (value !== "null" && isNumber && !decimal.test(value)) {
      return yield* refused(`--where ${shown}: ${name} is a number`)
    }
    if (value !== "null" && /^date/.test(column.type) && !moment.test(value)) {
      return yield* refused(`--where ${shown}: ${name} is a day, such as 2026-01-31, or 2026`)
    }
    if (value !== "null" && column.type === "bool" && value !== "true" && value !== "false") {
      return yield* refused(`--where ${shown}: ${name} is true or false`)
    }
    if ((value === "null" || column.type === "bool") && operator !== "=" && operator !== "!=") {
      return yield* refused(`--where ${shown}: ${value} can only be compared by = and !=`)
    }
    return { column, operator: operator as Operator, value } satisfies Condition
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

const tests: Readonly<Record<Operator, (order: number) => boolean>> = {
  "=": (order) => order === 0,
  "!=": (order) => order !== 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
}

/** As in SQL, a missing value is neither equal nor unequal to a value; `=null` finds it. */
const holds = (row: ShowRow, condition: Condition): boolean => {
  const held = row[condition.column.name] ?? null
  if (condition.value === "null") return (held === null) === (condition.operator === "=")
  return held !== null && tests[condition.operator](orderOf(held, condition))
}

/** Returns the filter of all these conditions. Fails if one is invalid. */
export const filterOf = Effect.fn("filterOf")(function* (
  typed: ReadonlyArray<string>,
  columns: ReadonlyArray<ShowColumn>,
) {
  const conditions = yield* Effect.forEach(typed, (one) => conditionOf(one, columns))
  return (row: ShowRow): boolean => conditions.every((condition) => holds(row, condition))
})
