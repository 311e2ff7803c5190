/** Withdraws access: at Strava, which invalidates both tokens, and then in the data directory. */
import { Effect, Option, Redacted } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { faultFrom } from "../../../schemas/Fault.ts"
import { ClientRefused, Refused, Unreachable } from "../errors.ts"
import { exchange, ExchangeFailed, isTemporary, retryPolicy } from "../http/exchange.ts"
import { faultText } from "../sanitize.ts"
import { type Credentials, StravaConfig } from "../StravaConfig.ts"
import { TokenFile } from "./TokenFile.ts"

const requestName = "withdraw the access"

/** Requests the revocation once. A token unknown to Strava counts as revoked. */
const requestRevocation = Effect.fnUntraced(function* (
  client: HttpClient.HttpClient,
  oauthUrl: string,
  { clientId, clientSecret }: Credentials,
  token: Redacted.Redacted,
) {
  const request = HttpClientRequest.post(`${oauthUrl}/revoke`).pipe(
    HttpClientRequest.acceptJson,
    HttpClientRequest.basicAuth(clientId, clientSecret),
    HttpClientRequest.bodyUrlParams({
      token: Redacted.value(token),
      token_type_hint: "refresh_token",
    }),
  )
  const { status, text } = yield* exchange(client, request, {
    deadline: "15 seconds",
    maxBytes: 1024 * 1024,
  })
  if (status >= 200 && status < 300) return
  if (status >= 500) {
    const detail = `Strava returned ${status}`
    return yield* new ExchangeFailed({ reason: "server", detail })
  }
  const detail = faultText(faultFrom(text()), [clientSecret, token])
  return yield* status === 401
    ? new ClientRefused({ detail: `401, ${detail}` })
    : new Refused({ request: requestName, status, detail })
})

/**
 * Withdraws the access of the stored tokens, or of STRAVA_REFRESH_TOKEN if none are stored, and deletes
 * the tokens. Returns true if there was any. If Strava cannot be reached, the tokens stay for another
 * attempt. The caller must hold the lock of runs.
 */
export const revoke = Effect.fn("revoke")(function* () {
  const { credentials, oauthUrl, refreshToken } = yield* StravaConfig
  const client = yield* HttpClient.HttpClient
  const file = yield* TokenFile
  const stored = Option.map(yield* file.read, ({ refresh_token }) => refresh_token)
  const token = Option.orElse(stored, () => refreshToken)
  if (Option.isNone(token)) return false
  yield* requestRevocation(client, oauthUrl, yield* credentials, token.value).pipe(
    Effect.retry({ schedule: retryPolicy, while: isTemporary }),
    Effect.mapError((error) =>
      error instanceof ExchangeFailed
        ? new Unreachable({ request: requestName, detail: error.detail, hasResponse: false })
        : error
    ),
  )
  yield* file.remove
  return true
})
