/** The client over real connections: default behavior of `fetch` that must not occur. */
import { ConfigProvider, Effect, FileSystem, Layer, Runtime } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { Buffer } from "node:buffer"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import { Readable } from "node:stream"
import { createGzip } from "node:zlib"
import assert from "node:assert/strict"
import type { FaultResponse } from "../../pipeline/simulator/protocol.ts"
import { serve } from "../../pipeline/simulator/serve.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { canary } from "../../pipeline/simulator/Tokens.ts"
import { World } from "../../pipeline/simulator/world/World.ts"
import { defaultLimits, exchange } from "../../pipeline/strava/http/exchange.ts"
import { Quota } from "../../pipeline/strava/quota/Quota.ts"
import { Strava } from "../../pipeline/strava/Strava.ts"
import { StravaConfig } from "../../pipeline/strava/StravaConfig.ts"
import { TokenFile } from "../../pipeline/strava/auth/TokenFile.ts"
import { Tokens } from "../../pipeline/strava/auth/Tokens.ts"
import { exitsOf } from "../faults/matrix.ts"
import { live } from "../testing.ts"
import { clientEnvironment } from "./client.ts"
import { emptyLedger, layerLedger, wait } from "./quota/load.ts"

/** Starts another server on this machine that records its requests. */
const elsewhere = Effect.fnUntraced(function* (
  body: string | Uint8Array = `{"id":1}`,
  headers: Readonly<Record<string, string>> = {},
) {
  const visits: Array<string> = []
  const server = createServer((request, response) => {
    visits.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`)
    response.writeHead(200, { "content-type": "application/json", ...headers }).end(body)
  })
  yield* Effect.acquireRelease(
    Effect.promise(() => new Promise<void>((done) => server.listen(0, "127.0.0.1", done))),
    () =>
      Effect.promise(() =>
        new Promise<void>((done) => {
          server.close(() => done())
          server.closeAllConnections()
        })
      ),
  )
  const { port } = server.address() as AddressInfo
  return { url: `http://127.0.0.1:${port}/api/v3/athlete`, visits }
})

/** Address of this machine where no process listens any more. */
const closedPort = Effect.map(Effect.scoped(elsewhere()), ({ url }) => new URL(url).origin)

const client = Effect.fnUntraced(function* () {
  const { apiUrl, oauthUrl } = yield* serve({ port: 0 })
  const data = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
  const env = { ...clientEnvironment, STRAVA_API_URL: apiUrl, STRAVA_OAUTH_URL: oauthUrl }
  const context = yield* Layer.build(Strava.layer.pipe(
    Layer.provide(Tokens.layer),
    Layer.provide(Layer.mergeAll(
      Quota.layer(wait).pipe(Layer.provide(layerLedger(emptyLedger()))),
      TokenFile.layer(data),
      StravaConfig.layer.pipe(Layer.provide(ConfigProvider.layer(ConfigProvider.fromUnknown(env)))),
      Strava.layerFetch,
    )),
  ))
  return yield* Effect.provide(Strava, context)
})

const world = World.make({ activities: 1 })
const simulated = Effect.provide(Simulator.layer({ world, rotation: "never" }))

const injectFault = (path: string, response: FaultResponse, times = Infinity) =>
  Effect.flatMap(Simulator, (simulator) => simulator.fault({ path, response, times }))

live(
  "fault 41: a redirect to another port is not followed, for the API or for tokens",
  () =>
    Effect.gen(function* () {
      const strava = yield* client()
      const { url, visits } = yield* elsewhere()
      for (const path of ["/oauth/token", "/athlete"]) {
        yield* injectFault(path, { _tag: "Redirect", location: url }, 1)
        const error = yield* Effect.flip(strava.athlete)
        assert.ok(error._tag === "Refused")
        assert.match(error.message, /302 \(a redirect to 127\.0\.0\.1:\d+, not followed\)/)
        assert.deepEqual(visits, [])
        assert.deepEqual([Runtime.getErrorExitCode(error)], exitsOf(41))
      }
      assert.match((yield* strava.athlete).text, /^\{"id":/)
    }).pipe(simulated),
)

live(
  "no tracing header is sent, even inside a span, and no cookie is sent back",
  () =>
    Effect.gen(function* () {
      const strava = yield* client()
      yield* injectFault(
        "/athlete",
        { _tag: "Headers", headers: { "set-cookie": `track=${canary}` } },
        1,
      )
      yield* Effect.withSpan(strava.athlete, "outer")
      yield* Effect.withSpan(strava.athlete, "outer")
      const expected = [
        "accept",
        "accept-encoding",
        "accept-language",
        "authorization",
        "content-length",
        "content-type",
        "host",
        "connection",
        "user-agent",
      ]
      for (const { headers, query } of yield* (yield* Simulator).requests) {
        const more = Object.keys(headers).filter((name) => !expected.includes(name))
        assert.deepEqual(more, [])
        assert.ok(!JSON.stringify([query, headers["cookie"] ?? ""]).includes(canary))
      }
    }).pipe(simulated),
)

live(
  "fault 42: a compressed bomb is aborted at the limit and not requested again",
  () =>
    Effect.gen(function* () {
      const strava = yield* client()
      yield* strava.athlete
      yield* injectFault("/athlete", { _tag: "Bomb", bytes: 200e6 })
      const error = yield* Effect.flip(strava.athlete)
      assert.ok(error._tag === "Unreadable")
      assert.match(error.message, /the body is larger than 67108864 bytes/)
      assert.deepEqual([Runtime.getErrorExitCode(error)], exitsOf(42))
      const requests = yield* (yield* Simulator).requests
      assert.equal(requests.filter(({ path }) => path === "/api/v3/athlete").length, 2)
    }).pipe(simulated),
)

/** 200 MB of blanks, 200 kB compressed. */
const bomb = Effect.promise(async () => {
  const blank = new Uint8Array(1e6).fill(0x20)
  const chunks = Readable.from(Array.from({ length: 200 }, () => blank)).pipe(createGzip())
  return Buffer.concat(await Array.fromAsync<Uint8Array>(chunks))
})

const memoryInUse = () => {
  const { external, heapUsed } = Deno.memoryUsage()
  return external + heapUsed
}

live(
  "fault 42: of 200 MB compressed to 200 kB, little more than the limit is held in memory",
  () =>
    Effect.gen(function* () {
      const { url } = yield* elsewhere(yield* bomb, { "content-encoding": "gzip" })
      const client = yield* HttpClient.HttpClient
      const before = memoryInUse()
      const error = yield* Effect.flip(exchange(client, HttpClientRequest.get(url), defaultLimits))
      // Memory of the request is garbage now, but is not collected during this turn.
      const more = memoryInUse() - before
      assert.equal(error.reason, "oversized")
      assert.ok(more < 500e6, `${more} bytes more were memoryInUse`)
    }).pipe(Effect.provide(Strava.layerFetch)),
)

live(
  "fault 26: requests whose connection breaks before or in the body are retried",
  () =>
    Effect.gen(function* () {
      const strava = yield* client()
      yield* injectFault("/athlete", { _tag: "Reset" }, 1)
      assert.match((yield* strava.athlete).text, /^\{"id":/)
      yield* injectFault("/athlete", { _tag: "Truncate", bytes: 30 }, 1)
      assert.match((yield* strava.athlete).text, /^\{"id":/)
      assert.equal((yield* strava.traffic).requests, 4)
    }).pipe(simulated),
)

for (
  const [name, address, why] of [
    ["a port without a listener", closedPort, /refused/i],
    ["an unknown host", Effect.succeed("http://unknown.invalid"), /lookup|resol|name|dns/i],
  ] as const
) {
  live(
    `fault 40: a failed exchange with ${name} reports the cause and no secret`,
    () =>
      Effect.gen(function* () {
        const client = yield* HttpClient.HttpClient
        const request = HttpClientRequest.post(`${yield* address}/oauth/token`).pipe(
          HttpClientRequest.bearerToken("canary"),
          HttpClientRequest.bodyUrlParams({ refresh_token: "canary" }),
        )
        const error = yield* Effect.flip(exchange(client, request, defaultLimits))
        assert.equal(error.reason, "transport")
        assert.match(error.message, why)
        assert.ok(!Deno.inspect(error, { depth: 9 }).includes("canary"))
        assert.ok(!error.message.includes("fetch failed"), error.message)
      }).pipe(Effect.provide(Strava.layerFetch)),
  )
}
