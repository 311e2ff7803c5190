/** Tests of headers, checksums, chains, and files that are damaged or end early. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { decodeFit } from "../../../pipeline/export/fit/decodeFit.ts"
import { concat } from "../../../sinks/files/atomic.ts"
import { test } from "../../testing.ts"
import { columnValues, FitBytes, newYear, secondsOf } from "./FitBytes.ts"

const fields = [[253, "uint32"], [3, "uint8"]] as const

/** Returns a file with a record of this heart rate per second. */
const rates = (...values: ReadonlyArray<number>): FitBytes => {
  const file = new FitBytes().define(0, 20, fields)
  values.forEach((value, i) => file.data(0, newYear + i, value))
  return file
}

const read = (bytes: Uint8Array) => {
  const recording = decodeFit(bytes)
  return { rates: columnValues(recording, "heartrate"), notes: recording.notes }
}

const bytesOf = (...values: ReadonlyArray<number>) => Uint8Array.from(values)

const zeros = (length: number) => new Uint8Array(length)

test("headers of 12, 14 and more bytes are read", () =>
  Effect.sync(() => {
    for (const headerSize of [12, 14, 15, 20, 255]) {
      assert.deepEqual(read(rates(70, 71).file({ headerSize })), { rates: [70, 71], notes: [] })
    }
  }))

test("a view into a larger buffer is read within its bounds", () =>
  Effect.sync(() => {
    const file = rates(70).file()
    const around = concat([bytesOf(1, 2, 3), file, bytesOf(4, 5, 6)])
    assert.deepEqual(read(around.subarray(3, 3 + file.length)), { rates: [70], notes: [] })
  }))

test("a wrong checksum is noted, and the data is kept", () =>
  Effect.sync(() => {
    assert.deepEqual(read(rates(70, 71).file({ crc: 0x1234 })), {
      rates: [70, 71],
      notes: ["the checksum is wrong: the data was kept"],
    })
    const twice = concat([rates(70).file({ crc: 1 }), rates(80).file({ crc: 2 })])
    assert.equal(read(twice).notes.length, 1)
    const damaged = Array.from({ length: 10 }, () => rates(70).raw(9).file())
    const { notes } = read(concat([twice, ...damaged, twice]))
    assert.equal(notes.length, 11)
    assert.equal(notes[10], "more problems: 1")
  }))

test("a wrong checksum of the header is noted, but none is fine", () =>
  Effect.sync(() => {
    assert.deepEqual(read(rates(70).file({ headerCrc: 0x1234 })), {
      rates: [70],
      notes: ["the checksum of the header is wrong"],
    })
    assert.deepEqual(read(rates(70).file({ headerCrc: 0 })), { rates: [70], notes: [] })
  }))

test("a header with an impossible size is read as one of 14 bytes", () =>
  Effect.sync(() => {
    const bytes = rates(70).file()
    bytes[0] = 3
    assert.deepEqual(read(bytes).rates, [70])
    assert.equal(read(bytes).notes[0], "the header says that it has 3 bytes")
  }))

test("the files of a chain are one recording, each with its own definitions", () =>
  Effect.sync(() => {
    const third = new FitBytes().define(0, 20, [[3, "uint8"]]).data(0, 90)
    const bytes = concat([rates(70, 71).file(), rates(80).file({ headerSize: 12 }), third.file()])
    assert.deepEqual(read(bytes), { rates: [70, 71, 80, 90], notes: [] })
    // A definition ends with its file.
    const undefinedType = new FitBytes().raw(0, 1, 2, 3)
    const { notes, rates: found } = read(concat([rates(70).file(), undefinedType.file()]))
    assert.deepEqual(found, [70])
    assert.deepEqual(notes, [
      `the data cannot be read from byte ${
        rates(70).file().length + 14
      } on: the points before it were kept`,
    ])
  }))

test("bytes between and after the files of a chain are skipped and counted", () =>
  Effect.sync(() => {
    const first = rates(70).file()
    const bytes = concat([first, zeros(100), rates(80).file({ headerSize: 12 }), zeros(7)])
    assert.deepEqual(read(bytes), {
      rates: [70, 80],
      notes: [
        `100 bytes that are not FIT data were skipped at byte ${first.length}`,
        `7 bytes that are not FIT data were skipped at byte ${bytes.length - 7}`,
      ],
    })
  }))

test("a damaged file of a chain does not cost the next one", () =>
  Effect.sync(() => {
    const damaged = rates(70, 71).raw(9, 1, 2, 3, 4, 5, 6).file()
    assert.deepEqual(read(concat([damaged, rates(80).file()])), {
      rates: [70, 71, 80],
      notes: [
        `the data cannot be read from byte ${
          damaged.length - 9
        } on: the points before it were kept`,
      ],
    })
  }))

test("an empty file, other data and a file without records have no points and a note", () =>
  Effect.sync(() => {
    const none = (bytes: Uint8Array, note: string) => {
      const recording = decodeFit(bytes)
      assert.equal(recording.format, "fit")
      assert.equal(recording.times.length, 0)
      assert.deepEqual(recording.columns, {})
      assert.deepEqual(recording.notes, [note])
    }
    none(bytesOf(), "the file is empty")
    none(bytesOf(1, 2, 3), "not a FIT file")
    none(new TextEncoder().encode("<?xml version='1.0'?><gpx></gpx>"), "not a FIT file")
    none(new FitBytes().file(), "the file has no records")
    none(new FitBytes().define(0, 49, [[0, "uint16"]]).data(0, 1).file(), "the file has no records")
  }))

test("a truncated file has no record that is not in it", () =>
  Effect.sync(() => {
    const whole = rates(70, 71, 72).file()
    for (let length = 1; length < whole.length; length++) {
      const { notes, rates: found = [] } = read(whole.slice(0, length))
      const complete = Math.max(0, Math.floor((length - 14 - 12) / 6))
      assert.deepEqual(found, [70, 71, 72].slice(0, complete), `${length} bytes`)
      assert.equal(notes.length, 1)
    }
    const { notes } = read(whole.slice(0, 35))
    assert.deepEqual(notes, [`the file ends early: it has 35 of ${whole.length} bytes`])
    assert.deepEqual(read(whole.slice(0, -1)).notes, ["the checksum is missing"])
  }))

test("a recording without a size in its header was interrupted: what there is, is read", () =>
  Effect.sync(() => {
    const bytes = rates(70, 71).file({ size: 0 }).slice(0, -2)
    assert.deepEqual(read(bytes), {
      rates: [70, 71],
      notes: ["the recording was not finished: its header has no size"],
    })
    assert.deepEqual(read(concat([bytes, rates(80).file()])).rates, [70, 71, 80])
  }))

test("a size beyond the end of the file does not hide its records", () =>
  Effect.sync(() => {
    const bytes = rates(70, 71).file({ size: 0xffffffff })
    assert.deepEqual(read(bytes).rates, [70, 71])
    assert.match(read(bytes).notes[0]!, /^the file ends early: it has \d+ of 4294967311 bytes$/)
  }))

test("a message of a local type without a definition ends the file", () =>
  Effect.sync(() => {
    const bytes = rates(70).data(0, newYear + 1, 71).raw(5, 0, 0, 0, 0, 72).file()
    const recording = decodeFit(bytes)
    assert.deepEqual(secondsOf(recording), [0, 1])
    assert.deepEqual(recording.notes, [
      `the data cannot be read from byte ${bytes.length - 8} on: the points before it were kept`,
    ])
  }))

test("a first byte with the reserved bit, and a definition that cannot be one, end the file", () =>
  Effect.sync(() => {
    const note = /^the data cannot be read from byte \d+ on/
    const reserved = rates(70).raw(0x10, 1, 1, 1, 1, 72).file()
    assert.deepEqual(read(reserved).rates, [70])
    assert.match(read(reserved).notes[0]!, note)
    const order = rates(70).raw(0x40, 0, 7, 20, 0, 1, 3, 1, 2, 0, 72).file()
    assert.deepEqual(read(order).rates, [70])
    assert.match(read(order).notes[0]!, note)
    // Developer fields that would end after the data.
    const long = rates(70).raw(0x60, 0, 0, 20, 0, 0, 9, 1, 1, 1).file()
    assert.deepEqual(read(long).rates, [70])
    assert.match(read(long).notes[0]!, note)
  }))
