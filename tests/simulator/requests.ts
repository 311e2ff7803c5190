/** Helpers of the simulator's tests: requests through the client, with a token. */
import { Effect } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import {
  simulatedClientId,
  simulatedClientSecret,
  simulatedRefreshToken,
} from "../../pipeline/simulator/Tokens.ts"

/** Time after the last activity of the default world, at the start of a 15-minute window. */
export const today = Date.parse("2026-11-20T10:00:00Z")

export const refreshForm = (token: string): Record<string, string> => ({
  client_id: simulatedClientId,
  client_secret: simulatedClientSecret,
  grant_type: "refresh_token",
  refresh_token: token,
})

/** Posts a form to the token endpoint and returns the status and JSON of the response. */
export const postToken = Effect.fnUntraced(function* (form: Record<string, string>) {
  const simulator = yield* Simulator
  const response = yield* simulator.handle({
    method: "POST",
    url: "https://www.strava.com/oauth/token",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: String(new URLSearchParams(form)),
  })
  return {
    status: response.status,
    headers: response.headers,
    body: JSON.parse(String(response.body)) as Record<string, unknown>,
  }
})

/** Returns a new access token for the first refresh token. */
export const login = Effect.map(
  postToken(refreshForm(simulatedRefreshToken)),
  ({ body }) => String(body["access_token"]),
)

/** Sends a `GET` and returns the response with its body as text. */
export const get = Effect.fnUntraced(function* (path: string, token: string) {
  const simulator = yield* Simulator
  const { body, headers, status } = yield* simulator.handle({
    method: "GET",
    url: `https://www.strava.com/api/v3${path}`,
    headers: { authorization: `Bearer ${token}` },
    body: "",
  })
  const text = typeof body === "string"
    ? body
    : body instanceof Uint8Array
    ? new TextDecoder().decode(body)
    : body._tag
  return { status, headers, text }
})

/** Sends a `GET` through the HTTP client. */
export const fetchPath = Effect.fnUntraced(function* (path: string, token: string) {
  const client = yield* HttpClient.HttpClient
  return yield* client.execute(
    HttpClientRequest.get(`https://www.strava.com/api/v3${path}`).pipe(
      HttpClientRequest.bearerToken(token),
    ),
  )
})

/** Returns all pages of the list, including the empty last one. */
export const listPages = Effect.fnUntraced(function* (token: string, query: string) {
  const all: Array<ReadonlyArray<{ readonly id: number; readonly start_date: string }>> = []
  while (true) {
    const { text } = yield* get(`/athlete/activities?${query}&page=${all.length + 1}`, token)
    const page = JSON.parse(text) as typeof all[number]
    if (page.length === 0) return all
    all.push(page)
  }
})
