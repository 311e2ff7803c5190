/** The simulator with recorded responses from a directory. */
import { Effect, FileSystem, Layer, Path } from "effect"
import { HttpClient } from "effect/http"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { layerClient } from "../../pipeline/simulator/client.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { test } from "../testing.ts"
import { fetchPath, get, postToken, refreshForm, today } from "./requests.ts"

const base = "https://www.strava.com/api/v3"
const recording = (uri: string, body: unknown, status = 200, method = "GET") => ({
  request: { method, uri },
  status,
  headers: { "Content-Type": "application/json; charset=utf-8", "X-RateLimit-Usage": "1,2" },
  body,
})

/** Provides a simulator that replays these recordings from files numbered by position. */
const withRecordings = Effect.fnUntraced(function* (recordings: ReadonlyArray<unknown>) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const folder = yield* fs.makeTempDirectoryScoped()
  yield* Effect.forEach(
    recordings,
    (one, i) => fs.writeFileString(path.join(folder, `made.${i + 1}.json`), JSON.stringify(one)),
  )
  return Simulator.layerRecorded(folder)
})

test("recordings are matched by path and query, except for before and per_page", () =>
  Effect.gen(function* () {
    const layer = yield* withRecordings([
      recording(`${base}/athlete/activities?before=1600000000&per_page=200&page=1`, [{ id: 1 }]),
      recording(`${base}/athlete/activities?before=1600000000&per_page=200&page=2`, [{ id: 2 }]),
      recording(`${base}/athlete/activities?before=1500000000&per_page=200&page=1`, [{ id: 3 }]),
      recording(`${base}/athlete`, '{"id":2817697759509711894,"weight":61.0}'),
      recording(`${base}/gear/b1`, { message: "Resource Not Found", errors: [] }, 404),
    ])
    yield* Effect.gen(function* () {
      const page = (query: string) =>
        Effect.map(get(`/athlete/activities?${query}`, ""), ({ text }) => text)
      assert.equal(yield* page("before=1500000000&per_page=200&page=1"), '[{"id":3}]')
      assert.equal(yield* page("before=1790000000&per_page=100&page=2"), '[{"id":2}]')
      assert.equal(yield* page("before=1790000000&per_page=100&page=3"), "[]")
      const athlete = yield* get("/athlete", "")
      assert.equal(athlete.text, '{"id":2817697759509711894,"weight":61.0}')
      assert.equal(athlete.headers["x-ratelimit-usage"], "1,2")
      assert.ok(athlete.headers["date"])
      assert.equal((yield* get("/gear/b1", "")).status, 404)
      const unknown = yield* get("/gear/b2?x=1", "")
      assert.equal(unknown.status, 404)
      assert.match(unknown.text, /Not Recorded.*GET \/api\/v3\/gear\/b2\?x=1/)
      const after = yield* get("/athlete/activities?after=1&page=1", "")
      assert.equal(after.status, 404)
    }).pipe(Effect.provide(layer))
  }))

test("several recordings of one request are returned in file order, the last one repeatedly", () =>
  Effect.gen(function* () {
    const layer = yield* withRecordings(
      Array.from({ length: 11 }, (_, i) => recording(`${base}/athlete`, { id: i + 1 })),
    )
    yield* Effect.gen(function* () {
      const ids: Array<number> = []
      for (let i = 0; i < 13; i++) ids.push(JSON.parse((yield* get("/athlete", "")).text).id)
      assert.deepEqual(ids, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 11, 11])
    }).pipe(Effect.provide(layer))
  }))

test("a token response is a recording if there is one, and generated otherwise", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(today)
    const made = yield* Effect.provide(postToken(refreshForm("any")), yield* withRecordings([]))
    assert.equal(made.body["expires_at"], today / 1000 + 21_600)
    const stored = yield* Effect.provide(
      postToken(refreshForm("any")),
      yield* withRecordings([
        recording("https://www.strava.com/oauth/token", { access_token: "a" }, 200, "POST"),
      ]),
    )
    assert.deepEqual(stored.body, { access_token: "a" })
  }))

test("the client returns recordings, and faults apply to them", () =>
  Effect.gen(function* () {
    const layer = layerClient.pipe(
      Layer.provideMerge(yield* withRecordings([recording(`${base}/athlete`, { id: 5 })])),
    )
    yield* Effect.gen(function* () {
      assert.equal(yield* (yield* fetchPath("/athlete", "")).text, '{"id":5}')
      yield* (yield* Simulator).fault({
        path: "/athlete",
        response: { _tag: "Status", status: 503 },
      })
      assert.equal((yield* HttpClient.get(`${base}/athlete`)).status, 503)
    }).pipe(Effect.provide(layer))
  }))

test("the error names a directory that is missing or contains other files", () =>
  Effect.gen(function* () {
    const fail = (layer: ReturnType<typeof Simulator.layerRecorded>) =>
      Effect.flip(Effect.provide(Simulator, layer))
    assert.match(
      (yield* fail(Simulator.layerRecorded("/nowhere"))).message,
      /Cannot replay \/nowhere/,
    )
    const error = yield* fail(yield* withRecordings([{ status: 200 }]))
    assert.match(error.message, /made\.1\.json: it is not a recorded response/)
  }))
