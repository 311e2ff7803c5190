/** JSON in Strava's format: floats keep a decimal (`12.0`), IDs beyond 2^53 keep every digit. */
import type { Json, RawNumber } from "../../../schemas/json/Json.ts"

/** Raw JSON of ES2026, which TypeScript 6.0 does not declare yet. */
const raw = (JSON as unknown as { rawJSON(text: string): RawNumber }).rawJSON

/** An object whose numbers can have a text of their own. */
export type JsonObject = { readonly [key: string]: Json }

/** Returns a float rounded to `decimals`, with at least one decimal: `12.0`, `3.25`. */
export const float = (value: number, decimals = 1): RawNumber => {
  const rounded = Math.round(value * 10 ** decimals) / 10 ** decimals + 0
  return raw(Number.isInteger(rounded) ? `${rounded}.0` : String(rounded))
}

/** Returns a whole number with these digits, however many. */
export const digits = (text: string | bigint): RawNumber => raw(String(text))

/** Converts back to a number, for arithmetic. */
export const numberOf = (value: Json | undefined): number =>
  typeof value === "number"
    ? value
    : value !== null && typeof value === "object" && "rawJSON" in value
    ? Number(value.rawJSON)
    : NaN

export const encode = (value: Json): string => JSON.stringify(value)
