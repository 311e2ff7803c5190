/** Tests of numbers and times of XML files. */
import { Effect, Schema } from "effect"
import assert from "node:assert/strict"
import { timeParser } from "../../../pipeline/export/xml/isoTime.ts"
import { numberText } from "../../../pipeline/export/xml/numberText.ts"
import { test } from "../../testing.ts"

const of = <A>(body: () => A) => () => Effect.sync(body)

test(
  "a number keeps its digits; only what JSON forbids is rewritten",
  of(() => {
    const numbers: Record<string, string | undefined> = {
      "0": "0",
      "-0": "-0",
      "142": "142",
      "142.0": "142.0",
      "52.5200001": "52.5200001",
      "-13.400": "-13.400",
      " 34.2\n": "34.2",
      "+5": "5",
      "+.5": "0.5",
      "-.5": "-0.5",
      "7.": "7",
      "007": "7",
      "-007.10": "-7.10",
      "000": "0",
      "1E3": "1000",
      "1.25e+2": "125",
      "1.25e1": "12.5",
      "1.2E-5": "0.000012",
      "-5.684341886080802E-14": "-0.00000000000005684341886080802",
      "12345678901234567890.12345678901234567890": "12345678901234567890.1234567890123456789",
      "1e-300": "0.00000000000000000000000000000000000000",
      "": undefined,
      " ": undefined,
      "-": undefined,
      ".": undefined,
      "-.": undefined,
      "e5": undefined,
      "1e": undefined,
      "1e300": undefined,
      "1e9999": undefined,
      "NaN": undefined,
      "Infinity": undefined,
      "34,2": undefined,
      "1 2": undefined,
      "0x10": undefined,
      "1.2.3": undefined,
      "--1": undefined,
      "١": undefined,
    }
    for (const [text, expected] of Object.entries(numbers)) {
      assert.equal(numberText(text), expected, JSON.stringify(text))
    }
  }),
)

test.prop(
  "any number that a program writes is read without loss",
  Schema.Finite,
  (value) => {
    const text = numberText(String(value))
    // With the sign, 1e39 has 41 characters.
    if (Math.abs(value) >= 1e39) return text === undefined || Number(text) === value
    if (Math.abs(value) < 1e-20) return Math.abs(Number(text)) < 1e-20
    return text !== undefined && Number(text) === value && /^-?\d+(\.\d+)?$/.test(text)
  },
)

const first = Date.UTC(2022, 4, 29, 15, 53, 35)

test(
  "a time is read in every notation of ISO 8601 that devices write",
  of(() => {
    const times: Record<string, readonly [ms: number, offset: number | undefined]> = {
      "2022-05-29T15:53:35Z": [first, 0],
      "2022-05-29T15:53:35.000Z": [first, 0],
      "2022-05-29T15:53:35.123Z": [first + 123, 0],
      "2022-05-29T15:53:35.1Z": [first + 100, 0],
      "2022-05-29T15:53:35,25Z": [first + 250, 0],
      "2022-05-29T15:53:35.123456789Z": [first + 123, 0],
      "2022-05-29t15:53:35z": [first, 0],
      " 2022-05-29T15:53:35Z\n": [first, 0],
      "2022-05-29 15:53:35Z": [first, 0],
      "2022-05-29T17:53:35+02:00": [first, 7200],
      "2022-05-29T17:53:35.5+0200": [first + 500, 7200],
      "2022-05-29T08:53:35-07": [first, -25_200],
      "2022-05-29T21:38:35+05:45": [first, 20_700],
      "2022-05-29T15:53:35": [first, undefined],
      "2022-05-29T15:53": [first - 35_000, undefined],
      "2022-05-29T24:00:00Z": [Date.UTC(2022, 4, 30), 0],
      "2016-12-31T23:59:60Z": [Date.UTC(2017, 0, 1), 0],
      "2024-02-29T00:00:00Z": [Date.UTC(2024, 1, 29), 0],
    }
    for (const [text, [ms, offset]] of Object.entries(times)) {
      const parse = timeParser()
      assert.deepEqual(parse(text), { ms, offset }, text)
      assert.deepEqual(parse(text), { ms, offset }, `${text}, again`)
    }
  }),
)

test(
  "a text that is no time is not read, after a good one neither",
  of(() => {
    const parse = timeParser()
    assert.ok(parse("2022-05-29T15:53:35Z"))
    const texts = [
      "",
      "5",
      "2022",
      "2022-05-29",
      "29.05.2022 15:53:35",
      "2022-13-01T00:00:00Z",
      "2022-02-30T00:00:00Z",
      "0000-00-00T00:00:00Z",
      "2022-05-29T25:00:00Z",
      "2022-05-29T15:60:00Z",
      "2022-05-29T15:53:61Z",
      "2022-05-29T1a:53:35Z",
      "2022-05-29T15-53-35Z",
      "2022-05-29T15:53:35.12aZ",
      "2022-05-29T15:53:35 CET",
      "NaN",
    ]
    for (const text of texts) assert.equal(parse(text), undefined, text)
  }),
)

const Moment = Schema.Struct({
  ms: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4e12 })),
  minutes: Schema.Int.check(Schema.isBetween({ minimum: -720, maximum: 840 })),
})

test.prop("any time is read in UTC and in any zone", Moment, ({ minutes, ms }) => {
  const parse = timeParser()
  const two = (value: number) => String(value).padStart(2, "0")
  const distance = Math.abs(minutes)
  const zone = `${minutes < 0 ? "-" : "+"}${two(Math.floor(distance / 60))}:${two(distance % 60)}`
  const local = new Date(ms + minutes * 60_000).toISOString().replace("Z", zone)
  const utc = new Date(ms).toISOString()
  return [utc, utc, local, utc].every((text) => parse(text)?.ms === ms) &&
    parse(local)?.offset === minutes * 60
})
