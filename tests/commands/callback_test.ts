/** The server that waits for the browser, and its reaction to other clients. */
import { Effect, Fiber, Queue } from "effect"
import assert from "node:assert/strict"
import { listen } from "../../pipeline/strava/signIn/callback.ts"
import { live } from "../testing.ts"

const knock = (port: number, request: string) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const connection = await Deno.connect({ hostname: "127.0.0.1", port })
      await connection.write(new TextEncoder().encode(request))
      return connection
    }),
    (connection) => Effect.sync(() => connection.close()),
  )

/** Returns the first line of the response. */
const statusOf = (port: number, request: string) =>
  Effect.scoped(Effect.flatMap(knock(port, request), (connection) =>
    Effect.promise(async () => {
      const bytes = new Uint8Array(200)
      const length = await connection.read(bytes) ?? 0
      return new TextDecoder().decode(bytes.subarray(0, length)).split("\r\n")[0]
    })))

live(
  "requests other than the callback are answered with 404 and ignored, whatever their host",
  () =>
    Effect.gen(function* () {
      const { redirectUri, visits } = yield* listen
      const port = Number(new URL(redirectUri).port)
      for (const host of ["a b", "[", "127.0.0.1:99999", `a"<script>`, "elsewhere.example"]) {
        const request = `GET /?code=abcdefgh HTTP/1.1\r\nHost: ${host}\r\n\r\n`
        assert.match((yield* statusOf(port, request)) ?? "", /^HTTP\/1\.1 404 /, host)
      }
      assert.equal(yield* Queue.size(visits), 0)
    }),
)

live(
  "an incomplete request, or a client that never reads, does not block the sign-in",
  () =>
    Effect.gen(function* () {
      const { redirectUri, visits } = yield* listen
      const port = Number(new URL(redirectUri).port)
      yield* knock(port, "GET /callback?co")
      yield* knock(port, "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nabc")
      const browser = yield* Effect.forkChild(
        statusOf(port, "GET /callback?code=abcdefgh HTTP/1.1\r\nHost: x\r\n\r\n"),
      )
      const { query, show } = yield* Queue.take(visits)
      assert.equal(query.get("code"), "abcdefgh")
      yield* show({ status: 200, title: "Well", text: [] })
      assert.match((yield* Fiber.join(browser)) ?? "", /^HTTP\/1\.1 200 /)
    }),
)
