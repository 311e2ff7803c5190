/** Values of Strava's answers as plain ones: what is of another type, or missing, is null. */
import { Result } from "effect"

export const text = (value: unknown): string | null => typeof value === "string" ? value : null

export const number = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) ? value : null

export const boolean = (value: unknown): boolean | null => typeof value === "boolean" ? value : null

/** The members of an object; undefined of anything else. */
export const record = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? value as Readonly<Record<string, unknown>>
    : undefined

/** `JSON.parse`, undefined of what is no JSON. */
export const parsed = (text: string): unknown =>
  Result.getOrUndefined(Result.try((): unknown => JSON.parse(text)))

const wall = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/

/**
 * When something began by the clocks there: Strava's word for it (whose `Z` is not true), else reckoned
 * from the start and the offset, as the views of the database do.
 */
export const localTimeOf = (
  local: string | null,
  start: number | null,
  offset: number | null,
): string | null => {
  const said = wall.exec(local ?? "")?.[0]
  if (said !== undefined && !Number.isNaN(Date.parse(`${said}Z`))) return said
  if (start === null) return null
  const reckoned = new Date(start + (offset ?? 0) * 1_000)
  return Number.isNaN(reckoned.getTime()) ? null : reckoned.toISOString().slice(0, 19)
}
