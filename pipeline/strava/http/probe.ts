/** Sends one request to find out how Strava responds. It counts like any other and is never retried. */
import { Clock, Effect, Redacted } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { exchange, type HttpLimits, type RawResponse } from "./exchange.ts"
import type { QuotaLedger } from "../quota/QuotaLedger.ts"
import { StravaConfig } from "../StravaConfig.ts"
import { parseTime } from "../../../schemas/time.ts"

export interface ProbeResponse extends RawResponse {
  /** Times of the request and of the end of its response, in milliseconds since 1970 by our clock. */
  readonly sentAt: number
  readonly receivedAt: number
}

/** Short, because a user waits for it. */
const limits: HttpLimits = { deadline: "15 seconds", maxBytes: 8 * 1024 * 1024 }

/**
 * Requests `path` once and returns the response, whatever its status. The caller checks the quota
 * first.
 */
export const probe = Effect.fn("probe")(function* (
  ledger: QuotaLedger,
  path: string,
  token: Redacted.Redacted,
) {
  const client = yield* HttpClient.HttpClient
  const { apiUrl } = yield* StravaConfig
  const { now } = yield* ledger.readClock
  const permit = ledger.send(now)
  yield* ledger.save(true)
  const request = HttpClientRequest.get(`${apiUrl}${path}`).pipe(
    HttpClientRequest.acceptJson,
    HttpClientRequest.bearerToken(Redacted.value(token)),
  )
  const sentAt = yield* Clock.currentTimeMillis
  const raw = yield* exchange(client, request, limits).pipe(
    Effect.onError(() => Effect.sync(() => ledger.lose(permit))),
  )
  const receivedAt = yield* Clock.currentTimeMillis
  yield* ledger.readClock
  ledger.learn(permit, raw, receivedAt)
  yield* ledger.save(true)
  return { ...raw, sentAt, receivedAt } satisfies ProbeResponse
})

/**
 * Returns the milliseconds by which our clock is behind Strava's (negative: ahead), as far as one response
 * proves; 0 if the two can be the same. Strava sends whole seconds.
 */
export const skewOf = (
  { headers, receivedAt, sentAt }: Pick<ProbeResponse, "headers" | "receivedAt" | "sentAt">,
): number | undefined => {
  const date = parseTime(headers["date"])
  if (Number.isNaN(date)) return undefined
  const least = date - receivedAt
  const most = date + 1_000 - sentAt
  return least > 0 ? least : most < 0 ? most : 0
}
