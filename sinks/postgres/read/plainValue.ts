/** Converts a value of PostgreSQL's driver to one that `JSON.stringify` writes exactly. */
import { PgTypes } from "@effect/sql-pg"
import { parseExact } from "../../../schemas/json/Json.ts"

const oids: Readonly<Record<string, number>> = PgTypes.OID
const elementOids = new Map(
  Object.entries(oids).flatMap(([name, oid]) => {
    const list = oids[`${name}Array`]
    return list === undefined ? [] : [[list, oid] as const]
  }),
)

const known = new Set(Object.values(oids))

/** True if the driver reads values of the type `oid`. */
export const isKnown = (oid: number): boolean => known.has(oid)

/** Returns every digit of a number; `NaN` and `Infinity` as text. */
const number = (text: string) => /^-?\d+(\.\d+)?$/.test(text) ? parseExact(text) : text

const two = (n: bigint | number) => String(n).padStart(2, "0")

/** Formats microseconds as `-1:02:03.5`, with two digits for hours. */
const clock = (microseconds: bigint): string => {
  const positive = microseconds < 0n ? -microseconds : microseconds
  const seconds = positive / 1_000_000n
  const fraction = String(positive % 1_000_000n).padStart(6, "0").replace(/0+$/, "")
  return `${microseconds < 0n ? "-" : ""}${two(seconds / 3600n)}:${two(seconds / 60n % 60n)}:${
    two(seconds % 60n)
  }${fraction === "" ? "" : `.${fraction}`}`
}

const interval = ({ days, microseconds, months }: PgTypes.Interval): string =>
  [
    months === 0 ? "" : `${months} mon`,
    days === 0 ? "" : `${days} days`,
    microseconds === 0n && (months !== 0 || days !== 0) ? "" : clock(microseconds),
  ].filter((part) => part !== "").join(" ")

/** Formats a time as `2026-01-01T09:00:00Z`, with milliseconds if there are any. */
const instant = (date: Date): string =>
  Number.isNaN(date.getTime()) ? "infinity" : date.toISOString().replace(/\.000Z$/, "Z")

/** Converts `value` of the type `oid`: numbers with every digit, times and bytes as text. */
export const plainValue = (value: unknown, oid: number): unknown => {
  if (value === null) return null
  const element = elementOids.get(oid)
  if (element !== undefined && Array.isArray(value)) {
    return value.map((each) => plainValue(each, element))
  }
  if (oid === PgTypes.OID.json || oid === PgTypes.OID.jsonb) return value
  if (oid === PgTypes.OID.time && typeof value === "bigint") return clock(value)
  if (oid === PgTypes.OID.interval) return interval(value as PgTypes.Interval)
  if (oid === PgTypes.OID.timestamp && value instanceof Date) return instant(value).replace("Z", "")
  if (oid === PgTypes.OID.numeric && typeof value === "string") return number(value)
  if (value instanceof Date) return instant(value)
  if (value instanceof Uint8Array) return `\\x${value.toHex()}`
  if (typeof value === "bigint") return number(String(value))
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value
}
