/** Plain values of Strava's responses; a missing value, or one of another type, is null. */
import { DateTime, Option, Predicate, Result } from "effect"
import { parseTime } from "../../schemas/time.ts"

export const text = (value: unknown): string | null => typeof value === "string" ? value : null

export const number = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) ? value : null

export const boolean = (value: unknown): boolean | null => typeof value === "boolean" ? value : null

/** Returns an object; undefined for any other value. */
export const record = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  Predicate.isReadonlyObject(value) ? value : undefined

/** Returns the objects of a list; empty for any other value. */
export const recordsIn = (list: unknown): ReadonlyArray<Readonly<Record<string, unknown>>> =>
  Array.isArray(list) ? list.map(record).filter((each) => each !== undefined) : []

/** `JSON.parse`; undefined if the text is not JSON. */
export const parsed = (text: string): unknown =>
  Result.getOrUndefined(Result.try((): unknown => JSON.parse(text)))

const wall = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/

/**
 * Returns the local time of a start: as Strava sent it (its `Z` is wrong), otherwise computed from the start and
 * the offset, like the views of the database.
 */
export const localTimeOf = (
  local: string | null,
  start: number | null,
  offset: number | null,
): string | null => {
  const said = wall.exec(local ?? "")?.[0]
  if (said !== undefined && !Number.isNaN(parseTime(`${said}Z`))) return said
  if (start === null) return null
  return Option.match(DateTime.make(start + (offset ?? 0) * 1_000), {
    onNone: () => null,
    onSome: (time) => DateTime.formatIso(time).slice(0, 19),
  })
}
