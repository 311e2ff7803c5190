/** Shapes of saved responses that are recognized, with the text of each as it is in the file. */
import { Effect, Schema } from "effect"
import assert from "node:assert/strict"
import {
  idInName,
  ignoredKinds,
  readSavedFile,
} from "../../../pipeline/export/responses/SavedResponse.ts"
import { test } from "../../testing.ts"

const of = (body: () => void) => () => Effect.sync(body)

const activity = (id: number | string) =>
  `{"resource_state": 2, "id": ${id}, "start_date": "2026-01-01T00:00:00Z"}`
const byType = `{"time": {"data": [0, 1.0]}, "watts":{"data":[null,2e2]}}`
const list = `[{"type":"time","data":[0,1]},{"type":"heartrate","data":[90,91]}]`

const found = (name: string, text: string) =>
  readSavedFile(name, text).responses.map(({ id, resource, text }) => [resource, id, text])

test(
  "activities are read from lines, from a list, and from several pages in one file",
  of(() => {
    const both = [
      ["activities", "1", activity(1)],
      ["activities", "9007199254740993", activity("9007199254740993")],
    ]
    const [one, two] = [activity(1), activity("9007199254740993")]
    for (
      const text of [
        `${one}\n${two}\n`,
        `\ufeff${one}\r\n\r\n${two}`,
        `[${one},${two}]`,
        `[\n${one},\n${two}\n]`,
        `[[${one}],[${two}],[]]`,
        `[${one}]\n[${two}]`,
      ]
    ) assert.deepEqual(found("activities", text), both, text)
    assert.deepEqual(found("a.json", `{\n"id":1,\n"athlete":{},"start_date":""\n}`), [
      ["activities", "1", `{"id":1,"athlete":{},"start_date":""}`],
    ])
  }),
)

test(
  "streams are read by type and as a list; the name or a field has the id of their activity",
  of(() => {
    for (const name of ["12345.json", "streams-12345.json", "12345_2024-01-01.json"]) {
      assert.deepEqual(found(name, byType), [["streams", "12345", byType]])
      assert.deepEqual(found(name, list), [["streams", "12345", list]])
    }
    for (const streams of [byType, list]) {
      for (
        const text of [
          `{"activity_id": 12345, "streams": ${streams}}`,
          `{"id":12345,"fetched":"today","streams":${streams}}`,
          `{"12345":${streams}}`,
        ]
      ) assert.deepEqual(found("7.json", text), [["streams", "12345", streams]], text)
    }
    assert.deepEqual(found("x.json", `{"id":12345,${byType.slice(1)}`), [
      ["streams", "12345", `{"time":{"data": [0, 1.0]},"watts":{"data":[null,2e2]}}`],
    ])
    assert.deepEqual(readSavedFile("streams.json", byType), {
      responses: [],
      problems: ["it has streams, but neither its name nor a field has the id of their activity"],
    })
  }),
)

test(
  "the athlete is recognized; details, errors and everything else are named",
  of(() => {
    const athlete = `{"id":7,"username":null,"resource_state":3,"firstname":"Ada"}`
    assert.deepEqual(found("athlete.json", athlete), [["athlete", "7", athlete]])
    for (
      const [text, reason] of [
        [activity(1).replace("2", "3"), /details of an activity/],
        [`{"message":"x","errors":[]}`, /an error that Strava returned/],
        [`{"theme":1}`, /no response of the API about/],
        [`[1]`, /no response of the API about/],
        [activity(`"x"`), /an activity has no id/],
        [`{"id":1,"sport_type":"Run","start_date":"2026-01-01"}`, /no response of the API about/],
        [`{"id":1,"firstname":"Ada","profile_url":""}`, /no response of the API about/],
        [`{"time":{"data":[NaN]}}`, /it is not JSON/],
        [`${activity(1)}\nhalf`, /a line is not JSON \(line 2\)/],
        [`${activity(1)}\nhalf\nhalf`, /2 lines are not JSON \(line 2, …\)/],
      ] as const
    ) {
      assert.match(readSavedFile("5.json", text).problems.join(), reason, text)
    }
    for (const text of ["[]", "[[]]"]) {
      assert.deepEqual(readSavedFile("5.json", text), { responses: [], problems: [] })
    }
  }),
)

test(
  "the longest number in a name is the id, the last one of equal length",
  of(() => {
    assert.equal(idInName("activity_12345_streams_2024.json"), "12345")
    assert.equal(idInName("1_2.json"), "2")
    assert.equal(idInName("streams.json"), undefined)
    assert.equal(idInName(`${"9".repeat(20)}_7.json`), "7")
    assert.equal(idInName("007.json"), undefined)
  }),
)

test(
  "lists and objects in many levels are no responses, and do not make the reader fail",
  of(() => {
    for (const [open, close] of [["[", "]"], [`{"1":`, "}"]] as const) {
      const text = `${open.repeat(3_000)}1${close.repeat(3_000)}`
      assert.deepEqual(readSavedFile("deep.json", text), {
        responses: [],
        problems: [ignoredKinds.other],
      })
    }
  }),
)

test.prop(
  "no text makes the reader fail",
  Schema.Struct({ name: Schema.String, text: Schema.String, json: Schema.Json }),
  ({ json, name, text }) => {
    for (const some of [text, JSON.stringify(json), `{"streams":${JSON.stringify(json)},"id":5}`]) {
      readSavedFile(name, some)
    }
    return true
  },
)
