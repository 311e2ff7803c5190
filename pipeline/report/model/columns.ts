/**
 * Columns of numbers as text that compresses well: whole steps, each as the difference to the one before, in
 * characters of five bits as in Google's polylines. Deflated, they are a quarter smaller than JSON.
 */

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
const codes = new Map(Array.from(alphabet, (char, code) => [char, code]))

/** Steps beyond this are cut, so that differences of differences stay integers of 32 bits. */
const mostSteps = 2 ** 27

const charCodes = Array.from(alphabet, (char) => char.charCodeAt(0))

const sums = (deltas: ReadonlyArray<number>): ReadonlyArray<number> => {
  let sum = 0
  return deltas.map((delta) => sum += delta)
}

/** `scale` is the number of steps per unit; with `order` 2, the differences of differences are stored. */
export interface ColumnFormat {
  readonly scale: number
  readonly order: 1 | 2
}

/** Returns the values as text, rounded to whole steps. */
export const columnText = (
  values: ReadonlyArray<number>,
  { order, scale }: ColumnFormat,
): string => {
  // One loop over numbers: a report of ten thousand activities has twenty million of them.
  const chars: Array<number> = []
  let before = 0
  let slope = 0
  for (const value of values) {
    const step = Math.max(-mostSteps, Math.min(mostSteps, Math.round(value * scale)))
    const delta = step - before
    const stored = order === 1 ? delta : delta - slope
    before = step
    slope = delta
    let left = stored < 0 ? ~(stored << 1) : stored << 1
    for (; left >= 32; left >>>= 5) chars.push(charCodes[left & 31 | 32]!)
    chars.push(charCodes[left]!)
  }
  return textOf(chars)
}

/** Most arguments of a call. */
const atOnce = 4_096

const textOf = (chars: ReadonlyArray<number>): string => {
  let text = ""
  for (let i = 0; i < chars.length; i += atOnce) {
    text += String.fromCharCode(...chars.slice(i, i + atOnce))
  }
  return text
}

/** Returns the values of `columnText`. */
export const columnFrom = (text: string, { order, scale }: ColumnFormat): ReadonlyArray<number> => {
  const deltas: Array<number> = []
  let value = 0
  let shift = 0
  for (const char of text) {
    const code = codes.get(char) ?? 0
    value |= (code & 31) << shift
    shift += 5
    if (code >= 32) continue
    deltas.push(value & 1 ? ~(value >>> 1) : value >>> 1)
    value = shift = 0
  }
  const steps = sums(order === 1 ? deltas : sums(deltas))
  // Without rounding, 3 / 0.2 would be 14.999999999999998.
  return steps.map((step) => Math.round(step / scale * 1e6) / 1e6)
}

/** Returns each different text once, and for each text its index. */
export const dictionaryOf = (
  texts: ReadonlyArray<string | undefined>,
): readonly [list: ReadonlyArray<string | null>, indexes: ReadonlyArray<number>] => {
  const known = new Map<string | undefined, number>()
  const indexes = texts.map((text) => {
    const found = known.get(text) ?? known.size
    known.set(text, found)
    return found
  })
  return [Array.from(known.keys(), (text) => text ?? null), indexes]
}
