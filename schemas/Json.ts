/**
 * JSON without loss. `JSON.parse` rounds 3265366675164236880 to …237000 and forgets that 2.0 was not
 * 2, so what has to land exactly is cut out of the text, or kept beside its value as source text.
 */

/** A number that JavaScript does not hold exactly as sent; `JSON.stringify` writes it back as sent. */
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

/** Whether `value` is a number kept as its source text. */
export const isRawNumber = (value: unknown): value is RawNumber => exact.isRawJSON(value)

/**
 * Whether JavaScript holds the number of this source as sent. Beyond 2^53 it never does, though it prints
 * 3265147793106610000 just so: it stands for its neighbours too.
 */
const isHeld = (value: number, source: string): boolean =>
  String(value) === source && (Number.isSafeInteger(value) || !Number.isInteger(value))

/**
 * Parse `text`, keeping as a `RawNumber` every number that JavaScript would print differently, or cannot
 * tell from its neighbours. Ten times slower than `JSON.parse`: meant for summaries, not for streams.
 * Throws a `SyntaxError`.
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

/** The index just past the string that starts at `at`. */
const endOfString = (text: string, at: number): number => {
  for (let i = at + 1; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === backslash) i++
    else if (code === quote) return i + 1
  }
  return text.length
}

/** Finds where `what` comes next; looking from further and further on costs one scan in all. */
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

/** Tells where the list that begins at an index ends, if it holds no list, object or string. */
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

/** The texts between the commas of the one array or object that `text` holds. */
const partsOf = (text: string): ReadonlyArray<string> => {
  const parts: Array<string> = []
  const endOfFlatList = flatLists(text)
  let depth = 0
  let start = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === quote) i = endOfString(text, i) - 1
    else if (opens(code)) {
      // Samples are most of all text: to leap over them is several times faster than to walk.
      const end = code === bracket && depth > 0 ? endOfFlatList(i) : undefined
      if (end !== undefined) i = end
      else if (depth++ === 0) start = i + 1
    } else if (closes(code)) {
      if (--depth === 0) {
        const last = text.slice(start, i).trim()
        if (parts.length > 0 || last !== "") parts.push(last)
      }
    } else if (code === comma && depth === 1) {
      parts.push(text.slice(start, i).trim())
      start = i + 1
    }
  }
  return parts
}

/** The elements of a JSON array, each as its own source text. `text` must be valid JSON. */
export const elementsOf = (text: string): ReadonlyArray<string> => {
  const list = text.trim()
  if (list.includes("[", 1) || list.includes("{") || list.includes('"')) return partsOf(list)
  const elements = list.slice(1, -1)
  if (elements.trim() === "") return []
  const sources = elements.split(",")
  return /\s/.test(elements) ? sources.map((source) => source.trim()) : sources
}

/** The members of a JSON object, each value as its own source text. `text` must be valid JSON. */
export const membersOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    partsOf(text).map((part) => {
      const end = endOfString(part, 0)
      const value = part.indexOf(":", end)
      return [JSON.parse(part.slice(0, end)) as string, part.slice(value + 1).trim()]
    }),
  )

/** The id of the object `text` in the digits sent, where `id` is what `JSON.parse` made of it. */
export const digitsOf = (text: string, id: number | string): string =>
  typeof id === "string" || Number.isSafeInteger(id)
    ? String(id)
    : membersOf(text).get("id") ?? String(id)

/** `text` on one line: a line break in valid JSON is always white space between two tokens. */
export const onOneLine = (text: string): string => text.replaceAll(/[\r\n]+/g, "")
