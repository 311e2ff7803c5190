/** Time zones of positions, and their offsets from UTC. */
import lookup from "@photostructure/tz-lookup"
import { DateTime, Option, Result } from "effect"

/** Time zone of a position at a time. */
export interface PositionZone {
  /** Local time minus UTC in seconds. */
  readonly offset: number
  /** In Strava's form, with the offset in winter: `(GMT+01:00) Europe/Berlin`. */
  readonly label: string
}

const offsetIn = (timeZone: DateTime.TimeZone, ms: number): number =>
  DateTime.zonedOffset(DateTime.makeZonedUnsafe(ms, { timeZone })) / 1000

/** Returns an offset in seconds as `GMT-03:30`. */
const gmt = (offset: number): string => {
  const minutes = Math.round(Math.abs(offset) / 60)
  const two = (value: number) => String(value).padStart(2, "0")
  return `GMT${offset < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
}

/** Returns the offset without daylight saving time, in the year of `ms`: the smaller one of January and July. */
const standardOffset = (timeZone: DateTime.TimeZone, ms: number): number => {
  const year = new Date(ms).getUTCFullYear()
  return Math.min(...[0, 6].map((month) => offsetIn(timeZone, Date.UTC(year, month, 1))))
}

/**
 * Returns the time zone of a position in degrees at a time in milliseconds since 1970; undefined if there is
 * no such position or time. At sea, it is a zone of full hours such as `Etc/GMT+3`.
 */
export const zoneAt = (lat: number, lng: number, ms: number): PositionZone | undefined => {
  const name = Result.getOrUndefined(Result.try(() => lookup(lat, lng)))
  if (name === undefined || Number.isNaN(new Date(ms).getTime())) return undefined
  return Option.getOrUndefined(
    Option.map(DateTime.zoneMakeNamed(name), (timeZone) => ({
      offset: offsetIn(timeZone, ms),
      label: `(${gmt(standardOffset(timeZone, ms))}) ${name}`,
    })),
  )
}
