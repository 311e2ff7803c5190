/** Dates of activities.csv: UTC, in the format of the account's language. */
import { formatTime } from "../../../../schemas/time.ts"
import type { AmbiguousDate } from "../ExportRow.ts"
import { monthNamed } from "./months.ts"

/** Time in milliseconds since 1970, UTC; two if the order of day and month is not clear. */
type ReadDate = number | AmbiguousDate | undefined

/** Maximum number of characters of a date that are read. */
const longestDate = 60

/** Words around dates and times that are skipped, without accents. */
const ignored = new Set([
  ..."a at as de del do om um kl klo den die el il le les og och ore alle uhr h г".split(" "),
  "年",
  "月",
  "日",
])

const morning = new Set(["am", "午前", "오전", "上午"])
const afternoon = new Set(["pm", "午後", "오후", "下午"])

/** A time of the day: hour, minute, second, which colons, dots or `h` separate. */
const clock = /(?:^|\D)(\d{1,2})[:.h](\d{2})(?:[:.m](\d{2})(?:\.\d+)?)?\s*(\D*)$/

const timeOf = (
  [, hours, minutes, seconds = "0"]: ReadonlyArray<string | undefined>,
  half: "am" | "pm" | undefined,
): number | undefined => {
  const [hour, minute, second] = [Number(hours), Number(minutes), Number(seconds)]
  if (minute > 59 || second > 59) return undefined
  if (half === undefined ? hour > 23 : hour < 1 || hour > 12) return undefined
  const ofDay = half === undefined ? hour : (hour % 12) + (half === "pm" ? 12 : 0)
  return ((ofDay * 60 + minute) * 60 + second) * 1000
}

/** Returns the start of a day; undefined if the month has no such day. */
const dayOf = (year: number, month: number, day: number): number | undefined => {
  const at = Date.UTC(year, month - 1, day)
  return new Date(at).getUTCMonth() === month - 1 ? at : undefined
}

const isYear = (text: string) => text.length === 4 && text >= "1970" && text < "2100"

/** Returns the day that three numbers name; two days if a slash leaves their order open. */
const numericDay = (numbers: ReadonlyArray<string>, hasSlash: boolean): ReadDate => {
  const [a = "", b = "", c = ""] = numbers
  if (isYear(a)) return dayOf(Number(a), Number(b), Number(c))
  if (!isYear(c)) return undefined
  const dayFirst = dayOf(Number(c), Number(b), Number(a))
  if (!hasSlash) return dayFirst
  const monthFirst = dayOf(Number(c), Number(a), Number(b))
  if (dayFirst === undefined || monthFirst === undefined) return dayFirst ?? monthFirst
  return dayFirst === monthFirst ? dayFirst : { dayFirst, monthFirst }
}

const shifted = (day: ReadDate, time: number): ReadDate =>
  day === undefined
    ? undefined
    : typeof day === "number"
    ? day + time
    : { dayFirst: day.dayFirst + time, monthFirst: day.monthFirst + time }

/** Returns the half of the day that the words name; null if there is a word that is not known. */
const halfOf = (words: ReadonlyArray<string>): "am" | "pm" | undefined | null => {
  let half: "am" | "pm" | undefined
  for (const word of words) {
    if (morning.has(word)) half = "am"
    else if (afternoon.has(word)) half = "pm"
    else if (!ignored.has(word) && word !== "utc" && word !== "gmt" && word !== "z") return null
  }
  return half
}

/** Returns the words of a text, `p. m.` as `pm`. */
const wordsIn = (text: string): ReadonlyArray<string> =>
  text.toLowerCase().replace(/\b([ap])\.?\s?m\b\.?/g, "$1m").match(/[\p{L}\p{M}]+/gu) ?? []

/** Returns the time of a date in any known format, UTC. */
export const readDate = (cell: string, language?: string): ReadDate => {
  if (cell.length > longestDate) return undefined
  const text = cell.normalize("NFKC").trim().replace(/T(?=\d\d:)/, " ")
  const time = clock.exec(text)
  if (time === null) return undefined
  const rest = text.slice(0, time.index + (/^\d/.test(time[0]) ? 0 : 1))
  const words = wordsIn(rest)
  const months: Array<number> = []
  const others: Array<string> = []
  for (const word of words) {
    const plain = word.normalize("NFD").replace(/\p{M}/gu, "").normalize("NFC")
    const isKnown = ignored.has(plain) || morning.has(plain) || afternoon.has(plain)
    const month = isKnown ? undefined : monthNamed(word, language)
    if (month === undefined) others.push(plain)
    else months.push(month)
  }
  const half = halfOf([...others, ...wordsIn(time[4] ?? "")])
  const ofDay = half === null ? undefined : timeOf(time, half)
  if (ofDay === undefined || months.length > 1) return undefined
  const numbers = rest.match(/\d+/g) ?? []
  const [month] = months
  if (month === undefined) {
    return numbers.length === 3
      ? shifted(numericDay(numbers, rest.includes("/")), ofDay)
      : undefined
  }
  const year = numbers.find(isYear)
  const day = numbers.find((number) => number.length <= 2)
  if (numbers.length !== 2 || year === undefined || day === undefined) return undefined
  return shifted(dayOf(Number(year), month, Number(day)), ofDay)
}

/** Returns `2026-01-31T10:00:00Z` for a time in milliseconds since 1970, as Strava writes times. */
export const secondsText = (at: number): string => formatTime(at).replace(/\.\d+Z$/, "Z")
