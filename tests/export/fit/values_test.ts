/** Tests of the values of FIT records: types, scales, and the values that mean "none". */
import { Effect, Schema } from "effect"
import assert from "node:assert/strict"
import { decodeFit } from "../../../pipeline/export/fit/decodeFit.ts"
import type { FileColumn } from "../../../pipeline/export/recording/Recording.ts"
import { test } from "../../testing.ts"
import {
  columnValues,
  type FitType,
  fitTypes,
  newYear,
  plainRecord,
  recordsFile,
} from "./FitBytes.ts"

test("a plain record has the values of its fields in Strava's units", () =>
  Effect.sync(() => {
    const bytes = recordsFile(plainRecord, [
      [newYear, 604_535_218, -(2 ** 31), 2_601, 141, 87, 123_456, 8_765, 250, -12],
    ])
    const recording = decodeFit(bytes)
    assert.deepEqual(recording.notes, [])
    assert.equal(recording.times[0], Date.UTC(2024, 0, 1))
    const values = Object.keys(recording.columns).map((name) => [
      name,
      columnValues(recording, name as FileColumn)?.[0],
    ])
    assert.deepEqual(values, [
      ["lat", 50.6715566],
      ["lng", -180],
      ["altitude", 20.2],
      ["distance", 1234.56],
      ["velocity_smooth", 8.765],
      ["heartrate", 141],
      ["cadence", 87],
      ["watts", 250],
      ["temp", -12],
    ])
    const decimals = Object.values(recording.columns).map((column) =>
      column.kind === "scaled" ? column.decimals : undefined
    )
    assert.deepEqual(decimals, [7, 7, 1, 2, 3, 0, 0, 0, 0])
  }))

test("a missing value is NaN, and a column without a value is absent", () =>
  Effect.sync(() => {
    const none = plainRecord.map(() => undefined)
    const bytes = recordsFile(plainRecord, [[newYear, ...none.slice(1)], [newYear + 1, 1, 2]])
    const recording = decodeFit(bytes)
    assert.equal(recording.times.length, 2)
    assert.deepEqual(Object.keys(recording.columns), ["lat", "lng"])
    assert.deepEqual(columnValues(recording, "lat"), [null, 1e-7])
    assert.equal(recording.columns.lat?.kind === "scaled" && recording.columns.lat.values[0], NaN)
  }))

const numeric = (Object.keys(fitTypes) as ReadonlyArray<FitType>).filter((type) =>
  type !== "string"
)

for (const big of [false, true]) {
  const order = big ? "highest byte first" : "lowest byte first"
  test(`power can have any numeric type, ${order}`, () =>
    Effect.sync(() => {
      for (const type of numeric) {
        const bytes = recordsFile([[253, "uint32"], [7, type]], [
          [newYear, 93],
          [newYear + 1, undefined],
          [newYear + 2, 94],
        ], { big })
        assert.deepEqual(columnValues(decodeFit(bytes), "watts"), [93, null, 94], type)
      }
    }))
}

test("a value that is none in one type is a value in another", () =>
  Effect.sync(() => {
    const watts = (type: FitType, value: number) =>
      columnValues(
        decodeFit(recordsFile([[253, "uint32"], [7, type]], [[newYear, value]])),
        "watts",
      )
    assert.deepEqual(watts("uint16", 255), [255])
    assert.deepEqual(watts("uint16", 0), [0])
    assert.deepEqual(watts("uint32", 65535), [65535])
    assert.deepEqual(watts("uint16z", 65535), [65535])
    assert.equal(watts("uint16", 65535), undefined)
    assert.equal(watts("uint16z", 0), undefined)
    assert.deepEqual(watts("sint8", -1), [-1])
  }))

test("floats are rounded to the digits of the field, and infinity is no value", () =>
  Effect.sync(() => {
    const fields = [[253, "uint32"], [13, "float32"], [2, "float64"]] as const
    const rows = [[newYear, -0.25, 2_510.3], [newYear, -1.5, NaN], [newYear, -Infinity, Infinity]]
    const recording = decodeFit(recordsFile(fields, rows))
    assert.deepEqual(columnValues(recording, "temp"), [0, -2, null])
    assert.deepEqual(columnValues(recording, "altitude"), [2.1, null, null])
  }))

test("a heart rate of 0 is missing", () =>
  Effect.sync(() => {
    const bytes = recordsFile([[253, "uint32"], [3, "uint8"]], [[newYear, 0], [newYear + 1, 60]])
    assert.deepEqual(columnValues(decodeFit(bytes), "heartrate"), [null, 60])
  }))

test("enhanced altitude and speed count before the short ones, which fill their gaps", () =>
  Effect.sync(() => {
    const names = ["altitude", "velocity_smooth"] as const
    for (const swapped of [false, true]) {
      const fields = [[2, "uint16"], [78, "uint32"], [6, "uint16"], [73, "uint32"]] as const
      const values = [
        [2_500, 2_505, 1_000, 2_000],
        [2_510, undefined, 3_000, undefined],
        [undefined, 2_515, undefined, 4_000],
      ]
      const bytes = swapped
        ? recordsFile(fields.toReversed(), values.map((row) => row.toReversed()))
        : recordsFile(fields, values)
      const recording = decodeFit(bytes)
      const found = names.map((name) => columnValues(recording, name))
      assert.deepEqual(found, [[1, 2, 3], [2, 3, 4]])
    }
  }))

test("an altitude that needs more than 16 bits is read from the enhanced field", () =>
  Effect.sync(() => {
    const bytes = recordsFile([[78, "uint32"]], [[(13_500 + 500) * 5]])
    assert.deepEqual(columnValues(decodeFit(bytes), "altitude"), [13_500])
  }))

test("cadence without a fraction stays an integer", () =>
  Effect.sync(() => {
    const fields = [[4, "uint8"], [53, "uint8"]] as const
    const decode = (rows: ReadonlyArray<ReadonlyArray<number | undefined>>) => {
      const recording = decodeFit(recordsFile(fields, rows))
      const { cadence } = recording.columns
      return [
        cadence?.kind === "scaled" ? cadence.decimals : undefined,
        columnValues(recording, "cadence"),
      ]
    }
    assert.deepEqual(decode([[88, 0], [89, undefined]]), [0, [88, 89]])
    assert.deepEqual(decode([[88, 64], [89, undefined]]), [1, [88.5, 89]])
    assert.deepEqual(decode([[88, 1], [89, 96]]), [7, [88.0078125, 89.75]])
    // A fraction of no cadence is no cadence, and needs no decimals.
    assert.deepEqual(decode([[undefined, 64], [89, 0]]), [0, [null, 89]])
  }))

test("an array has its first value, and a text or a broken size has none", () =>
  Effect.sync(() => {
    const rows = [[newYear, [91, 92], "ab", 200]] as const
    const fields = [[253, "uint32"], [3, "uint8", 2], [4, "string", 3], [7, "uint16"]] as const
    const recording = decodeFit(recordsFile(fields, rows))
    assert.deepEqual(columnValues(recording, "heartrate"), [91])
    assert.equal(columnValues(recording, "cadence"), undefined)
    assert.deepEqual(columnValues(recording, "watts"), [200])
    // Three bytes of 16-bit values, as some devices write: no value, but the next field is in its place.
    const odd = recordsFile([[7, "byte", 3], [3, "uint8"]], [[[1, 2, 3], 99]])
    odd[14 + 6 + 2] = fitTypes.uint16[0]
    assert.equal(columnValues(decodeFit(odd), "watts"), undefined)
    assert.deepEqual(columnValues(decodeFit(odd), "heartrate"), [99])
  }))

test("an unknown base type and a field of no bytes have no value", () =>
  Effect.sync(() => {
    const bytes = recordsFile([[3, "uint8"], [4, "uint8", 0], [7, "uint16"]], [[
      90,
      undefined,
      300,
    ]])
    bytes[14 + 6 + 2] = 0x1e
    const recording = decodeFit(bytes)
    assert.deepEqual(Object.keys(recording.columns), ["watts"])
    assert.deepEqual(columnValues(recording, "watts"), [300])
  }))

test("positions that are not on Earth are dropped and counted", () =>
  Effect.sync(() => {
    const north = 2 ** 30
    const bytes = recordsFile([[0, "sint32"], [1, "sint32"]], [[north, 1], [north + 1, 2], [0, 3]])
    const recording = decodeFit(bytes)
    assert.deepEqual(columnValues(recording, "lat"), [90, null, 0])
    assert.deepEqual(columnValues(recording, "lng"), [1e-7, null, 3e-7])
    assert.deepEqual(recording.notes, ["positions that are not on Earth were dropped: 1"])
  }))

/** Degrees times 10^7, rounded to the nearest integer, halves away from zero. */
const exactDegrees = (semicircles: number): number => {
  const product = BigInt(Math.abs(semicircles)) * 1_800_000_000n
  const half = 1n << 30n
  const size = Number((product + half) >> 31n)
  return semicircles < 0 ? -size : size
}

const Semicircles = Schema.Int.check(
  Schema.isBetween({ minimum: -(2 ** 31), maximum: 2 ** 31 - 2 }),
)

test.prop(
  "degrees are the exact quotient, rounded once to seven decimals",
  Schema.Array(Semicircles),
  (random) => {
    const ties = [2 ** 21, -(2 ** 21), 2 ** 21 * 3, -(2 ** 21) * 5, -(2 ** 31), 2 ** 31 - 2, 0, -1]
    const all = [...ties, ...random]
    const { columns } = decodeFit(recordsFile([[1, "sint32"]], all.map((value) => [value])))
    const found = columns.lng?.kind === "scaled" ? Array.from(columns.lng.values) : []
    assert.deepEqual(found, all.map((value) => exactDegrees(value) + 0))
    return true
  },
)
