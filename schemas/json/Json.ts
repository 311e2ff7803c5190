/**
 * JSON without loss. `JSON.parse` rounds 3265366675164236880 to …237000 and forgets that 2.0 was not
 * 2, so exact values are cut out of the text, or kept next to their value as source text.
 */
import { Predicate } from "effect"

/** A number that JavaScript cannot represent exactly as sent; `JSON.stringify` writes it as sent. */
export interface RawNumber {
  readonly rawJSON: string
}

export type Json =
  | null
  | boolean
  | number
  | string
  | RawNumber
  | ReadonlyArray<Json>
  | { readonly [key: string]: Json }

/** ES2026's "JSON.parse source text access", which TypeScript 6.0 does not describe yet. */
const exact = JSON as unknown as {
  parse(
    text: string,
    reviver: (key: string, value: Json, context: { readonly source?: string }) => Json,
  ): Json
  rawJSON(text: string): RawNumber
  isRawJSON(value: unknown): value is RawNumber
}

/** True if `value` is a number kept as its source text. */
export const isRawNumber = (value: unknown): value is RawNumber => exact.isRawJSON(value)

/**
 * True if JavaScript represents the number of this source as sent. Beyond 2^53 it never does,
 * although it prints 3265147793106610000 like that, because the value stands for its neighbors too.
 */
const isHeld = (value: number, source: string): boolean =>
  String(value) === source && (Number.isSafeInteger(value) || !Number.isInteger(value))

/**
 * Parses `text`, keeping as a `RawNumber` every number that JavaScript would print differently, or
 * cannot tell from its neighbors. Ten times slower than `JSON.parse`: meant for summaries, not for
 * streams. Throws a `SyntaxError`.
 */
export const parseExact = (text: string): Json =>
  exact.parse(
    text,
    (_key, value, { source }) =>
      typeof value === "number" && source !== undefined && !isHeld(value, source)
        ? exact.rawJSON(source)
        : value,
  )

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const bracket = 0x5b
const opens = (code: number) => code === bracket || code === 0x7b
const closes = (code: number) => code === 0x5d || code === 0x7d

/** Returns the index after the string that starts at `at`. */
const endOfString = (text: string, at: number): number => {
  for (let i = at + 1; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === backslash) i++
    else if (code === quote) return i + 1
  }
  return text.length
}

/**
 * Returns a function that finds the next `what` from an index. Calls with increasing indexes scan
 * the text once in total.
 */
const searcher = (text: string, what: string) => {
  let next = -1
  return (from: number): number => {
    if (next < from) {
      const found = text.indexOf(what, from)
      next = found === -1 ? text.length : found
    }
    return next
  }
}

/** Returns a function for the end of the list that begins at an index, if it holds no list, object or string. */
const flatLists = (text: string) => {
  const nextList = searcher(text, "[")
  const nextObject = searcher(text, "{")
  const nextString = searcher(text, '"')
  return (at: number): number | undefined => {
    const end = text.indexOf("]", at)
    const flat = end !== -1 && nextList(at + 1) > end && nextObject(at) > end &&
      nextString(at) > end
    return flat ? end : undefined
  }
}

interface Cut {
  readonly parts: ReadonlyArray<string>
  /** Index after the closing bracket; undefined if there is none. */
  readonly end?: number
}

/**
 * Returns the texts between the commas of the array or object that `text` begins with. Only strings and
 * brackets are read, so that a part that is not JSON does not affect the others.
 */
const cut = (text: string): Cut => {
  const parts: Array<string> = []
  const endOfFlatList = flatLists(text)
  let depth = 0
  let start = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === quote) i = endOfString(text, i) - 1
    else if (opens(code)) {
      // Samples are most of the text: skipping a list at once is several times faster than reading
      // it.
      const end = code === bracket && depth > 0 ? endOfFlatList(i) : undefined
      if (end !== undefined) i = end
      else if (depth++ === 0) start = i + 1
    } else if (closes(code)) {
      if (--depth === 0) {
        const last = text.slice(start, i).trim()
        return { parts: last === "" ? parts : [...parts, last], end: i + 1 }
      }
    } else if (code === comma && depth === 1) {
      parts.push(text.slice(start, i).trim())
      start = i + 1
    }
  }
  return { parts }
}

const partsOf = (text: string): ReadonlyArray<string> => cut(text).parts

/**
 * True if `text` is a complete array with at least one object in it. Its elements need not be JSON.
 * The text of an error, such as `[Error]`, is not a list.
 */
export const isWholeList = (text: string): boolean => {
  const list = text.trim()
  const { end, parts } = cut(list)
  return list.startsWith("[") && list.endsWith("]") && end === list.length &&
    parts.some((part) => part.startsWith("{"))
}

/** Returns the elements of a JSON array, each as its own source text, which might not be JSON. */
export const elementsOf = (text: string): ReadonlyArray<string> => {
  const list = text.trim()
  if (list.includes("[", 1) || list.includes("{") || list.includes('"')) return partsOf(list)
  const elements = list.slice(1, -1)
  if (elements.trim() === "") return []
  const sources = elements.split(",")
  return /\s/.test(elements) ? sources.map((source) => source.trim()) : sources
}

/**
 * Returns the members of a JSON object, each value as its own source text. `text` must be valid
 * JSON.
 */
export const membersOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    partsOf(text).map((part) => {
      const end = endOfString(part, 0)
      const value = part.indexOf(":", end)
      return [JSON.parse(part.slice(0, end)) as string, part.slice(value + 1).trim()]
    }),
  )

/**
 * Returns the digits of a whole number as JSON spells it, such as `1.23e2` or `123.0`; undefined
 * for other numbers.
 */
const wholeNumber = (source: string): string | undefined => {
  const match = /^(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/.exec(source)
  if (match === null) return undefined
  const [, whole = "", decimals = "", exponent = "0"] = match
  const point = whole.length + Number(exponent)
  const digits = `${whole}${decimals}`.padEnd(point, "0")
  return point > 0 && /^0*$/.test(digits.slice(point)) ? digits.slice(0, point) : undefined
}

/** Returns a decimal number's digits without zeros at either end, and its exponent, as text. */
const normalized = (source: string): string => {
  const [, whole = "", decimals = "", exponent = "0"] =
    /^-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(source) ?? []
  const digits = `${whole}${decimals}`.replace(/^0+/, "")
  const kept = digits.replace(/0+$/, "")
  return kept === ""
    ? "0"
    : `${kept}e${Number(exponent) - decimals.length + digits.length - kept.length}`
}

/** True if a float8 would round a number in the JSON `source` of a value. */
export const isRounded = (source: string): boolean =>
  /\d{16}|[\d.]{17}|\d[eE]/.test(source) &&
  Array.from(
    source.matchAll(/-?\d[\d.eE+-]*/g),
    ([number]) => number,
  ).some((number) => normalized(number) !== normalized(String(Number(number))))

/**
 * Returns the id of the object `text`, which `JSON.parse` reads as `value`: a text as it is, a
 * number with the digits sent, also beyond 2^53. Undefined if it has no such id.
 */
export const idIn = (text: string, value: unknown, name = "id"): string | undefined => {
  const id = Predicate.hasProperty(value, name) ? value[name] : undefined
  if (typeof id === "string") return id
  if (typeof id !== "number") return undefined
  return Number.isSafeInteger(id) ? String(id) : wholeNumber(membersOf(text).get(name) ?? "")
}

/** Returns `text` on one line: a line break in valid JSON is always white space between two tokens. */
export const onOneLine = (text: string): string => text.replaceAll(/[\r\n]+/g, "")
