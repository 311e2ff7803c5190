/** The samples of a response from its bytes, which is several times as fast as parsing its text. */
import { sampleCount, type SampleList } from "../../schemas/json/samples.ts"
import { scan, type ScannedStream } from "../../schemas/json/scan.ts"
import { type Numbers, type SampleNames, type Samples, streamOf } from "./Samples.ts"

const comma = 0x2c
const minus = 0x2d
const point = 0x2e
const zero = 0x30
const nine = 0x39
const closing = 0x5d
const letterN = 0x6e
const letterT = 0x74

const powersOfTen = Array.from({ length: 16 }, (_, exponent) => 10 ** exponent)

/** Numbers of a list: of each sample, or the first or the second of each pair. */
interface NumberList extends SampleList {
  readonly half?: 0 | 1
}

/** Returns the numbers, each of at most 15 characters. One loop, because a call per number is slow. */
const numbersFrom = (bytes: Uint8Array, list: NumberList): Numbers => {
  const { at, half } = list
  const count = sampleCount(list)
  const values = new Array<number | null>(count)
  let i = at
  for (let k = 0; k < count; k++) {
    let byte = bytes[i]!
    if (byte === letterN) {
      values[k] = null
      i += 5
      continue
    }
    if (half !== undefined) byte = bytes[++i]!
    if (half === 1) {
      while (byte !== comma) byte = bytes[++i]!
      byte = bytes[++i]!
    }
    const isNegative = byte === minus
    if (isNegative) byte = bytes[++i]!
    let value = 0
    for (; byte >= zero && byte <= nine; byte = bytes[++i]!) value = value * 10 + (byte - zero)
    if (byte === point) {
      const from = ++i
      for (byte = bytes[i]!; byte >= zero && byte <= nine; byte = bytes[++i]!) {
        value = value * 10 + (byte - zero)
      }
      value /= powersOfTen[i - from]!
    }
    values[k] = isNegative ? -value : value
    if (half !== undefined) {
      while (byte !== closing) byte = bytes[++i]!
      i++
    }
    i++
  }
  return values
}

const booleansFrom = (bytes: Uint8Array, list: SampleList): ReadonlyArray<boolean | null> => {
  const values = new Array<boolean | null>(sampleCount(list))
  let i = list.at
  for (let k = 0; k < values.length; k++) {
    const first = bytes[i]
    values[k] = first === letterN ? null : first === letterT
    i += first === letterT || first === letterN ? 5 : 6
  }
  return values
}

/** Returns the samples of a stream; undefined if it has others than usual, or long numbers. */
const samplesFromList = (bytes: Uint8Array, stream: ScannedStream): Samples | undefined => {
  const { booleans, long, numbers, pairs, type } = stream
  if (long) return undefined
  switch (type) {
    case "latlng":
      return numbers + booleans > 0 ? undefined : {
        lat: numbersFrom(bytes, { ...stream, half: 0 }),
        lng: numbersFrom(bytes, { ...stream, half: 1 }),
      }
    case "moving":
      return numbers + pairs === 0 ? { moving: booleansFrom(bytes, stream) } : undefined
    default:
      return booleans + pairs === 0 ? { [type]: numbersFrom(bytes, stream) } : undefined
  }
}

/**
 * Returns the wanted samples of a response, the same as `samplesOf` of its text; undefined if the response is
 * not in the form that Strava sends.
 */
export const scannedSamples = (bytes: Uint8Array, wanted: SampleNames): Samples | undefined => {
  const found = scan(bytes)
  if (found === undefined) return undefined
  const types = new Set<string>(Array.from(wanted, streamOf))
  const lists = found.streams.filter(({ type }) => types.has(type))
    .map((stream) => samplesFromList(bytes, stream))
  return lists.includes(undefined) ? undefined : Object.assign({}, ...lists)
}
