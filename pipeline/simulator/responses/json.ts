/** JSON as Strava writes it: floats keep a decimal (`12.0`), ids beyond 2^53 keep every digit. */
import type { Json, RawNumber } from "../../../schemas/json/Json.ts"

/** ES2026's raw JSON, which TypeScript 6.0 does not describe yet. */
const raw = (JSON as unknown as { rawJSON(text: string): RawNumber }).rawJSON

/** An object that may hold numbers with a text of their own. */
export type JsonObject = { readonly [key: string]: Json }

/** A float rounded to `decimals`, with at least one decimal: `12.0`, `3.25`. */
export const float = (value: number, decimals = 1): RawNumber => {
  const rounded = Math.round(value * 10 ** decimals) / 10 ** decimals + 0
  return raw(Number.isInteger(rounded) ? `${rounded}.0` : String(rounded))
}

/** A whole number given by its digits, however many. */
export const digits = (text: string | bigint): RawNumber => raw(String(text))

/** The number again, for arithmetic. */
export const numberOf = (value: Json | undefined): number =>
  typeof value === "number"
    ? value
    : value !== null && typeof value === "object" && "rawJSON" in value
    ? Number(value.rawJSON)
    : NaN

export const encode = (value: Json): string => JSON.stringify(value)
