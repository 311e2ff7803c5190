/**
 * Strava's windows: 15 minutes from :00/:15/:30/:45 and a day from 00:00 UTC, one pair for reads and
 * one for all requests. Both pairs count a read.
 */
import { parseTime } from "../../../schemas/time.ts"

export const buckets = ["all15", "allDay", "read15", "readDay"] as const
export type Bucket = typeof buckets[number]

export const quarterHour = 15 * 60_000
export const day = 24 * 60 * 60_000

export const lengthOf = (bucket: Bucket): number => bucket.endsWith("15") ? quarterHour : day

/** Limits of a new application, until a header reports others. */
export const defaultCaps: Readonly<Record<Bucket, number>> = {
  all15: 200,
  allDay: 2_000,
  read15: 100,
  readDay: 1_000,
}

/** Returns the start of the window of `now`, in milliseconds since 1970. */
export const windowStart = (bucket: Bucket, now: number): number => now - (now % lengthOf(bucket))

/** Longest `Retry-After` that is believed, in milliseconds. */
export const longestPause = day

/**
 * Returns `Retry-After` in milliseconds; 0 if it is absent or garbled. It is a number of seconds or a
 * date by the server's clock, which shows `serverTime`.
 */
export const pauseFrom = (value: string | undefined, serverTime: number): number => {
  const text = value?.trim() ?? ""
  const pause = /^\d+$/.test(text) ? Number(text) * 1_000 : parseTime(text) - serverTime
  return pause > 0 ? Math.min(pause, longestPause) : 0
}

/** True if a response with this status can ask to wait: rate limit (429) or unavailable (503). */
export const asksToWait = (status: number): boolean => status === 429 || status === 503

/** Reads two counts in Strava's format, `"15 minutes,day"`; undefined if garbled, such as `","`. */
const pair = (value: string | undefined): readonly [number, number] | undefined => {
  const [, short, long] = /^\s*(\d{1,9})\s*,\s*(\d{1,9})\s*$/.exec(value ?? "") ?? []
  return short === undefined || long === undefined ? undefined : [Number(short), Number(long)]
}

export interface QuotaHeaders {
  readonly caps: Partial<Record<Bucket, number>>
  readonly used: Partial<Record<Bucket, number>>
}

/** Removes limits of 0, which Strava has been seen to send and which mean nothing. */
const positive = (caps: Partial<Record<Bucket, number>>) =>
  Object.fromEntries(Object.entries(caps).filter(([, cap]) => cap > 0))

/** Reads the rate-limit headers of a response; empty if they are absent (streams) or garbled. */
export const quotaHeaders = (
  headers: Readonly<Record<string, string | undefined>>,
): QuotaHeaders => {
  const record = (kind: "limit" | "usage") => {
    const all = pair(headers[`x-ratelimit-${kind}`])
    const read = pair(headers[`x-readratelimit-${kind}`])
    return {
      ...(all && { all15: all[0], allDay: all[1] }),
      ...(read && { read15: read[0], readDay: read[1] }),
    }
  }
  return { caps: positive(record("limit")), used: record("usage") }
}
