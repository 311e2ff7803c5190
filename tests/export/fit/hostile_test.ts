/** Tests of FIT files that were damaged at random, or made to cost time and memory. */
import { Effect, Schema } from "effect"
import assert from "node:assert/strict"
import { decodeFit } from "../../../pipeline/export/fit/decodeFit.ts"
import type { Recording } from "../../../pipeline/export/recording/Recording.ts"
import { concat } from "../../../sinks/files/atomic.ts"
import { rounds, test } from "../../testing.ts"
import { Edit, integerBetween, withEdit } from "../recording/edits.ts"
import {
  columnValues,
  FitBytes,
  fitChecksum,
  type FitType,
  fitTypes,
  newYear,
  plainRecord,
} from "./FitBytes.ts"

const fields = [[253, "uint32"], [3, "uint8"]] as const

const facts = (file: FitBytes): FitBytes =>
  file
    .define(7, 0, [[1, "uint16"], [2, "uint16"], [8, "string", 8]]).data(7, 1, 2, "Device")
    .define(7, 12, [[0, "enum"]]).data(7, 1)
    .define(7, 18, [[253, "uint32"], [2, "uint32"], [7, "uint32"], [5, "enum"]])
    .data(7, newYear, newYear, 5_000, 2)
    .define(7, 34, [[253, "uint32"], [5, "uint32"]]).data(7, newYear, newYear + 3_600)

const plain = (big: boolean): FitBytes => {
  const file = facts(new FitBytes()).define(0, 20, plainRecord, { big })
  for (let i = 0; i < 6; i++) {
    file.data(0, newYear + i, 600_000_000 + i, i, 2_600, 90, 80, i, i, 200, 9)
  }
  return file
}

const everyType = (): FitBytes => {
  const file = new FitBytes()
  for (const type of Object.keys(fitTypes) as ReadonlyArray<FitType>) {
    file.define(1, 20, [[253, "uint32"], [3, type, 2]]).data(1, newYear, [80, 90])
  }
  return file
}

const compressed = (): FitBytes => {
  const file = new FitBytes()
    .define(0, 20, fields, { developer: [[0, 2, 0]] }).data(0, newYear, 70).raw(1, 2)
    .define(1, 20, [[8, "byte", 3], [4, "uint8"], [53, "uint8"]])
  for (let i = 0; i < 8; i++) file.compressed(1, newYear + i * 5, [i, i, i], 88, 64)
  return file
}

const swim = (): FitBytes =>
  new FitBytes()
    .define(0, 20, fields).data(0, newYear, undefined).data(0, newYear + 1, undefined)
    .define(4, 132, [[253, "uint32"], [0, "uint16"], [6, "uint8"], [9, "uint32"]])
    .data(4, newYear, 0, 66, 1024)
    .define(5, 132, [[6, "uint8", 8], [10, "byte", 12]])
    .data(5, [66, 67, 68, 69, 70, 71, 72, 73], [0, 136, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9])

/** A file for every branch of the decoder. */
const seeds: ReadonlyArray<Uint8Array<ArrayBuffer>> = [
  plain(false).file(),
  plain(true).file({ headerSize: 12 }),
  everyType().file(),
  compressed().file(),
  swim().file(),
  concat([plain(false).file(), compressed().file()]),
  new FitBytes().file(),
]

const Damage = Schema.Struct({
  seed: integerBetween(0, seeds.length - 1),
  edits: Schema.Array(Edit).check(Schema.isMinLength(1), Schema.isMaxLength(6)),
  /** True to make the checksum right again. */
  checksum: Schema.Boolean,
})

const damaged = ({ checksum, edits, seed }: typeof Damage.Type): Uint8Array => {
  const bytes = edits.reduce<Uint8Array<ArrayBuffer>>(withEdit, seeds[seed]!)
  if (!checksum || bytes.length < 2) return bytes
  const crc = fitChecksum(bytes.subarray(0, -2))
  bytes.set([crc & 0xff, crc >> 8], bytes.length - 2)
  return bytes
}

/** Checks what holds for every recording, however damaged its file is. */
const check = (bytes: Uint8Array, recording: Recording): true => {
  const { columns, notes, times } = recording
  assert.ok(times.length <= bytes.length)
  assert.ok(notes.length <= 11)
  assert.ok(notes.length > 0 || times.length > 0)
  for (const column of Object.values(columns)) {
    assert.equal(column.kind, "scaled")
    assert.equal(column.values.length, times.length)
    assert.ok(column.values.some((value) => !Number.isNaN(value)))
    assert.ok(column.values.every((value) => Number.isNaN(value) || Number.isInteger(value)))
  }
  for (const lat of columnValues(recording, "lat") ?? []) assert.ok(Math.abs(lat ?? 0) <= 90)
  return true
}

test.prop(
  "a damaged file never fails, and has no more points than bytes",
  Damage,
  (damage) =>
    Effect.sync(() => {
      const bytes = damaged(damage)
      return check(bytes, decodeFit(bytes))
    }),
  { runs: rounds(3_000, 50_000) },
)

test("the seeds are intact, so that only edits damage them", () =>
  Effect.sync(() => {
    for (const bytes of seeds) {
      const recording = decodeFit(bytes)
      assert.deepEqual(recording.notes.filter((note) => note !== "the file has no records"), [])
      check(bytes, recording)
    }
  }))

test("records of one byte stop at the maximum number of points", () =>
  Effect.sync(() => {
    const most = 2 ** 21
    const start = new FitBytes().define(0, 21, [[253, "uint32"]]).data(0, newYear)
      .define(1, 20, [[200, "uint8", 0]]).file({ size: 0xffffffff })
    const body = new Uint8Array(most + 5_000).fill(0xa1)
    const { notes, times } = decodeFit(concat([start.subarray(0, -2), body]))
    assert.equal(times.length, most)
    assert.deepEqual(notes, [`the file has more than ${most} points: the others were dropped`])
  }))

test("messages without bytes end with the file", () =>
  Effect.sync(() => {
    const start = new FitBytes().define(0, 20, []).file({ size: 0xffffffff }).subarray(0, -2)
    const { times } = decodeFit(concat([start, new Uint8Array(1_000_000)]))
    assert.equal(times.length, 0)
  }))

test("a chain of a hundred thousand broken files has a few notes", () =>
  Effect.sync(() => {
    const broken = [
      new FitBytes().raw(0x10, 1, 2).file(),
      new FitBytes().raw(0x10).file({ size: 0xffffffff }),
      new FitBytes().raw(0x10).file({ size: 0 }),
      new FitBytes().file(),
    ]
    const chain = concat(Array.from({ length: 100_000 }, (_, i) => broken[i % broken.length]!))
    const { notes, times } = decodeFit(chain)
    assert.equal(times.length, 0)
    assert.equal(notes.length, 11)
    assert.match(notes[10]!, /^more problems: \d+$/)
  }))

test("bytes that resemble headers are searched once", () =>
  Effect.sync(() => {
    const header = new FitBytes().file().subarray(0, 12)
    const dots = new Uint8Array(1_000_000).fill(0x2e)
    const { notes } = decodeFit(concat([dots, header]))
    assert.deepEqual(notes[0], "1000000 bytes that are not FIT data were skipped at byte 0")
  }))

test("the largest definition is read, and its record is one point", () =>
  Effect.sync(() => {
    const developer = Array.from({ length: 255 }, (_, i) => [i, 255, 0] as const)
    const many = Array.from({ length: 255 }, () => [3, "uint8", 255] as const)
    const values = many.map(() => Array.from({ length: 255 }, () => 77))
    const file = new FitBytes().define(0, 20, many, { developer }).data(0, ...values)
    for (let i = 0; i < 255; i++) file.raw(...new Uint8Array(255))
    const recording = decodeFit(file.file())
    assert.deepEqual(columnValues(recording, "heartrate"), [77])
    assert.deepEqual(recording.notes, [])
  }))
