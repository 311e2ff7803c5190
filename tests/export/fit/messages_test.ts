/** Tests of definitions, developer fields, and the compressed forms of times, speeds and distances. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { decodeFit } from "../../../pipeline/export/fit/decodeFit.ts"
import { test } from "../../testing.ts"
import { columnValues, FitBytes, fitTypes, newYear, secondsOf } from "./FitBytes.ts"

const fields = [[253, "uint32"], [3, "uint8"]] as const

test("a local type can be defined again, with other fields and another byte order", () =>
  Effect.sync(() => {
    const recording = decodeFit(
      new FitBytes()
        .define(0, 20, fields)
        .data(0, newYear, 70)
        .define(0, 20, [[7, "uint16"], [253, "uint32"]], { big: true })
        .data(0, 250, newYear + 1)
        .define(0, 21, [[253, "uint32"], [3, "uint32"]])
        .data(0, newYear + 2, 1)
        .file(),
    )
    assert.deepEqual(recording.notes, [])
    assert.deepEqual(secondsOf(recording), [0, 1])
    assert.deepEqual(columnValues(recording, "heartrate"), [70, null])
    assert.deepEqual(columnValues(recording, "watts"), [null, 250])
  }))

test("all sixteen local types can be in use", () =>
  Effect.sync(() => {
    const file = new FitBytes()
    for (let local = 0; local < 16; local++) {
      file.define(local, 20, fields, { big: local % 2 === 1 })
    }
    for (let local = 0; local < 16; local++) file.data(local, newYear + local, 100 + local)
    const all = Array.from({ length: 16 }, (_, i) => i)
    const recording = decodeFit(file.file())
    assert.deepEqual(secondsOf(recording), all)
    assert.deepEqual(columnValues(recording, "heartrate"), all.map((local) => 100 + local))
  }))

test("only records are points", () =>
  Effect.sync(() => {
    const file = new FitBytes()
    for (const [local, message] of [19, 18, 21, 23, 101, 0xff42].entries()) {
      file.define(local, message, fields).data(local, newYear, 99)
    }
    assert.equal(decodeFit(file.define(9, 20, fields).data(9, newYear, 70).file()).times.length, 1)
  }))

test("a record with neither a time nor a known value is no point", () =>
  Effect.sync(() => {
    const file = new FitBytes()
      .define(0, 20, [[253, "uint32"], [3, "uint8"], [200, "uint8"]])
      .data(0, undefined, undefined, 5)
      .data(0, newYear, undefined, 5)
      .data(0, undefined, 71, 5)
    const recording = decodeFit(file.file())
    assert.deepEqual(secondsOf(recording), [0, null])
    assert.deepEqual(columnValues(recording, "heartrate"), [null, 71])
  }))

test("developer fields are skipped by their size, described or not, before or after", () =>
  Effect.sync(() => {
    const developer = [[0, 2, 0], [1, 5, 3], [2, 0, 0]] as const
    const describe = (file: FitBytes) =>
      file
        // Devices leave the identifiers out of the message that declares a developer.
        .define(5, 207, [[3, "uint8"]]).data(5, 0)
        .define(6, 206, [[0, "uint8"], [1, "uint8"], [2, "uint8"], [3, "string", 4]])
        .data(6, 0, 0, fitTypes.uint16[0], "abc")
    const records = (file: FitBytes) =>
      file
        .define(0, 20, fields, { developer })
        .data(0, newYear, 70).raw(1, 2, 3, 4, 5, 6, 7)
        .data(0, newYear + 1, 71).raw(0x40, 0x40, 0x40, 0x40, 0x40, 0x40, 0x40)
    const files = [
      records(new FitBytes()),
      records(describe(new FitBytes())),
      describe(records(new FitBytes())),
    ]
    for (const file of files) {
      const recording = decodeFit(file.file())
      assert.deepEqual(recording.notes, [])
      assert.deepEqual(secondsOf(recording), [0, 1])
      assert.deepEqual(columnValues(recording, "heartrate"), [70, 71])
    }
  }))

test("a compressed time is the next one with these five bits", () =>
  Effect.sync(() => {
    const file = new FitBytes()
      .define(0, 20, fields)
      .define(1, 20, [[3, "uint8"]])
      .data(0, newYear + 5, 70)
    const times = [6, 7, 7, 31, 32, 63, 64, 90]
    for (const time of times) file.compressed(1, newYear + time, 71)
    const recording = decodeFit(file.file())
    assert.deepEqual(secondsOf(recording), [5, ...times])
    assert.equal(columnValues(recording, "heartrate")?.length, 9)
  }))

test("a compressed time follows the last time of any message", () =>
  Effect.sync(() => {
    const recording = decodeFit(
      new FitBytes()
        .define(0, 21, [[253, "uint32"], [0, "enum"]])
        .define(1, 20, [[3, "uint8"]])
        .compressed(1, newYear, 69)
        .data(0, newYear + 100, 1)
        .compressed(1, newYear + 110, 70)
        .data(0, undefined, 1)
        .compressed(1, newYear + 130, 71)
        .file(),
    )
    // Nothing comes before the first one, so that it has no time.
    assert.deepEqual(secondsOf(recording), [null, 110, 130])
  }))

test("compressed times are not carried into the next file of a chain", () =>
  Effect.sync(() => {
    const first = new FitBytes().define(0, 20, fields).data(0, newYear, 70).file()
    const second = new FitBytes().define(0, 20, [[3, "uint8"]]).compressed(0, newYear + 1, 71)
      .file()
    assert.deepEqual(secondsOf(decodeFit(Uint8Array.from([...first, ...second]))), [0, null])
  }))

test("a time that is no integer of four bytes is no time", () =>
  Effect.sync(() => {
    for (const type of ["float64", "uint16", "string", "byte"] as const) {
      const file = new FitBytes().define(0, 20, [[253, type], [3, "uint8"]]).data(0, 7, 70)
      assert.deepEqual(secondsOf(decodeFit(file.file())), [null], type)
    }
  }))

/** Returns a speed in 1/100 m/s and a distance in 1/16 m, both of 12 bits, as three bytes. */
const compressed = (speed: number, distance: number): ReadonlyArray<number> => [
  speed & 0xff,
  (speed >> 8) | ((distance & 0xf) << 4),
  (distance >> 4) & 0xff,
]

test("a compressed distance is the sum of its steps across rollovers", () =>
  Effect.sync(() => {
    const meters = [0, 0.0625, 100, 255, 256.5, 500, 755.9375, 1000]
    const file = new FitBytes().define(0, 20, [[8, "byte", 3]])
    for (const distance of meters) file.data(0, compressed(321, (distance * 16) & 0xfff))
    const recording = decodeFit(file.file())
    assert.deepEqual(
      columnValues(recording, "distance"),
      // Two decimals, rounded half up: 0.0625 m are 0.06 m.
      meters.map((distance) => Math.round(distance * 100) / 100),
    )
    assert.deepEqual(columnValues(recording, "velocity_smooth"), meters.map(() => 3.21))
  }))

test("a compressed distance begins again in the next file of a chain", () =>
  Effect.sync(() => {
    const file = (distance: number) =>
      new FitBytes().define(0, 20, [[8, "byte", 3]]).data(0, compressed(321, distance)).file()
    const recording = decodeFit(Uint8Array.from([...file(3200), ...file(16)]))
    assert.deepEqual(columnValues(recording, "distance"), [200, 1])
  }))

test("a compressed field without a value, or too short, has none", () =>
  Effect.sync(() => {
    const none = [0xff, 0xff, 0xff]
    const rows = [compressed(1, 16), none, compressed(0xfff, 32), compressed(4, 48)]
    const file = new FitBytes().define(0, 20, [[253, "uint32"], [8, "byte", 3]])
    rows.forEach((row, i) => file.data(0, newYear + i, row))
    const recording = decodeFit(file.file())
    assert.deepEqual(columnValues(recording, "distance"), [1, null, 2, 3])
    assert.deepEqual(columnValues(recording, "velocity_smooth"), [0.01, null, null, 0.04])
    const short = new FitBytes().define(0, 20, [[253, "uint32"], [8, "byte", 2]]).data(0, newYear, [
      1,
      2,
    ])
    assert.deepEqual(Object.keys(decodeFit(short.file()).columns), [])
  }))

test("plain speed and distance count before the compressed ones", () =>
  Effect.sync(() => {
    const file = new FitBytes()
      .define(0, 20, [[5, "uint32"], [6, "uint16"], [8, "byte", 3]])
      .data(0, 123, 4567, compressed(1, 16))
    const recording = decodeFit(file.file())
    assert.deepEqual(columnValues(recording, "distance"), [1.23])
    assert.deepEqual(columnValues(recording, "velocity_smooth"), [4.567])
  }))
