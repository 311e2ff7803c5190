/**
 * Recording exchanges with Strava and replaying them: the failures are the same, and no file has a
 * secret.
 */
import { Effect, FileSystem, Layer } from "effect"
import { HttpClientRequest } from "effect/http"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import type { FaultResponse } from "../../pipeline/simulator/protocol.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { canary, simulatedAccessToken } from "../../pipeline/simulator/Tokens.ts"
import { layerRecorder } from "../../pipeline/strava/Recorder.ts"
import { redact, redactUrl, secretsIn, secretsOf } from "../../pipeline/strava/redact.ts"
import { stages } from "../../pipeline/stages/all.ts"
import { Strava } from "../../pipeline/strava/Strava.ts"
import { test } from "../testing.ts"
import {
  clientEnvironment,
  clientFolder,
  exitOf,
  injectFault,
  layerRun,
  now,
  simulatedStrava,
} from "./client.ts"

const files = Effect.fnUntraced(function* (recordings: string) {
  const fs = yield* FileSystem.FileSystem
  const names = (yield* fs.readDirectory(recordings)).sort()
  return yield* Effect.forEach(
    names,
    (name) => Effect.map(fs.readFileString(`${recordings}/${name}`), (text) => ({ name, text })),
  )
})

/** Sends one request of each kind with one client, and returns the values or the first error. */
const asking = Effect.fnUntraced(function* (id: number) {
  const strava = yield* Strava
  const { text } = yield* strava.athlete
  yield* strava.activities({ before: now / 1_000, page: 1 })
  const streams = yield* strava.item(stages.streams.request(String(id)))
  return { text, streams }
})

/** Describes the outcome independently of the server that responded. */
const outcome = Effect.fnUntraced(function* (id: number, recordings?: string) {
  const self = asking(id).pipe(Effect.result, Effect.provide(layerRun({})))
  return yield* Effect.flatten(
    exitOf(
      recordings === undefined ? self : Effect.provide(self, layerRecorder(recordings)),
      1_000,
    ),
  )
})

const broken: ReadonlyArray<readonly [name: string, path: string, response: FaultResponse]> = [
  ["500", "/athlete", { _tag: "Status", status: 500 }],
  ["404", "/activities/", { _tag: "Status", status: 404 }],
  ["402", "/streams", { _tag: "Status", status: 402 }],
  ["403 of an application switched off", "/athlete", { _tag: "Status", status: 403 }],
  ["a page for people", "/athlete", { _tag: "Html" }],
  ["JSON of another shape", "/athlete/activities", { _tag: "Body", body: `"fine"` }],
  ["an empty body", "/streams", { _tag: "Body", body: "" }],
  ["a body that just ends", "/streams", { _tag: "Cut" }],
  ["a body that breaks off", "/streams", { _tag: "Truncate", bytes: 40 }],
  ["a broken connection", "/athlete/activities", { _tag: "Reset" }],
  ["silence in the middle", "/streams", { _tag: "Stall" }],
  ["silence", "/athlete", { _tag: "Hang" }],
  ["a redirect", "/athlete", { _tag: "Redirect", location: "https://x.invalid/a?code=1" }],
  ["a token endpoint that refuses", "/oauth/token", { _tag: "Status", status: 500 }],
  ["nothing", "/nowhere", { _tag: "Reset" }],
]

for (const [name, path, response] of broken) {
  test(`a recording of ${name} has the same outcome when it is replayed`, () =>
    Effect.gen(function* () {
      const recordings = yield* clientFolder
      const { id, recorded } = yield* Effect.gen(function* () {
        yield* injectFault(path, response)
        const id = (yield* Simulator).world.ids[0]!
        return { id, recorded: yield* outcome(id, recordings) }
      }).pipe(Effect.provide(simulatedStrava()))
      assert.equal(recorded._tag, name === "nothing" || name === "404" ? "Success" : "Failure")

      yield* TestClock.setTime(now + 90 * 86_400_000)
      const replayed = yield* Effect.provide(outcome(id), Simulator.layerRecorded(recordings))
      const plain = (result: typeof recorded) =>
        result._tag === "Failure"
          ? { error: result.failure._tag, message: result.failure.message }
          : { text: result.success.text, streams: result.success.streams._tag }
      assert.deepEqual(plain(replayed), plain(recorded))

      const written = yield* files(recordings)
      assert.ok(written.length > 0 && written.every((file) => file.name.endsWith(".json")))
      for (const file of written) assert.ok(!file.text.includes(canary), file.name)
    }))
}

test("an oversized response is recorded as such, without its bytes", () =>
  Effect.gen(function* () {
    const recordings = yield* clientFolder
    const recorded = yield* Effect.gen(function* () {
      yield* injectFault("/athlete", { _tag: "Bomb", bytes: 70e6 })
      return yield* outcome(1, recordings)
    }).pipe(Effect.provide(simulatedStrava()))
    assert.ok(recorded._tag === "Failure")
    const written = yield* files(recordings)
    assert.ok(written.every(({ text }) => text.length < 2_000))
    assert.match(written.at(-1)!.text, /"ended": "oversized"/)
    const replayed = yield* Effect.provide(outcome(1), Simulator.layerRecorded(recordings))
    assert.ok(replayed._tag === "Failure")
    assert.equal(replayed.failure.message, recorded.failure.message)
  }))

test("a body is recorded to the last digit and byte, and readable if it is JSON", () =>
  Effect.gen(function* () {
    const recordings = yield* clientFolder
    const bodies = [
      `{"id":3265366675164236880,"weight":61.0,"a":[1e400]}`,
      `{ "id": 5 }`,
      `{"id":5,"id":6,"name":"\\u00e9 é 🏃"}`,
    ]
    for (const body of bodies) {
      yield* Effect.gen(function* () {
        yield* injectFault("/athlete", { _tag: "Body", body })
        yield* outcome(1, recordings)
      }).pipe(Effect.provide(simulatedStrava()))
    }
    const written = (yield* files(recordings)).filter(({ name }) => name.includes("GET-athlete."))
    assert.equal(written.length, 3)
    assert.ok(written[0]!.text.includes(`"body": ${bodies[0]}`))
    yield* Effect.gen(function* () {
      const { handle } = yield* Simulator
      for (const body of bodies) {
        const url = "https://api-v3.strava.com/athlete"
        const response = yield* handle({ method: "GET", url, headers: {}, body: "" })
        assert.equal(response.body, body)
      }
    }).pipe(Effect.provide(Simulator.layerRecorded(recordings)))
  }))

test("a recording has no tokens, secrets, codes or cookies, even if Strava repeats them", () =>
  Effect.gen(function* () {
    const recordings = yield* clientFolder
    yield* Effect.gen(function* () {
      const token = `${simulatedAccessToken}-1`
      yield* injectFault("/athlete/activities", {
        _tag: "Status",
        status: 400,
        body:
          `{"message":"Bad Request ${token}","errors":[{"field":"${clientEnvironment.STRAVA_CLIENT_SECRET}"}]}`,
        headers: { "set-cookie": `session=${canary}`, "x-served-by": canary, server: `a ${token}` },
      })
      yield* outcome(1, recordings)
    }).pipe(Effect.provide(simulatedStrava()))
    const written = yield* files(recordings)
    assert.deepEqual(written.map(({ name }) => name), [
      "00001.POST-oauth-token.200.json",
      "00002.GET-athlete.200.json",
      "00003.GET-athlete-activities.400.json",
    ])
    for (const { name, text } of written) {
      assert.ok(!text.includes(canary), name)
      assert.ok(!/cookie|served-by|authorization/i.test(text), name)
    }
    assert.match(written[0]!.text, /"access_token":"recorded-access-token"/)
    assert.match(written[0]!.text, /"expires_in":21600/)
    assert.match(written[1]!.text, /"x-ratelimit-usage":"1,1"/)
    assert.match(written[2]!.text, /Bad Request recorded-secret/)
    const fs = yield* FileSystem.FileSystem
    assert.equal((yield* fs.stat(`${recordings}/${written[0]!.name}`)).mode & 0o777, 0o600)
  }))

test("new recordings are numbered after existing ones, and an unusable directory is an error at once", () =>
  Effect.gen(function* () {
    const recordings = yield* clientFolder
    const fs = yield* FileSystem.FileSystem
    yield* fs.writeFileString(`${recordings}/00041.GET.200.json`, "{}")
    yield* Effect.provide(outcome(1, recordings), simulatedStrava())
    assert.ok((yield* fs.readDirectory(recordings)).includes("00042.POST-oauth-token.200.json"))
    const file = `${recordings}/file`
    yield* fs.writeFileString(file, "")
    const error = yield* Effect.flip(Effect.scoped(Layer.build(layerRecorder(`${file}/deeper`))))
    assert.match(
      error.message,
      /^Cannot record to .*No request was sent to Strava\. Use another directory/,
    )
  }))

test("a disk that fails while recording does not end the run", () =>
  Effect.gen(function* () {
    const recordings = yield* clientFolder
    const fs = yield* FileSystem.FileSystem
    const full = Layer.succeed(FileSystem.FileSystem, {
      ...fs,
      rename: () => fs.rename("/nowhere/a", "/nowhere/b"),
    })
    const result = yield* Effect.flatten(exitOf(
      asking(1).pipe(
        Effect.result,
        Effect.provide(layerRun({})),
        Effect.provide(layerRecorder(recordings).pipe(Layer.provide(full))),
        Effect.provide(simulatedStrava()),
      ),
    ))
    assert.equal(result._tag, "Success")
    assert.ok((yield* fs.readDirectory(recordings)).every((name) => !name.endsWith(".json")))
  }))

test("secrets are found in headers, forms, queries and bodies, and redacted in each spelling", () =>
  Effect.sync(() => {
    const request = HttpClientRequest.post("https://x.invalid/oauth/token?access_token=in-query")
      .pipe(
        HttpClientRequest.bearerToken("in-header"),
        HttpClientRequest.bodyUrlParams({
          client_id: "1",
          client_secret: "in form/+",
          code: "c0de",
        }),
      )
    assert.deepEqual(secretsOf(request).toSorted(), ["c0de", "in form/+", "in-header", "in-query"])
    assert.deepEqual(secretsIn(`{"access_token": "abc\\"d","refresh_token":"cut o`), [
      `abc\\"d`,
      "cut o",
    ])
    const hidden = redact(`in-header in%20form%2F%2B {"refresh_token":"x"}`, secretsOf(request))
    assert.equal(
      hidden,
      `recorded-secret recorded-secret {"refresh_token":"recorded-refresh-token"}`,
    )
    assert.equal(
      redact(`{"field":"access_token","code":"c0de"}`, ["c0de"]),
      `{"field":"access_token","code":"c0de"}`,
    )
    assert.equal(
      redactUrl("https://u:p@x.invalid/a?code=1&page=2", []),
      "https://x.invalid/a?code=recorded&page=2",
    )
  }))
