/** Tests of heart rates in messages of their own, as of swims. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { decodeFit } from "../../../pipeline/export/fit/decodeFit.ts"
import { concat } from "../../../sinks/files/atomic.ts"
import { test } from "../../testing.ts"
import { columnValues, FitBytes, newYear } from "./FitBytes.ts"

/** Returns twelve bytes with the lowest 12 bits of eight times of the strap's clock. */
const packed = (clocks: ReadonlyArray<number>): ReadonlyArray<number> => {
  const bits = clocks.map((clock) => (clock & 0xfff).toString(2).padStart(12, "0")).toReversed()
  return bits.join("").match(/.{8}/g)!.toReversed().map((byte) => parseInt(byte, 2))
}

interface Beat {
  /** Seconds since the anchor. */
  readonly at: number
  readonly rate: number
}

/** Clock of the strap at the anchor, shortly before its 32 bits and its 12 bits overflow. */
const clockAtAnchor = 0xfff_fff00

const anchorFields = [[253, "uint32"], [0, "uint16"], [6, "uint8"], [9, "uint32"]] as const

const clockOf = (at: number) => clockAtAnchor + Math.round(at * 1024)

/** Writes an anchor at a second, and beats after it in messages of eight. */
const beats = (
  file: FitBytes,
  second: number,
  list: ReadonlyArray<Beat>,
  fraction = 0,
): FitBytes => {
  file.define(4, 132, anchorFields)
    .define(5, 132, [[6, "uint8", 8], [10, "byte", 12]])
    .data(4, newYear + second, fraction * 32768, 60, clockAtAnchor)
  for (let i = 0; i < list.length; i += 8) {
    const some = Array.from(
      { length: 8 },
      (_, k) => list[i + k] ?? { at: list.at(-1)!.at, rate: 0 },
    )
    file.data(5, some.map(({ rate }) => rate), packed(some.map(({ at }) => clockOf(at))))
  }
  return file
}

const records = (file: FitBytes, rows: ReadonlyArray<readonly [second: number, rate?: number]>) => {
  file.define(0, 20, [[253, "uint32"], [3, "uint8"], [5, "uint32"]])
  for (const [second, rate] of rows) file.data(0, newYear + second, rate, second * 100)
  return file
}

const rates = (bytes: Uint8Array) => columnValues(decodeFit(bytes), "heartrate")

const steady = (count: number, step: number): ReadonlyArray<Beat> =>
  Array.from({ length: count }, (_, i) => ({ at: (i + 1) * step, rate: 61 + i }))

test("records get the rate of the nearest beat", () =>
  Effect.sync(() => {
    const file = records(new FitBytes(), [[10], [11], [12], [15], [25], [26], [27]])
    // Beats at 10.8, 11.6, 12.4 and so on, with rates 61, 62, 63 …; the last one is at 26.
    assert.deepEqual(
      rates(beats(file, 10, steady(20, 0.8)).file()),
      [60, 61, 62, 66, 79, 80, null],
    )
  }))

test("a record's own heart rate is kept, unless it is 0", () =>
  Effect.sync(() => {
    const file = records(new FitBytes(), [[10, 150], [11, 0], [12, 151], [13]])
    assert.deepEqual(rates(beats(file, 10, steady(16, 0.5)).file()), [150, 62, 151, 66])
  }))

test("beats before the records, and a fraction of a second at the anchor", () =>
  Effect.sync(() => {
    const file = beats(new FitBytes(), 10, [{ at: 1, rate: 61 }, { at: 2, rate: 62 }], 0.75)
    assert.deepEqual(rates(records(file, [[10], [11], [12], [13], [14]]).file()), [
      60,
      60,
      61,
      62,
      null,
    ])
  }))

test("a record between two distant beats has no heart rate", () =>
  Effect.sync(() => {
    const list = [{ at: 1, rate: 61 }, { at: 4, rate: 62 }, { at: 5, rate: 63 }]
    const file = records(beats(new FitBytes(), 0, list), [[1], [2], [3], [4]])
    assert.deepEqual(rates(file.file()), [61, null, null, 62])
  }))

test("records in any order, and records without a time", () =>
  Effect.sync(() => {
    const file = records(beats(new FitBytes(), 0, steady(8, 1)), [[5], [2], [4]])
      .define(1, 20, [[5, "uint32"]]).data(1, 700)
    assert.deepEqual(rates(file.file()), [65, 62, 64, null])
  }))

test("beats without an anchor have no time; a second anchor sets the clock", () =>
  Effect.sync(() => {
    const lost = new FitBytes().define(5, 132, [[6, "uint8", 8], [10, "byte", 12]])
    lost.data(5, [80, 80, 80, 80, 80, 80, 80, 80], packed([1, 2, 3, 4, 5, 6, 7, 8]))
    assert.equal(rates(records(lost, [[0], [1]]).file()), undefined)
    const file = records(beats(beats(new FitBytes(), 100, steady(8, 1)), 0, steady(8, 1)), [
      [3],
      [103],
      [50],
    ])
    assert.deepEqual(rates(file.file()), [63, 63, null])
  }))

test("the strap's clock is not carried into the next file of a chain", () =>
  Effect.sync(() => {
    const next = new FitBytes().define(5, 132, [[6, "uint8", 8], [10, "byte", 12]])
      .data(
        5,
        [80, 80, 80, 80, 80, 80, 80, 80],
        packed(steady(8, 1).map(({ at }) => clockOf(at + 8))),
      )
    const bytes = concat([
      beats(new FitBytes(), 0, steady(8, 1)).file(),
      records(next, [[1], [8], [9], [10]]).file(),
    ])
    assert.deepEqual(rates(bytes), [61, 68, null, null])
  }))

test("a message without beats does not move the strap's clock", () =>
  Effect.sync(() => {
    const none = Array.from({ length: 12 }, () => 0xff)
    // At 5 s the lowest 12 bits are 0x300: a step to 0xfff would cost a whole turn of them.
    const file = beats(new FitBytes(), 0, steady(8, 0.625))
      .data(5, [90, 90, 90, 90, 90, 90, 90, 90], none)
      .data(
        5,
        [70, 71, 72, 73, 74, 75, 76, 77],
        packed(steady(8, 1).map(({ at }) => clockOf(at + 5))),
      )
    assert.deepEqual(rates(records(file, [[5], [6], [13]]).file()), [68, 70, 77])
  }))

test("whole times, one or several in a message, are read as well", () =>
  Effect.sync(() => {
    const file = new FitBytes()
      .define(4, 132, [[253, "uint32"], [6, "uint8", 3], [9, "uint32", 3]])
      .data(4, newYear, [91, 92, 93], [2048, 3072, 4096])
    assert.deepEqual(rates(records(file, [[0], [1], [2], [3]]).file()), [91, 92, 93, null])
  }))

test("fields of odd types and sizes are no beats and do no harm", () =>
  Effect.sync(() => {
    const file = records(new FitBytes(), [[0]])
      .define(4, 132, [[253, "uint32"], [6, "uint16", 1], [9, "string", 4]])
      .data(4, newYear, 91, "abcd")
      .define(4, 132, [[10, "byte", 1]])
      .data(4, [1])
      .define(4, 132, [[253, "uint32"], [6, "float64"], [9, "float64"]])
      .data(4, newYear, 91.25, 2048)
    assert.deepEqual(rates(file.file()), [91])
  }))
