/** Tests of facts about a whole FIT file: device, sport, local time, and times without a clock. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { decodeFit } from "../../../pipeline/export/fit/decodeFit.ts"
import { test } from "../../testing.ts"
import { FitBytes, newYear, secondsOf } from "./FitBytes.ts"

const read = (file: FitBytes) => decodeFit(file.file())

const session = [[253, "uint32"], [2, "uint32"], [7, "uint32"], [5, "enum"]] as const

const records = (file: FitBytes, ...seconds: ReadonlyArray<number>): FitBytes => {
  file.define(0, 20, [[253, "uint32"], [3, "uint8"]])
  for (const second of seconds) file.data(0, newYear + second, 70)
  return file
}

test("the device is the name of the product, else the numbers of manufacturer and product", () =>
  Effect.sync(() => {
    const numbers = [[0, "enum"], [1, "uint16"], [2, "uint16"]] as const
    const device = (...values: ReadonlyArray<number | string | undefined>) =>
      read(new FitBytes().define(0, 0, [...numbers, [8, "string", 12]]).data(0, 4, ...values))
        .device
    assert.equal(device(1, 3113), "1 3113")
    assert.equal(device(294, undefined), "294")
    assert.equal(device(294, 841, "PACE 3"), "PACE 3")
    assert.equal(device(294, 841, "Zürich\n2 "), "Zürich 2")
    assert.equal(device(294, 841, " "), "294 841")
    assert.equal(device(undefined, undefined), undefined)
    const unknown = read(new FitBytes().define(0, 0, numbers).data(0, 4, 1, 2).data(0, 4, 3, 4))
    assert.equal(unknown.device, "1 2")
  }))

test("the name of a product is not used beyond its field or after a zero byte", () =>
  Effect.sync(() => {
    const file = new FitBytes().define(0, 0, [[8, "string", 4], [1, "uint16"]]).data(0, "abcdef", 7)
    assert.equal(read(file).device, "abcd")
    const zero = new FitBytes().define(0, 0, [[8, "string", 6]]).data(0, "ab\0cd")
    assert.equal(read(zero).device, "ab")
  }))

test("the offset from UTC is the local time minus the time of the activity", () =>
  Effect.sync(() => {
    const offset = (local: number | undefined, utc: number | undefined = newYear) =>
      read(new FitBytes().define(0, 34, [[253, "uint32"], [5, "uint32"]]).data(0, utc, local))
        .utcOffset
    assert.equal(offset(newYear + 7200), 7200)
    assert.equal(offset(newYear - 3.5 * 3600), -3.5 * 3600)
    assert.equal(offset(newYear + 5.75 * 3600), 5.75 * 3600)
    assert.equal(offset(newYear), 0)
    // The two clocks of a device can differ by a few seconds.
    assert.equal(offset(newYear + 3601), 3600)
    assert.equal(offset(newYear - 1), 0)
    assert.equal(offset(newYear + 3600 + 300), undefined)
    assert.equal(offset(newYear + 15 * 3600), undefined)
    assert.equal(offset(0), undefined)
    assert.equal(offset(undefined), undefined)
    assert.equal(offset(newYear, 0xffffffff), undefined)
    const several = new FitBytes().define(0, 34, [[253, "uint32"], [5, "uint32"]])
      .data(0, newYear, 0).data(0, newYear, newYear + 3_600).data(0, newYear, newYear + 7_200)
    assert.equal(read(several).utcOffset, 3_600)
  }))

test("the sport is that of the session with the most points", () =>
  Effect.sync(() => {
    const file = records(new FitBytes(), 0, 1, 2, 10, 11, 12, 13, 14, 30)
      .define(1, 18, session)
      .data(1, newYear + 40, newYear, 5_000, 5)
      .data(1, newYear + 40, newYear + 10, 10_000, 2)
      .data(1, newYear + 40, newYear + 30, 10_000, 1)
    const { notes, sessionList, sessions, sport } = read(file)
    assert.deepEqual([sport, sessions, notes], ["cycling", 3, []])
    const begin = Date.UTC(2024, 0, 1)
    assert.deepEqual(sessionList, [
      { start: begin, end: begin + 5_000, sport: "swimming" },
      { start: begin + 10_000, end: begin + 20_000, sport: "cycling" },
      { start: begin + 30_000, end: begin + 40_000, sport: "running" },
    ])
    const equal = records(new FitBytes(), 0, 10)
      .define(1, 18, session)
      .data(1, newYear, newYear, 5_000, 5)
      .data(1, newYear, newYear + 10, 5_000, 2)
    assert.equal(read(equal).sport, "swimming")
  }))

test("one session is not counted, and has its sport without points too", () =>
  Effect.sync(() => {
    const file = new FitBytes().define(1, 18, session).data(1, newYear, newYear, 5_000, 5)
    assert.equal(read(file).sport, "swimming")
    assert.equal("sessions" in read(file), false)
    assert.equal("sessionList" in read(file), false)
  }))

test("a session without its length ends at its own time", () =>
  Effect.sync(() => {
    const file = records(new FitBytes(), 0, 1, 2, 10, 11)
      .define(1, 18, session)
      .data(1, newYear + 11, newYear + 9, undefined, 2)
      .data(1, newYear + 3, newYear, undefined, 1)
    assert.equal(read(file).sport, "running")
  }))

test("an unknown sport is its number, and no session leaves the sport of the sport message", () =>
  Effect.sync(() => {
    assert.equal(
      read(new FitBytes().define(1, 18, session).data(1, newYear, newYear, 1, 199)).sport,
      "199",
    )
    const sport = new FitBytes().define(1, 12, [[0, "enum"]]).data(1, 15).data(1, 2)
    assert.equal(read(records(sport, 0)).sport, "rowing")
    sport.define(1, 18, session).data(1, newYear, newYear, 5_000, 1)
    assert.equal(read(sport).sport, "running")
    assert.equal(read(records(new FitBytes(), 0)).sport, undefined)
  }))

test("of thousands of sessions, the first fifty are compared with the points", () =>
  Effect.sync(() => {
    const file = records(new FitBytes(), 4_000, 4_001).define(1, 18, session)
    for (let i = 0; i < 5_000; i++) file.data(1, newYear, newYear + i, 500, i === 4_000 ? 2 : 1)
    const { sessions, sport } = read(file)
    assert.deepEqual([sessions, sport], [5_000, "running"])
  }))

test("times that count from when the device was switched on are marked", () =>
  Effect.sync(() => {
    const file = new FitBytes().define(0, 20, [[253, "uint32"], [3, "uint8"]])
    file.data(0, 90_000, 70).data(0, 90_004, 71)
    const { deviceTime, notes, times } = read(file)
    assert.equal(deviceTime, true)
    assert.deepEqual(notes, [])
    assert.equal(times[1]! - times[0]!, 4_000)
    assert.equal(read(records(new FitBytes(), 0)).deviceTime, undefined)
  }))

test("points from before the device knew the time have none", () =>
  Effect.sync(() => {
    const file = new FitBytes().define(0, 20, [[253, "uint32"], [3, "uint8"]])
    file.data(0, 90_000, 70).data(0, newYear, 71).data(0, 90_001, 72)
    const recording = read(file)
    assert.equal(recording.deviceTime, undefined)
    assert.deepEqual(secondsOf(recording), [null, 0, null])
    assert.deepEqual(recording.notes, [
      "points without a time, because the device did not know it yet: 2",
    ])
  }))
