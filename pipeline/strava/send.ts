/**
 * Sends one request: reserves quota, adds the token, retries after a rate-limit refusal (429), and
 * replaces a refused token once.
 */
import { Clock, Effect, LogLevel, Redacted, Ref, References } from "effect"
import { type HttpClient, HttpClientRequest } from "effect/http"
import { faultFrom, missingScope } from "../../schemas/Fault.ts"
import { failpoint } from "../../sinks/failpoints.ts"
import { metrics, recordMetric } from "../base/metrics.ts"
import type { Access } from "./access.ts"
import type { Tokens } from "./auth/Tokens.ts"
import { ScopeMissing, Unauthorized } from "./errors.ts"
import { defaultLimits, exchange, type RawResponse } from "./http/exchange.ts"
import type { Quota } from "./quota/Quota.ts"
import { faultText, sanitize } from "./sanitize.ts"
import type { StravaError } from "./StravaError.ts"

/**
 * Subject of a request. A refusal (401) of an item or a list concerns the sign-in only if the athlete
 * is refused too.
 */
export type RequestSubject = "athlete" | "list" | "one"

/**
 * Number of rate-limit refusals (429) of one item, each in another window, after which another request
 * is sent for comparison.
 */
const maxLimited = 3

/** Services that requests are sent with. */
export interface Wire {
  readonly client: HttpClient.HttpClient
  readonly apiUrl: string
  readonly tokens: Tokens["Service"]
  readonly quota: Quota["Service"]
  readonly access: Access<StravaError>
  /** Requests sent and bytes received (decoded) so far. */
  readonly traffic: Ref.Ref<{ readonly requests: number; readonly bytes: number }>
}

const noResponse = { status: "0" }

/** Returns a path without its query. */
const pathOf = (path: string): string => path.replace(/\?.*/, "")

/** Logs a request with the usage of the rate limit, at the level `debug`. */
const logRequest = Effect.fnUntraced(function* (
  { quota }: Wire,
  path: string,
  { body, status }: RawResponse,
  began: number,
) {
  if (!LogLevel.isLessThanOrEqualTo(yield* References.MinimumLogLevel, "Debug")) return
  const { day, quarter } = yield* quota.snapshot
  yield* Effect.logDebug("request").pipe(Effect.annotateLogs({
    request: `GET ${pathOf(path)}`,
    status,
    milliseconds: (yield* Clock.currentTimeMillis) - began,
    bytes: body.length,
    limit: `${quarter.used}/${quarter.cap} ${day.used}/${day.cap}`,
  }))
})

/** Reserves and sends one request, and records the usage that its response reports. */
const sendOnce = Effect.fnUntraced(function* (wire: Wire, path: string) {
  const { access, apiUrl, client, quota, tokens, traffic } = wire
  const permit = yield* quota.take
  const began = yield* Clock.currentTimeMillis
  yield* failpoint("request.reserved")
  const token = yield* tokens.get.pipe(Effect.onError(() => quota.lose(permit)))
  const request = HttpClientRequest.get(`${apiUrl}${path}`).pipe(
    HttpClientRequest.acceptJson,
    HttpClientRequest.bearerToken(Redacted.value(token)),
  )
  yield* Ref.update(traffic, (sum) => ({ ...sum, requests: sum.requests + 1 }))
  const order = access.send()
  const raw = yield* exchange(client, request, defaultLimits).pipe(
    Effect.onError(() =>
      Effect.andThen(quota.lose(permit), recordMetric(metrics.requests, 1, noResponse))
    ),
  )
  yield* Effect.annotateCurrentSpan({ "http.response.status_code": raw.status })
  yield* recordMetric(metrics.requests, 1, { status: String(raw.status) })
  yield* recordMetric(metrics.received, raw.body.length)
  yield* failpoint("request.answered")
  yield* Ref.update(traffic, (sum) => ({ ...sum, bytes: sum.bytes + raw.body.length }))
  yield* quota.learn(permit, raw)
  yield* logRequest(wire, path, raw, began)
  return { ...raw, order, token }
}, (effect, _wire, path) =>
  Effect.withSpan(effect, "GET", {
    kind: "client",
    attributes: { "http.request.method": "GET", "url.path": pathOf(path) },
  }))

/**
 * Returns a response of any status. A refusal that concerns only this item is returned too; others
 * fail.
 */
export const send = Effect.fnUntraced(function* (
  wire: Wire,
  what: string,
  path: string,
  subject: RequestSubject,
) {
  const { access, tokens } = wire
  let renewed = false
  let limited = 0
  yield* tokens.get
  for (;;) {
    const raw = yield* sendOnce(wire, path)
    const { order, status, token } = raw
    if (status === 429 && (subject !== "one" || ++limited < maxLimited)) continue
    // Refused in several windows: if another request succeeds just before it, the refusal concerns this
    // item.
    if (status === 429 && limited === maxLimited) {
      yield* access.prove(order, token)
      continue
    }
    const secrets = [token, ...yield* tokens.secrets]
    // Strava sends a missing scope as 401, and in some years as 403.
    const fault = status === 401 || status === 403 ? faultFrom(raw.text()) : {}
    const scope = missingScope(fault)
    if (scope !== undefined) {
      return yield* new ScopeMissing({ request: what, scope: sanitize(scope, secrets) })
    }
    if (status === 200) access.succeeded(order, token)
    if (status !== 401) return { ...raw, secrets }
    const believed = subject !== "athlete" && access.believes(token)
    if (!renewed && !believed) {
      yield* tokens.renew(token)
      renewed = true
      continue
    }
    if (subject === "athlete") {
      const error = new Unauthorized({ request: what, detail: faultText(fault, secrets) })
      access.applicationRefused(error)
      return yield* error
    }
    if (!believed) yield* access.prove(order, token)
    return { ...raw, secrets }
  }
})
