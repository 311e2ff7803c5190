/**
 * Lists of samples as bytes, in the plain form that `scan.ts` describes: what they contain, and the value
 * of each number.
 */

/** A list of samples: `sampleCount` of them. */
export interface SampleList {
  /** Index of the first byte after the opening bracket. */
  readonly at: number
  /** Index of the closing bracket. */
  readonly end: number
  readonly numbers: number
  readonly booleans: number
  /** Number of pairs of numbers, such as `[51.5,-0.1]`. */
  readonly pairs: number
  readonly nulls: number
  /** Index of the last number that is a sample; undefined if there is none. */
  readonly last: number | undefined
  /** True if a number has more than 15 characters, so that a float8 might not hold it as sent. */
  readonly long: boolean
}

/** Returns the number of samples in a list. */
export const sampleCount = ({ booleans, nulls, numbers, pairs }: SampleList): number =>
  booleans + nulls + numbers + pairs

const comma = 0x2c
const minus = 0x2d
const point = 0x2e
const zero = 0x30
const nine = 0x39
const opening = 0x5b
const closing = 0x5d

const ascii = new TextDecoder()

/** Returns the text in a range of a response that is in ASCII. */
export const textIn = (bytes: Uint8Array, from: number, to: number): string =>
  ascii.decode(bytes.subarray(from, to))

/** Maximum number of characters of a number that is read; a longer one could exceed a float8. */
const longestNumber = 40

/** Number of characters up to which a float8 holds every number as sent. */
const heldNumber = 15

/** Index after the number at `from`; -1 if there is no plain number. */
const endOfNumber = (bytes: Uint8Array, from: number): number => {
  let i = from
  let byte = bytes[i]!
  if (byte === minus) byte = bytes[++i]!
  if (byte === zero) byte = bytes[++i]!
  else if (byte > zero && byte <= nine) {
    do byte = bytes[++i]!
    while (byte >= zero && byte <= nine)
  } else return -1
  if (byte === point) {
    byte = bytes[++i]!
    if (!(byte >= zero && byte <= nine)) return -1
    do byte = bytes[++i]!
    while (byte >= zero && byte <= nine)
  }
  return i - from > longestNumber ? -1 : i
}

/** True if the bytes from `i` on are this word. */
export const isWord = (bytes: Uint8Array, i: number, word: string): boolean => {
  for (let k = 0; k < word.length; k++) {
    if (bytes[i + k] !== word.charCodeAt(k)) return false
  }
  return true
}

/** Reads the list whose opening bracket is before `at`; returns undefined if it is not in the plain form. */
export const samplesAt = (bytes: Uint8Array, at: number): SampleList | undefined => {
  let numbers = 0
  let booleans = 0
  let pairs = 0
  let nulls = 0
  let last = -1
  let long = false
  let i = at
  let next = bytes[i] === closing ? closing : comma
  while (next === comma) {
    const begin = i
    const first = bytes[i]!
    if ((first >= zero && first <= nine) || first === minus) {
      i = endOfNumber(bytes, i)
      if (i < 0) return undefined
      if (i - begin > heldNumber) long = true
      last = begin
      numbers++
    } else if (first === opening) {
      const middle = endOfNumber(bytes, i + 1)
      if (middle < 0 || bytes[middle] !== comma) return undefined
      i = endOfNumber(bytes, middle + 1)
      if (i < 0 || bytes[i] !== closing) return undefined
      if (Math.max(middle - begin, i - middle) > heldNumber + 1) long = true
      i++
      pairs++
    } else if (first === 0x74 && isWord(bytes, i, "true")) {
      i += 4
      booleans++
    } else if (first === 0x66 && isWord(bytes, i, "false")) {
      i += 5
      booleans++
    } else if (first === 0x6e && isWord(bytes, i, "null")) {
      i += 4
      nulls++
    } else return undefined
    next = bytes[i]!
    if (next === comma) i++
  }
  return next === closing
    ? { at, booleans, end: i, last: last < 0 ? undefined : last, long, nulls, numbers, pairs }
    : undefined
}

/** Returns the index of the comma or bracket after the number or word at `from` in a list or pair. */
export const endOfCell = (bytes: Uint8Array, from: number): number => {
  let i = from
  let byte = bytes[i]
  while (byte !== comma && byte !== closing) byte = bytes[++i]
  return i
}

const powersOfTen = Array.from({ length: heldNumber + 1 }, (_, exponent) => Number(`1e${exponent}`))

/**
 * Returns the value of the number in this range of a scanned response, exactly as `JSON.parse` does. Up to
 * 2^53, digits divided by a power of ten that is exact are rounded once, and so correctly.
 */
export const numberIn = (bytes: Uint8Array, from: number, to: number): number => {
  const isNegative = bytes[from] === minus
  let i = isNegative ? from + 1 : from
  if (to - i > heldNumber + 1) return Number(textIn(bytes, from, to))
  let digits = 0
  let decimals = 0
  for (; i < to; i++) {
    const byte = bytes[i]!
    if (byte === point) decimals = to - i - 1
    else digits = digits * 10 + (byte - zero)
  }
  if (digits > Number.MAX_SAFE_INTEGER) return Number(textIn(bytes, from, to))
  const value = digits / powersOfTen[decimals]!
  return isNegative ? -value : value
}

/** Returns the value of the number at `from` in a list or pair of a scanned response. */
export const numberAt = (bytes: Uint8Array, from: number): number =>
  numberIn(bytes, from, endOfCell(bytes, from))
