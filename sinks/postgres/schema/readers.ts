/**
 * Readers by column type: each returns a value of Strava's responses as JSON for the column, or
 * null if it does not fit.
 */

import { Predicate } from "effect"
import { isRawNumber } from "../../../schemas/json/Json.ts"
import { formatTime, parseTime } from "../../../schemas/time.ts"

/** Replaces NUL and half surrogate pairs, which PostgreSQL's text cannot hold. */
const storable = (text: string): string => text.toWellFormed().replaceAll("\0", "\ufffd")

const isInt32 = (value: unknown): value is number =>
  Number.isInteger(value) && Math.abs(value as number) < 2 ** 31

const isoTime = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(?:Z|([+-])(\d\d):(\d\d))?$/

/** Returns the local time as if in UTC, and its offset from UTC; both in milliseconds. */
const timeIn = (value: unknown): { readonly wall: number; readonly offset: number } | undefined => {
  const match = typeof value === "string" ? isoTime.exec(value) : null
  if (match === null) return undefined
  const [, seconds = "", fraction = "", sign, hours, minutes] = match
  const wall = parseTime(`${seconds}${fraction}Z`)
  // parseTime reads 30 February as 2 March.
  const exists = !Number.isNaN(wall) && formatTime(wall).startsWith(seconds)
  // In the first and last years, a time zone could lead to a year that PostgreSQL writes
  // differently.
  if (!exists || /^(0000|0001|9999)/.test(seconds)) return undefined
  const offset = sign === undefined ? 0 : (Number(hours) * 60 + Number(minutes)) * 60_000
  return { wall, offset: sign === "-" ? -offset : offset }
}

/** Returns a number as JavaScript has it, parsed by `JSON.parse` or by `parseExact`. */
const plain = (value: unknown): unknown => isRawNumber(value) ? Number(value.rawJSON) : value

/** True for a whole number as sent that JavaScript cannot represent exactly. */
const isBigint = (value: unknown): boolean =>
  isRawNumber(value) && /^-?\d+$/.test(value.rawJSON) &&
  BigInt.asIntN(64, BigInt(value.rawJSON)) === BigInt(value.rawJSON)

/** Readers by column type, for values of `JSON.parse` or of `parseExact`. */
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
  "text[]": (value: unknown) =>
    Array.isArray(value) && value.every(Predicate.isString) ? value.map(storable) : null,
  timestamptz: (value: unknown) => {
    const time = timeIn(value)
    return time === undefined ? null : formatTime(time.wall - time.offset)
  },
  timestamp: (value: unknown) => {
    const time = timeIn(value)
    return time === undefined ? null : formatTime(time.wall).slice(0, -1)
  },
} satisfies Record<string, (value: unknown) => unknown>
