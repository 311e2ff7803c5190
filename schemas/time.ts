/** Times as text, and in milliseconds since 1970. */
import { DateTime, Option } from "effect"

/** Returns `2026-01-31T10:00:00.000Z` for a valid time in milliseconds since 1970. */
export const formatTime = (at: number): string => DateTime.formatIso(DateTime.makeUnsafe(at))

/**
 * Returns the time in milliseconds since 1970 of an ISO 8601 text or of an HTTP date; NaN if it is
 * absent or not a time. 30 February is read as 2 March.
 */
export const parseTime = (text: string | null | undefined): number =>
  Option.match(DateTime.make(text ?? ""), {
    onNone: () => NaN,
    onSome: DateTime.toEpochMillis,
  })
