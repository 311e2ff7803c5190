/** The simulator behind a loopback port. */
import { Effect, Exit, Fiber, Scope } from "effect"
import { FetchHttpClient, HttpClient, HttpClientError, HttpClientRequest } from "effect/http"
import assert from "node:assert/strict"
import type { FaultResponse } from "../../pipeline/simulator/protocol.ts"
import { serve } from "../../pipeline/simulator/serve.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { simulatedRefreshToken } from "../../pipeline/simulator/Tokens.ts"
import { liveWith } from "../testing.ts"
import { refreshForm } from "./requests.ts"
import { patience } from "../patience.ts"

const live = liveWith(Simulator.layer({ activities: 40 }))

/** Starts a server for this test and returns a function that sends requests with a token to it. */
const startServer = Effect.gen(function* () {
  const simulator = yield* Simulator
  const { apiUrl, oauthUrl } = yield* serve({ port: 0 })
  const client = (yield* HttpClient.HttpClient).pipe(
    HttpClient.mapRequest(HttpClientRequest.bearerToken(yield* token(oauthUrl))),
  )
  const send = (path: string, response?: FaultResponse) =>
    Effect.andThen(
      response ? simulator.fault({ path, times: 1, response }) : Effect.void,
      client.get(`${apiUrl}${path}`),
    )
  return { send, apiUrl }
}).pipe(Effect.provide(FetchHttpClient.layer))

let refresh = simulatedRefreshToken
const token = Effect.fnUntraced(function* (oauthUrl: string) {
  const client = yield* HttpClient.HttpClient
  const response = yield* client.execute(
    HttpClientRequest.post(`${oauthUrl}/token`).pipe(
      HttpClientRequest.bodyUrlParams(refreshForm(refresh)),
    ),
  )
  const pair = (yield* response.json) as Record<string, string>
  refresh = pair["refresh_token"]!
  return pair["access_token"]!
})

live("responses are the same over a real connection", () =>
  Effect.gen(function* () {
    const { apiUrl, send } = yield* startServer
    const { world } = yield* Simulator
    assert.match(apiUrl, /^http:\/\/127\.0\.0\.1:\d+\/api\/v3$/)
    const list = yield* send("/athlete/activities?per_page=2")
    assert.equal(
      yield* list.text,
      `[${world.ids.slice(0, 2).map((id) => world.summaryText(id)).join(",")}]`,
    )
    assert.equal(list.headers["x-readratelimit-limit"], "100,1000")
    const id = world.outlines.find(({ fileless, manual }) => !manual && !fileless)!.id
    const streams = yield* send(`/activities/${id}/streams?keys=time&key_by_type=true`)
    assert.ok((yield* streams.text).startsWith('{"time":{"data":[0,'))
  }))

live("connections break before and after the headers", () =>
  Effect.gen(function* () {
    const { send } = yield* startServer
    yield* (yield* send("/athlete")).text
    const reset = yield* Effect.flip(send("/athlete", { _tag: "Reset" }))
    assert.ok(HttpClientError.isHttpClientError(reset) && reset.reason._tag === "TransportError")
    const truncated = yield* send("/athlete", { _tag: "Truncate", bytes: 50 })
    assert.equal(truncated.status, 200)
    yield* Effect.flip(truncated.text)
  }))

live("a bomb is small on the wire and large when decompressed", () =>
  Effect.gen(function* () {
    const { send } = yield* startServer
    const bomb = yield* send("/athlete", { _tag: "Bomb", bytes: 5_000_000 })
    const text = yield* bomb.text
    assert.equal(text.length, 5_000_000)
    assert.deepEqual(JSON.parse(text), [])
    assert.equal(bomb.headers["content-encoding"], "gzip")
  }))

live("a client can abort hanging and stalled responses", () =>
  Effect.gen(function* () {
    const { send } = yield* startServer
    for (const _tag of ["Hang", "Stall"] as const) {
      const error = yield* send("/athlete", { _tag }).pipe(
        Effect.flatMap((response) => response.text),
        Effect.timeout("80 millis"),
        Effect.flip,
      )
      assert.equal(error._tag, "TimeoutError")
    }
    assert.equal((yield* send("/athlete")).status, 200)
  }))

live("closing the scope closes the port despite hanging responses", () =>
  Effect.gen(function* () {
    const scope = yield* Scope.make()
    const { send } = yield* startServer.pipe(Scope.provide(scope))
    const hanging = yield* Effect.forkChild(Effect.flip(send("/athlete", { _tag: "Hang" })))
    yield* Effect.flip(Effect.timeout(Fiber.join(hanging), "60 millis"))
    const still = yield* Effect.forkChild(Effect.flip(send("/athlete", { _tag: "Hang" })))
    yield* Effect.sleep("30 millis")
    yield* Effect.timeout(Scope.close(scope, Exit.void), patience)
    const error = yield* Effect.timeout(Fiber.join(still), patience)
    assert.ok(HttpClientError.isHttpClientError(error))
    assert.ok(HttpClientError.isHttpClientError(yield* Effect.flip(send("/athlete"))))
  }))
