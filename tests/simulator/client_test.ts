/** The simulator behind an `HttpClient`: every fault as `fetch` would report it. */
import { Effect, Fiber, Layer, Stream } from "effect"
import { HttpClientError } from "effect/http"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { layerClient } from "../../pipeline/simulator/client.ts"
import type { FaultResponse } from "../../pipeline/simulator/protocol.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { simulatedRefreshToken } from "../../pipeline/simulator/Tokens.ts"
import { test } from "../testing.ts"
import { fetchPath, login, postToken, refreshForm, today } from "./requests.ts"

const carried = layerClient.pipe(Layer.provideMerge(Simulator.layer({ activities: 40 })))

/** Sets the fault for one request and sends a request for the athlete. */
const requestWithFault = (response: FaultResponse) =>
  Effect.gen(function* () {
    const token = yield* login
    yield* (yield* Simulator).fault({ path: "/api/v3/athlete", times: 1, response })
    return yield* fetchPath("/athlete", token)
  })

const through = <E>(
  name: string,
  body: () => Effect.Effect<void, E, Layer.Success<typeof carried>>,
) =>
  test(
    name,
    () =>
      Effect.andThen(TestClock.setTime(today), Effect.suspend(body)).pipe(Effect.provide(carried)),
  )

through(
  "the client returns responses, headers and bodies unchanged",
  () =>
    Effect.gen(function* () {
      const { world } = yield* Simulator
      const response = yield* fetchPath("/athlete/activities?per_page=3", yield* login)
      assert.equal(response.status, 200)
      assert.equal(response.headers["x-readratelimit-usage"], "1,1")
      assert.equal(
        yield* response.text,
        `[${world.ids.slice(0, 3).map((id) => world.summaryText(id)).join(",")}]`,
      )
    }),
)

through("a reset is a transport error before any header", () =>
  Effect.gen(function* () {
    const error = yield* Effect.flip(requestWithFault({ _tag: "Reset" }))
    assert.ok(HttpClientError.isHttpClientError(error))
    assert.equal(error.reason._tag, "TransportError")
    const [, seen] = yield* (yield* Simulator).requests
    assert.deepEqual([seen?.status, seen?.quota], [0, false])
  }))

through(
  "a truncated body fails after some bytes, a cut one ends early",
  () =>
    Effect.gen(function* () {
      const truncated = yield* requestWithFault({ _tag: "Truncate", bytes: 100 })
      assert.equal(truncated.status, 200)
      const error = yield* Effect.flip(truncated.text)
      assert.ok(HttpClientError.isHttpClientError(error))
      const cut = yield* (yield* requestWithFaultAndToken({ _tag: "Cut" })).text
      assert.ok(cut.length > 100)
      assert.throws(() => JSON.parse(cut), SyntaxError)
    }),
)

/** Same as `requestWithFault`, with a token issued before. */
const requestWithFaultAndToken = (response: FaultResponse) =>
  Effect.gen(function* () {
    const simulator = yield* Simulator
    const token = (yield* simulator.requests).flatMap(({ headers }) =>
      headers["authorization"] ?? []
    )
    yield* simulator.fault({ path: /\/athlete$/, times: 1, response })
    return yield* fetchPath("/athlete", token[0]!.replace("Bearer ", ""))
  })

for (const _tag of ["Stall", "Hang"] as const) {
  through(`a deadline on the test clock ends a ${_tag}`, () =>
    Effect.gen(function* () {
      const fiber = yield* requestWithFault({ _tag }).pipe(
        Effect.flatMap((response) => response.text),
        Effect.timeout("30 seconds"),
        Effect.flip,
        Effect.forkChild,
      )
      yield* TestClock.adjust("29 seconds")
      assert.equal(fiber.pollUnsafe(), undefined)
      yield* TestClock.adjust("1 second")
      assert.equal((yield* Fiber.join(fiber))._tag, "TimeoutError")
    }))
}

through(
  "a stalled stream returns the bytes so far and can be aborted",
  () =>
    Effect.gen(function* () {
      const response = yield* requestWithFault({ _tag: "Stall" })
      const first = yield* response.stream.pipe(Stream.take(1), Stream.runCollect)
      assert.ok(first[0]!.length > 100)
    }),
)

through(
  "a bomb larger than any memory is generated while it is read",
  () =>
    Effect.gen(function* () {
      const response = yield* requestWithFault({ _tag: "Bomb", bytes: 1e15 })
      let read = 0
      yield* response.stream.pipe(
        Stream.takeWhile((chunk) => (read += chunk.length) < 50e6),
        Stream.runDrain,
      )
      assert.ok(read >= 50e6 && read < 51e6)
    }),
)

through("a small bomb is a valid list", () =>
  Effect.gen(function* () {
    const text = yield* (yield* requestWithFault({ _tag: "Bomb", bytes: 200_000 })).text
    assert.equal(text.length, 200_000)
    assert.deepEqual(JSON.parse(text), [])
  }))

through(
  "pages, redirects, statuses, headers and bodies can replace the response",
  () =>
    Effect.gen(function* () {
      const html = yield* requestWithFault({ _tag: "Html" })
      assert.equal(html.status, 200)
      assert.match(html.headers["content-type"]!, /^text\/html/)
      const moved = yield* requestWithFaultAndToken({
        _tag: "Redirect",
        location: "https://example.invalid/",
      })
      assert.deepEqual([moved.status, moved.headers["location"]], [302, "https://example.invalid/"])
      const poisoned = yield* requestWithFaultAndToken({ _tag: "Status", status: 500 })
      assert.deepEqual([poisoned.status, yield* poisoned.text], [500, '{"message":"error"}'])
      const inactive = yield* requestWithFaultAndToken({
        _tag: "Status",
        status: 403,
        headers: { "Retry-After": "7" },
      })
      assert.match(yield* inactive.text, /"Status","code":"Inactive"/)
      assert.equal(inactive.headers["retry-after"], "7")
      const garbled = yield* requestWithFaultAndToken({
        _tag: "Headers",
        headers: { "X-ReadRateLimit-Usage": ",", "X-RateLimit-Limit": undefined },
      })
      assert.equal(garbled.headers["x-readratelimit-usage"], ",")
      assert.equal("x-ratelimit-limit" in garbled.headers, false)
      assert.equal((JSON.parse(yield* garbled.text) as { id: number }).id, 4_100_001)
      const other = yield* requestWithFaultAndToken({ _tag: "Body", body: '{"id":1.0}' })
      assert.equal(yield* other.text, '{"id":1.0}')
      assert.ok(other.headers["x-ratelimit-usage"])
      const empty = yield* requestWithFaultAndToken({ _tag: "Status", status: 204, body: "" })
      assert.equal(yield* empty.text, "")
    }),
)

through(
  "a fault applies by path, query and method, after some requests and for a number of requests",
  () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const token = yield* login
      const response: FaultResponse = { _tag: "Status", status: 502 }
      yield* simulator.fault({ path: /[?&]page=2\b/, after: 1, times: 2, response })
      yield* simulator.fault({ path: "/oauth/token", method: "POST", response })
      const statuses: Array<number> = []
      for (const page of [1, 2, 2, 2, 2, 1]) {
        statuses.push((yield* fetchPath(`/athlete/activities?page=${page}`, token)).status)
      }
      assert.deepEqual(statuses, [200, 200, 502, 502, 200, 200])
      const refused = yield* Effect.exit(postToken(refreshForm(simulatedRefreshToken)))
      assert.equal(refused._tag, "Failure")
      yield* simulator.clearFaults
      assert.equal((yield* postToken(refreshForm(`${simulatedRefreshToken}-2`))).status, 200)
      const seen = yield* simulator.requests
      assert.deepEqual(seen[1]!.query, { page: "1" })
      assert.equal(seen[1]!.path, "/api/v3/athlete/activities")
    }),
)
