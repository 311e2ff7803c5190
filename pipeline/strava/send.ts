/**
 * Sends one request: reserves quota, adds the token, retries after a rate-limit refusal (429), and
 * replaces a refused token once.
 */
import { Effect, Redacted, Ref } from "effect"
import { type HttpClient, HttpClientRequest } from "effect/http"
import { faultFrom, missingScope } from "../../schemas/Fault.ts"
import { failpoint } from "../../sinks/failpoints.ts"
import type { Access } from "./access.ts"
import type { Tokens } from "./auth/Tokens.ts"
import { ScopeMissing, Unauthorized } from "./errors.ts"
import { defaultLimits, exchange } from "./http/exchange.ts"
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

/** Reserves and sends one request, and records the usage that its response reports. */
const sendOnce = Effect.fnUntraced(function* (wire: Wire, path: string) {
  const { access, apiUrl, client, quota, tokens, traffic } = wire
  const permit = yield* quota.take
  yield* failpoint("request.reserved")
  const token = yield* tokens.get.pipe(Effect.onError(() => quota.lose(permit)))
  const request = HttpClientRequest.get(`${apiUrl}${path}`).pipe(
    HttpClientRequest.acceptJson,
    HttpClientRequest.bearerToken(Redacted.value(token)),
  )
  yield* Ref.update(traffic, (sum) => ({ ...sum, requests: sum.requests + 1 }))
  const order = access.send()
  const raw = yield* exchange(client, request, defaultLimits).pipe(
    Effect.onError(() => quota.lose(permit)),
  )
  yield* failpoint("request.answered")
  yield* Ref.update(traffic, (sum) => ({ ...sum, bytes: sum.bytes + raw.body.length }))
  yield* quota.learn(permit, raw)
  return { ...raw, order, token }
})

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
