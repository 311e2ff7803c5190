/** Errors of the network code quote headers and addresses. They must not contain a secret. */
import { Effect } from "effect"
import { FetchHttpClient, HttpClient, HttpClientRequest } from "effect/http"
import assert from "node:assert/strict"
import { defaultLimits, exchange } from "../../../pipeline/strava/http/exchange.ts"
import { test } from "../../testing.ts"

const tokens = ["abcdef\r\n0123456789", "abcdef\n0123456789\r\n", "\u0000abcdef 0123456789"]

for (const token of tokens) {
  test(`an access token that no header can carry is not printed: ${JSON.stringify(token)}`, () =>
    Effect.gen(function* () {
      const client = yield* HttpClient.HttpClient
      const request = HttpClientRequest.get("http://127.0.0.1:9/api/v3/athlete").pipe(
        HttpClientRequest.setHeader("authorization", `Bearer ${token}`),
      )
      const { message } = yield* Effect.flip(exchange(client, request, defaultLimits))
      assert.doesNotMatch(message, /abcdef|0123456789/)
      assert.match(message, /./)
    }).pipe(Effect.provide(FetchHttpClient.layer)))
}
