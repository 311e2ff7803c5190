/** Times of XML files: ISO 8601 in the forms that devices write. */

interface IsoTime {
  /** Milliseconds since 1970, UTC; fractions of a millisecond are cut. */
  readonly ms: number
  /** Local time minus UTC in seconds; undefined if the text names no zone. */
  readonly offset: number | undefined
}

const form =
  /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,20}))?)?\s*(?:(Z)|([+-])(\d\d):?(\d\d)?)?$/i

/** Returns the time of midnight UTC of a date; NaN if there is no such date. */
const midnight = (year: number, month: number, date: number): number => {
  const ms = Date.UTC(year, month - 1, date)
  const found = new Date(ms)
  return found.getUTCFullYear() === year && found.getUTCDate() === date ? ms : NaN
}

/** Returns the value of two digits; a number over 99 if they are not digits. */
const two = (text: string, at: number): number => {
  const tens = text.charCodeAt(at) ^ 0x30
  const ones = text.charCodeAt(at + 1) ^ 0x30
  return tens > 9 || ones > 9 ? 1_000 : tens * 10 + ones
}

/**
 * Returns the time in `text`: `YYYY-MM-DDThh:mm:ss` with a zone in any notation, or without.
 * A leap second is the first second of the next minute. Undefined if the text is no such time.
 */
const parse = (text: string): IsoTime | undefined => {
  const found = form.exec(text)
  if (found === null) return undefined
  const [, year, month, date, hours, minutes, seconds = "0", fraction = ""] = found
  const [zulu, sign, zoneHours = "0", zoneMinutes = "0"] = found.slice(8)
  const clock = (Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)
  const base = midnight(Number(year), Number(month), Number(date))
  if (Number.isNaN(base) || clock > 86_400 || Number(minutes) > 59 || Number(seconds) > 60) {
    return undefined
  }
  const distance = Number(zoneHours) * 3600 + Number(zoneMinutes) * 60
  const named = zulu === undefined ? undefined : 0
  const offset = sign === undefined ? named : sign === "-" ? -distance : distance
  const ms = base + clock * 1000 + Number(fraction.padEnd(3, "0").slice(0, 3))
  return { ms: ms - (offset ?? 0) * 1000, offset }
}

/** Milliseconds of the time of day in `Thh:mm:ssZ` or `Thh:mm:ss.sssZ`; NaN for any other form. */
const clockOf = (text: string): number => {
  const { length } = text
  if ((length !== 20 && length !== 24) || text.charCodeAt(length - 1) !== 0x5a) return NaN
  if (text.charCodeAt(13) !== 0x3a || text.charCodeAt(16) !== 0x3a) return NaN
  const hours = two(text, 11)
  const minutes = two(text, 14)
  const seconds = two(text, 17)
  if (hours > 23 || minutes > 59 || seconds > 59) return NaN
  const clock = ((hours * 60 + minutes) * 60 + seconds) * 1000
  if (length === 20) return clock
  const tens = two(text, 20)
  const ones = text.charCodeAt(22) ^ 0x30
  return text.charCodeAt(19) === 0x2e && tens < 100 && ones < 10 ? clock + tens * 10 + ones : NaN
}

/**
 * Returns a parser of times. It remembers the date of the last one, because the points of a file share it;
 * the common form with `Z` is then read without a regular expression.
 */
export const timeParser = (): (text: string) => IsoTime | undefined => {
  let date = " "
  let base = NaN
  return (raw) => {
    const text = raw.charCodeAt(raw.length - 1) === 0x5a ? raw : raw.trim()
    const clock = text.startsWith(date) ? clockOf(text) : NaN
    if (!Number.isNaN(clock)) return { ms: base + clock, offset: 0 }
    const time = parse(text.trim())
    if (time?.offset === 0 && /^\d{4}-\d\d-\d\dT/.test(text)) {
      date = text.slice(0, 11)
      base = Math.floor(time.ms / 86_400_000) * 86_400_000
    }
    return time
  }
}
