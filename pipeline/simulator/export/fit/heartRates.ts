/** Heart rates in messages of their own (132), as a chest strap stores them under water. */
import type { DeviceSamples } from "../DeviceSamples.ts"
import type { FitField, FitWriter } from "./FitWriter.ts"

const heartRate = 132
const perMessage = 8

/** The first message of a series: its time, and the strap's clock (1/1024 s) at that time. */
const anchor: ReadonlyArray<FitField> = [
  [253, "uint32"],
  [0, "uint16"],
  [6, "uint8"],
  [9, "uint32"],
]

/** The next ones: eight heart rates, and the lowest 12 bits of the strap's clock at each. */
const series: ReadonlyArray<FitField> = [[6, "uint8", perMessage], [10, "byte", 12]]

/** Lowest 12 bits cover 4 s, so a longer step needs a new anchor. */
const longest = 4

/** Writes the heart rates, each at the time of its sample. `timeOf` returns the time in the file. */
export const writeHeartRates = (
  out: FitWriter,
  { heartrate = [], time }: DeviceSamples,
  timeOf: (seconds: number) => number,
): void => {
  out.define(4, heartRate, anchor)
  out.define(5, heartRate, series)
  const known = time.flatMap((at, i) => {
    const rate = heartrate[i]
    return rate === null || rate === undefined ? [] : [[at, Math.round(rate)] as const]
  }).sort(([a], [b]) => a - b)
  const clockOf = (at: number) => (500_000 + at * 1024) >>> 0
  for (let i = 0; i < known.length;) {
    const [at, rate] = known[i]!
    const next = known.slice(i, i + perMessage)
    const steady = i > 0 && next.length === perMessage &&
      next.every(([now], k) => now - known[i + k - 1]![0] < longest)
    if (steady) {
      out.data(5)
      for (const [, one] of next) out.value("uint8", one)
      for (let k = 0; k < perMessage; k += 2) {
        const [low, high] = [next[k]![0], next[k + 1]![0]].map((now) => clockOf(now) & 0xfff)
        out.byte(low! & 0xff)
        out.byte((low! >> 8) | ((high! & 0xf) << 4))
        out.byte(high! >> 4)
      }
      i += perMessage
      continue
    }
    out.data(4)
    out.value("uint32", timeOf(at))
    out.value("uint16", 0)
    out.value("uint8", rate)
    out.value("uint32", clockOf(at))
    i++
  }
}
