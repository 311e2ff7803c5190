/** Values of Strava's answers as a column of each type holds them, in JSON: null if they do not fit. */

import { isRawNumber } from "../../../schemas/json/Json.ts"

/** What PostgreSQL's text can hold of a string: without NUL and half surrogate pairs. */
const storable = (text: string): string => text.toWellFormed().replaceAll("\0", "\ufffd")

const isInt32 = (value: unknown): value is number =>
  Number.isInteger(value) && Math.abs(value as number) < 2 ** 31

const isoTime = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(?:Z|([+-])(\d\d):(\d\d))?$/

/** What the clock on the wall shows, as if in UTC, and how far it is ahead of UTC; in milliseconds. */
const timeIn = (value: unknown): { readonly wall: number; readonly offset: number } | undefined => {
  const match = typeof value === "string" ? isoTime.exec(value) : null
  if (match === null) return undefined
  const [, seconds = "", fraction = "", sign, hours, minutes] = match
  const wall = Date.parse(`${seconds}${fraction}Z`)
  // Date.parse takes 30 February for 2 March.
  const exists = !Number.isNaN(wall) && new Date(wall).toISOString().startsWith(seconds)
  // At either end a time zone could lead to a year that PostgreSQL writes otherwise.
  if (!exists || /^(0000|0001|9999)/.test(seconds)) return undefined
  const offset = sign === undefined ? 0 : (Number(hours) * 60 + Number(minutes)) * 60_000
  return { wall, offset: sign === "-" ? -offset : offset }
}

/** A number as JavaScript has it, whichever way it was parsed. */
const plain = (value: unknown): unknown => isRawNumber(value) ? Number(value.rawJSON) : value

/** A whole number as sent, where it is beyond what JavaScript counts exactly. */
const isBigint = (value: unknown): boolean =>
  isRawNumber(value) && /^-?\d+$/.test(value.rawJSON) &&
  BigInt.asIntN(64, BigInt(value.rawJSON)) === BigInt(value.rawJSON)

/** By the type of the column; of values by `JSON.parse` or by `parseExact`. */
export const readers = {
  text: (value: unknown) => typeof value === "string" ? storable(value) : null,
  boolean: (value: unknown) => typeof value === "boolean" ? value : null,
  integer: (value: unknown) => {
    const number = plain(value)
    return isInt32(number) ? number : null
  },
  bigint: (value: unknown) => {
    if (isBigint(value)) return value
    const number = plain(value)
    return Number.isSafeInteger(number) ? number : null
  },
  float8: (value: unknown) => {
    const number = plain(value)
    return Number.isFinite(number) ? number : null
  },
  "float8[]": (value: unknown) => {
    const list: ReadonlyArray<unknown> | undefined = Array.isArray(value)
      ? value.map(plain)
      : undefined
    return list?.every(Number.isFinite) ? list : null
  },
  timestamptz: (value: unknown) => {
    const time = timeIn(value)
    return time === undefined ? null : new Date(time.wall - time.offset).toISOString()
  },
  timestamp: (value: unknown) => {
    const time = timeIn(value)
    return time === undefined ? null : new Date(time.wall).toISOString().slice(0, -1)
  },
} satisfies Record<string, (value: unknown) => unknown>
