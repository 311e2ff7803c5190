/**
 * Schemas, tested with responses that Strava has been seen to send: absent, null, unknown and
 * unexpected values.
 */
import { Effect, Option, Redacted, Schema } from "effect"
import assert from "node:assert/strict"
import { activityFields, startOf, SummaryActivity } from "../../schemas/Activity.ts"
import { DetailedAthlete } from "../../schemas/Athlete.ts"
import { describeFault, faultFrom, namesFault } from "../../schemas/Fault.ts"
import { isDecimalId } from "../../schemas/Item.ts"
import { idIn } from "../../schemas/json/Json.ts"
import { StreamSet, streamsOf } from "../../schemas/StreamSet.ts"
import { TokenResponse } from "../../schemas/Token.ts"
import { test } from "../testing.ts"

const holds = (name: string, body: () => void) => test(name, () => Effect.sync(body))
const activity = Schema.decodeUnknownOption(SummaryActivity)

holds("an activity needs nothing but its id", () => {
  for (const id of [1, 16200000001, 2 ** 53]) {
    assert.ok(Option.isSome(activity({ id })), String(id))
  }
  for (const id of [undefined, null, true, {}, [1]]) {
    assert.ok(Option.isNone(activity({ id })), String(id))
  }
})

holds("an id is a string or a number in any notation, to the last digit", () => {
  const id = (source: string) => idIn(`{"id":${source}}`, JSON.parse(`{"id":${source}}`))
  for (const source of ["123", "123.0", "1.23e2", "1230e-1", `"123"`]) {
    assert.equal(id(source), "123", source)
  }
  assert.equal(id("3265366675164236881.0"), "3265366675164236881")
  assert.equal(id("3.265366675164236881e18"), "3265366675164236881")
  assert.equal(id(`"b123"`), "b123")
  for (const source of ["null", "true", "[1]", "{}", "32653666751642368.5"]) {
    assert.equal(id(source), undefined, source)
  }
  for (const source of ["0", "-1", "1.5", "1e400", `""`, `"../x"`]) {
    assert.ok(!isDecimalId(id(source) ?? ""), source)
  }
})

holds("any known field of an activity may be null", () => {
  const nulls = Object.fromEntries(activityFields.map((field) => [field, null]))
  assert.ok(Option.isSome(activity({ ...nulls, id: 1 })))
})

holds("an activity keeps unknown sports and fields", () => {
  const sent = { id: 1, sport_type: "Hovercraft", visibility: "moon", brand_new: { a: [1, null] } }
  assert.deepEqual(Option.getOrThrow(activity(sent)), sent)
})

holds("an activity has a position, or none in one of two notations", () => {
  for (const start_latlng of [[51.5, -0.12], [], null]) {
    assert.deepEqual(Option.getOrThrow(activity({ id: 1, start_latlng })), { id: 1, start_latlng })
  }
})

holds("a field of another type decodes to null, and affects no other field", () => {
  const sent = { id: 1, name: "Ride", distance: "12", start_latlng: [1], map: { id: 5, x: 1 } }
  assert.deepEqual(Option.getOrThrow(activity(sent)), {
    ...sent,
    distance: null,
    start_latlng: null,
    map: { id: null, x: 1 },
  })
  for (const odd of ["text", 5, true, [], {}, null]) {
    const all = Object.fromEntries(activityFields.map((field) => [field, odd]))
    assert.ok(Option.isSome(activity({ ...all, id: 1 })), JSON.stringify(odd))
  }
})

holds("startOf() returns the true start, or 0 if there is none", () => {
  const start = (start_date: unknown) => startOf(Option.getOrThrow(activity({ id: 1, start_date })))
  assert.equal(start("2026-01-02T03:04:05Z"), Date.UTC(2026, 0, 2, 3, 4, 5))
  assert.equal(start(null), 0)
  assert.equal(start("some day"), 0)
})

holds("an athlete without profile:read_all can be almost anonymous", () => {
  const athlete = Schema.decodeUnknownOption(DetailedAthlete)
  assert.ok(Option.isSome(athlete({ id: 7, resource_state: 2, country: "", ftp: null })))
  assert.ok(Option.isNone(athlete({ resource_state: 2 })))
})

holds("a token hides its secrets, also in a message", () => {
  const token = Schema.decodeUnknownSync(TokenResponse)({
    access_token: "canary-access",
    refresh_token: "canary-refresh",
    expires_at: 1_700_000_000,
  })
  assert.equal(Redacted.value(token.access_token), "canary-access")
  assert.ok(!JSON.stringify(token).includes("canary"))
  assert.ok(!String(token.refresh_token).includes("canary"))
})

holds("faultFrom() reads every shape an error body has had", () => {
  const inactive = faultFrom(
    `{"message":"Forbidden","errors":[{"resource":"Application","field":"Status","code":"Inactive"}]}`,
  )
  assert.ok(namesFault(inactive, "application", /status/i, /inactive/i))
  assert.equal(describeFault(inactive), "Forbidden: Application Status Inactive")
  assert.equal(describeFault(faultFrom(`{"message":"error"}`)), "error")
  assert.equal(describeFault(faultFrom(`{"message":"No","errors":[]}`)), "No")
  assert.equal(describeFault(faultFrom(`{"message":"No","errors":"exceeded"}`)), "No: exceeded")
  for (const text of ["", "<html>", "[]", "null", `{"errors":{"a":1}}`]) {
    assert.equal(describeFault(faultFrom(text)), "no message")
  }
})

const streams = (text: string) =>
  streamsOf(text, Schema.decodeUnknownSync(StreamSet)(JSON.parse(text)))

holds("streams are decoded from an object or a list, with the text of each sample", () => {
  const byType =
    `{"heartrate":{"data":[99,null],"series_type":"distance"},"time":{"data":[0, 1.0]}}`
  const listed = `[{"type":"heartrate","data":[99,null],"series_type":"distance"},` +
    `{"type":"time","data":[0, 1.0]}]`
  for (const text of [byType, listed]) {
    assert.deepEqual(
      streams(text).map(({ data, info, source, type }) => ({ type, data, source: source(), info })),
      [
        { type: "time", data: [0, 1], source: ["0", "1.0"], info: {} },
        {
          type: "heartrate",
          data: [99, null],
          source: ["99", "null"],
          info: { series_type: "distance" },
        },
      ],
    )
  }
})

holds("streams of unknown types come last, and pairs stay pairs", () => {
  const text = `{"aura":{"data":["a,b",2]},"latlng":{"data":[[1.50,-2],null]},"empty":{"data":[]}}`
  const [latlng, aura, empty] = streams(text)
  assert.deepEqual([latlng?.type, latlng?.source()], ["latlng", ["[1.50,-2]", "null"]])
  assert.deepEqual([aura?.type, aura?.source()], ["aura", [`"a,b"`, "2"]])
  assert.deepEqual([empty?.type, empty?.source()], ["empty", []])
})

holds(
  "a value in place of a list of samples is kept as sent, and affects no other stream",
  () => {
    const odd = (source: string) => {
      const [time, watts] = streams(`{"time":{"data":[0]},"watts":${source}}`)
      assert.deepEqual(time?.data, [0])
      assert.deepEqual([watts?.data, watts?.source(), watts?.text()], [[], [], source])
      return watts?.odd()
    }
    for (const source of ["null", "5", `"none"`, "[1, 2]"]) assert.equal(odd(source), source)
    assert.equal(odd(`{"data": "1,2" }`), `"1,2"`)
    assert.equal(odd(`{"data":{"0": 1.0}}`), `{"0": 1.0}`)
    assert.equal(odd(`{"original_size":3}`), "null")
  },
)

holds("fault 43: isDecimalId() accepts only digits, for file names", () => {
  for (const id of ["1", "16200000001", "9223372036854775807"]) assert.ok(isDecimalId(id))
  for (const id of ["", "0", "-1", "1e3", "../1", "1/2", "１", "12345678901234567890", "1\n"]) {
    assert.ok(!isDecimalId(id), id)
  }
})

test.prop(
  "streams of any samples return their values and their texts, one for one",
  Schema.Array(Schema.NullOr(Schema.Finite)),
  (data) => {
    const [stream] = streams(JSON.stringify({ watts: { data } }))
    assert.deepEqual(stream?.data, JSON.parse(JSON.stringify(data)))
    assert.deepEqual(stream?.source().map((text) => JSON.parse(text)), stream?.data)
    return true
  },
)

holds(
  "streams in a list with a repeated or missing type each get a distinct name",
  () => {
    const text = `[{"type":"watts","data":[1]},{"type":"watts","data":[2]},{"data":[3]},null]`
    assert.deepEqual(streams(text).map(({ source, type }) => [type, source()]), [
      ["watts", ["1"]],
      ["watts_2", ["2"]],
      ["stream_3", ["3"]],
      ["stream_4", []],
    ])
  },
)
