/** Untrusted connections are refused at once, before any data is sent, whatever the configuration. */
import { ConfigProvider, Effect, Layer, Runtime } from "effect"
import { FetchHttpClient } from "effect/http"
import assert from "node:assert/strict"
import { createServer } from "node:https"
import type { AddressInfo } from "node:net"
import { Quota } from "../../pipeline/strava/quota/Quota.ts"
import { Strava } from "../../pipeline/strava/Strava.ts"
import { StravaConfig } from "../../pipeline/strava/StravaConfig.ts"
import { TokenFile } from "../../pipeline/strava/auth/TokenFile.ts"
import { Tokens } from "../../pipeline/strava/auth/Tokens.ts"
import { read } from "../../tools/files.ts"
import { clientEnvironment } from "../strava/client.ts"
import { emptyLedger, layerLedger, wait } from "../strava/quota/load.ts"
import { live, test } from "../testing.ts"
import { authority, type Identity, identity } from "./certificate.ts"
import { onlyCode } from "./ending.ts"
import { exitsOf } from "./matrix.ts"

const trusted = authority("Trusted by this test")

/** Starts a server with this certificate. It counts connections and requests. */
const server = Effect.fnUntraced(function* (identity: Identity) {
  const seen = { connections: 0, requests: 0 }
  const server = createServer(identity, (_, response) => {
    seen.requests++
    response.writeHead(404, { "content-type": "application/json", connection: "close" }).end("{}")
  })
  server.on("connection", () => seen.connections++)
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
  return { seen, url: `https://127.0.0.1:${(server.address() as AddressInfo).port}` }
})

/** Returns a `fetch` that trusts `trusted` in addition to the default authorities. */
const trusting = Effect.map(
  Effect.acquireRelease(
    Effect.sync(() => Deno.createHttpClient({ caCerts: [trusted.pem] })),
    (client) => Effect.sync(() => client.close()),
  ),
  (client): typeof fetch => (input, init) => fetch(input, { ...init, client }),
)

/** Requests the athlete from the server at `url`, and returns the error. */
const failing = Effect.fnUntraced(function* (url: string) {
  const env = {
    ...clientEnvironment,
    STRAVA_API_URL: `${url}/api`,
    STRAVA_OAUTH_URL: `${url}/oauth`,
  }
  const config = ConfigProvider.layer(ConfigProvider.fromUnknown(env))
  const context = yield* Layer.build(Strava.layer.pipe(
    Layer.provide(Tokens.layer),
    Layer.provide(Layer.mergeAll(
      Quota.layer(wait).pipe(Layer.provide(layerLedger(emptyLedger()))),
      TokenFile.layer("/nowhere"),
      StravaConfig.layer.pipe(Layer.provide(config)),
      Strava.layerFetch,
    )),
  ))
  const { athlete } = yield* Effect.provide(Strava, context)
  return yield* Effect.flip(athlete).pipe(
    Effect.provideService(FetchHttpClient.Fetch, yield* trusting),
  )
})

const stranger = authority("Not trusted by this test")

for (
  const [name, made, why] of [
    [
      "signed by an unknown authority",
      identity(stranger, "127.0.0.1", 20),
      /UnknownIssuer.*set DENO_CERT/,
    ],
    ["that has expired", identity(trusted, "127.0.0.1", -1), /expired.*this machine's clock/i],
    ["of another host", identity(trusted, "127.0.0.2", 20), /not valid for.*check the network/i],
  ] as const
) {
  live(
    `fault 40: a certificate ${name} is refused at once, and nothing is sent`,
    () =>
      Effect.gen(function* () {
        const { seen, url } = yield* server(made)
        const error = yield* failing(url)
        assert.equal(error._tag, "Unreachable")
        assert.match(
          error.message,
          /^Cannot get an access token: .*certificate.*; no request was sent/,
        )
        assert.match(error.message, why)
        assert.deepEqual(seen, { connections: 1, requests: 0 })
        assert.equal(Runtime.getErrorExitCode(error), onlyCode(exitsOf(40)))
      }),
  )
}

live(
  "fault 40: a valid certificate of the same authority is accepted (control)",
  () =>
    Effect.gen(function* () {
      const { seen, url } = yield* server(identity(trusted, "127.0.0.1", 20))
      const error = yield* failing(url)
      assert.equal(error._tag, "Refused")
      assert.deepEqual(seen, { connections: 1, requests: 1 })
    }),
)

test("fault 40: no task disables the check of certificates", () =>
  Effect.sync(() => {
    for (const path of ["deno.json", ".github/workflows/ci.yml", "README.md", ".env.example"]) {
      assert.doesNotMatch(read(path), /unsafely-ignore|TLS_REJECT_UNAUTHORIZED/, path)
    }
  }))
