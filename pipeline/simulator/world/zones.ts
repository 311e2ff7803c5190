/** Offsets of time zones, and Strava's labels for them. */

const formats = new Map<string, Intl.DateTimeFormat>()
const known = new Map<string, number>()

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

const computeOffset = (zone: string, at: number): number => {
  let format = formats.get(zone)
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" })
    formats.set(zone, format)
  }
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(format.format(at)) ?? []
  return hours === undefined ? 0 : (sign === "-" ? -1 : 1) * (+hours * 60 + +minutes!) * minute
}

const cachedOffset = (zone: string, bucket: number, size: number): number => {
  const key = `${zone} ${size} ${bucket}`
  const found = known.get(key)
  if (found !== undefined) return found
  const offset = computeOffset(zone, bucket * size)
  known.set(key, offset)
  return offset
}

/**
 * Returns the offset of `zone` from UTC at the instant `at`, in milliseconds. Clocks change on the
 * hour.
 */
export const offsetAt = (zone: string, at: number): number => {
  const bucket = Math.floor(at / day)
  const offset = cachedOffset(zone, bucket, day)
  return offset === cachedOffset(zone, bucket + 1, day)
    ? offset
    : cachedOffset(zone, Math.floor(at / hour), hour)
}

/**
 * Returns the instant at which clocks in `zone` show the local time `local` (given as if it were UTC).
 */
export const instantOf = (zone: string, local: number): number => {
  const guess = local - offsetAt(zone, local)
  return local - offsetAt(zone, guess)
}

/**
 * Returns a label such as `(GMT+01:00) Europe/Berlin`: the standard offset, wrong in summer, as Strava
 * sends it.
 */
export const labelOf = (zone: string, at: number): string => {
  const year = new Date(at).getUTCFullYear()
  const offset = Math.min(
    offsetAt(zone, Date.UTC(year, 0, 10)),
    offsetAt(zone, Date.UTC(year, 6, 10)),
  )
  const two = (value: number) => String(value).padStart(2, "0")
  const minutes = Math.abs(offset) / minute
  const sign = offset < 0 ? "-" : "+"
  return `(GMT${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}) ${zone}`
}

/** Formats an instant as `2026-11-15T06:30:00Z`, in whole seconds. */
export const isoSeconds = (at: number): string => `${new Date(at).toISOString().slice(0, 19)}Z`
