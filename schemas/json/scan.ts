/**
 * Reads a streams response as bytes, in one pass and without a value per sample.
 *
 * Only the plain form is read, which is the one that Strava sends: an object by type, each stream an
 * object with one list `data`; lists of numbers, booleans, nulls and pairs of numbers without white space
 * or exponents; ASCII without escapes. `scan` returns undefined for any other response, valid or not, and
 * the caller parses its text. So a scan never decides that a response is bad.
 *
 * A sink reads samples from `bytes`, beginning at `at`: each sample is followed by a comma, or by the
 * bracket that ends the list, so that a loop over them needs no table of their places. In `samples.ts`,
 * `numberIn` returns the value of a number exactly as `JSON.parse` reads it, and `endOfCell` the end of one.
 */
import { Result } from "effect"
import { isWord, type SampleList, samplesAt, textIn } from "./samples.ts"
import { inColumnOrder } from "../StreamSet.ts"

/** One stream of a response: its list `data`, and what is around it. */
export interface ScannedStream extends SampleList {
  readonly type: string
  /** Range of the whole stream in the bytes: an object. */
  readonly from: number
  readonly to: number
  /** Fields of the stream other than `data` and `type`. */
  readonly info: Readonly<Record<string, unknown>>
}

export interface Scan {
  /** The response as received. */
  readonly bytes: Uint8Array
  /** Known types first, in the order of our columns. */
  readonly streams: ReadonlyArray<ScannedStream>
  /** The response with one sample of each kind per list: right about names and types, not about amounts. */
  readonly json: Readonly<Record<string, unknown>>
}

const comma = 0x2c
const colon = 0x3a
const quote = 0x22
const backslash = 0x5c
const opening = 0x5b
const openingBrace = 0x7b
const closingBrace = 0x7d

/**
 * Returns the byte at `i`; 0 past the end, which never occurs in JSON. Loops over samples read
 * `bytes[i]` themselves.
 */
const byteAt = (bytes: Uint8Array, i: number): number => bytes[i] ?? 0

/** Returns one sample of each kind in a list, as JSON. */
const kindsOf = ({ booleans, nulls, numbers, pairs }: SampleList): string =>
  [
    ...(numbers > 0 ? ["0"] : []),
    ...(pairs > 0 ? ["[0,0]"] : []),
    ...(booleans > 0 ? ["true"] : []),
    ...(nulls > 0 ? ["null"] : []),
  ].join()

/** Returns the index of the next byte that is not white space. */
const afterSpace = (bytes: Uint8Array, from: number): number => {
  let i = from
  for (;;) {
    const byte = byteAt(bytes, i)
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return i
    i++
  }
}

/** Returns the index after the string at `from`; -1 if it is not a string in ASCII without escapes. */
const endOfText = (bytes: Uint8Array, from: number): number => {
  if (byteAt(bytes, from) !== quote) return -1
  for (let i = from + 1;; i++) {
    const byte = byteAt(bytes, i)
    if (byte === quote) return i + 1
    if (byte < 0x20 || byte > 0x7f || byte === backslash) return -1
  }
}

/** Returns the index after a number or a word at `from`, which is not checked; -1 if there is none. */
const endOfBare = (bytes: Uint8Array, from: number): number => {
  let i = from
  while (byteAt(bytes, i) > 0x20 && byteAt(bytes, i) < 0x7f) {
    const byte = byteAt(bytes, i)
    if (byte === comma || byte === closingBrace) break
    if (byte === quote || byte === opening || byte === openingBrace) return -1
    i++
  }
  return i === from ? -1 : i
}

/**
 * Reads the members of the object at `from`; `read` is called with the range of each name, without its
 * quotes, and the index of the value, and returns the index after it. Returns the index after the object,
 * -1 if there is none, or `read` returned -1.
 */
const readObject = (
  bytes: Uint8Array,
  from: number,
  read: (name: number, nameEnd: number, value: number) => number,
): number => {
  if (byteAt(bytes, from) !== openingBrace) return -1
  let i = afterSpace(bytes, from + 1)
  if (byteAt(bytes, i) === closingBrace) return i + 1
  for (;;) {
    const name = i
    const nameEnd = endOfText(bytes, name)
    if (nameEnd < 0) return -1
    i = afterSpace(bytes, nameEnd)
    if (byteAt(bytes, i) !== colon) return -1
    i = read(name + 1, nameEnd - 1, afterSpace(bytes, i + 1))
    if (i < 0) return -1
    i = afterSpace(bytes, i)
    const next = byteAt(bytes, i)
    if (next === closingBrace) return i + 1
    if (next !== comma) return -1
    i = afterSpace(bytes, i + 1)
  }
}

const isData = (bytes: Uint8Array, from: number, to: number): boolean =>
  to - from === 4 && isWord(bytes, from, "data")

type Found = Omit<ScannedStream, "info">

/** Returns the streams in the order of the response, and `Scan.json` as text. */
const find = (bytes: Uint8Array) => {
  const found: Array<Found> = []
  const parts: Array<string> = []
  let copied = 0
  const streamAt = (name: number, nameEnd: number, from: number): number => {
    let samples: SampleList | undefined
    const to = readObject(bytes, from, (field, fieldEnd, value) => {
      if (!isData(bytes, field, fieldEnd)) {
        return byteAt(bytes, value) === quote ? endOfText(bytes, value) : endOfBare(bytes, value)
      }
      if (byteAt(bytes, value) !== opening) return -1
      samples = samplesAt(bytes, value + 1)
      if (samples === undefined) return -1
      parts.push(textIn(bytes, copied, samples.at), kindsOf(samples))
      copied = samples.end
      return samples.end + 1
    })
    if (to < 0 || samples === undefined) return -1
    found.push({ ...samples, type: textIn(bytes, name, nameEnd), from, to })
    return to
  }
  const end = readObject(bytes, afterSpace(bytes, 0), streamAt)
  if (end < 0 || afterSpace(bytes, end) !== bytes.length) return undefined
  return { found, json: [...parts, textIn(bytes, copied, bytes.length)].join("") }
}

type Streams = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** JavaScript moves such names to the front of an object. */
const isIndex = (type: string): boolean => /^\d/.test(type)

/** Returns the streams of a response; undefined if it is not in the plain form. */
export const scan = (bytes: Uint8Array): Scan | undefined => {
  const { found, json: text } = find(bytes) ?? {}
  if (found === undefined || text === undefined) return undefined
  const types = new Set(found.map(({ type }) => type))
  if (types.size < found.length || found.some(({ type }) => isIndex(type))) return undefined
  const parsed = Result.try(() => JSON.parse(text) as Streams)
  if (Result.isFailure(parsed)) return undefined
  const json = parsed.success
  const streams = found.map((stream): ScannedStream => {
    const { data: _, type: __, ...info } = json[stream.type] ?? {}
    return { ...stream, info }
  })
  return { bytes, json, streams: inColumnOrder(streams) }
}
