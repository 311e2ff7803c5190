/** Nouns in the number that a count asks for, and lists of words. */
import { formatNumber } from "./numbers.ts"

/** Returns the form of a noun for `count`; `more` only if it is not `one` with an s. */
export const nounFor = (count: number, one: string, more = `${one}s`): string =>
  count === 1 ? one : more

/** Returns `1 request`, `1,203 requests`. */
export const quantity = (count: number, one: string, more?: string): string =>
  `${formatNumber(count)} ${nounFor(count, one, more)}`

const formats = {
  and: new Intl.ListFormat("en-GB", { type: "conjunction" }),
  or: new Intl.ListFormat("en-GB", { type: "disjunction" }),
} as const

/** Returns `a, b and c`. */
export const listWords = (words: ReadonlyArray<string>, before: "and" | "or" = "and"): string =>
  formats[before].format(words)
