/** Strava's error bodies, as users have quoted them, and the client's reaction to each. */
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { describeFault, faultFrom } from "../../schemas/Fault.ts"
import { Strava } from "../../pipeline/strava/Strava.ts"
import {
  clientEnvironment,
  ended,
  failureOf,
  injectFault,
  layerRun,
  now,
  simulatedStrava,
} from "../strava/client.ts"
import { test } from "../testing.ts"
import { breaches } from "./contract.ts"

interface Quoted {
  readonly says: string
  readonly status: number
  readonly body: unknown
  /** Path that receives this response. */
  readonly path: string
  /** Resulting error; undefined if a retry succeeds. */
  readonly error: string | undefined
  /** Description of the fault on one line. */
  readonly described: string
}

const of = (message: string, resource: string, field: string, code: string) => ({
  message,
  errors: [{ resource, field, code }],
})

const quoted: ReadonlyArray<Quoted> = [
  {
    says: "after in the future",
    status: 400,
    body: of("Bad Request", "Application", "after", "future"),
    path: "/athlete",
    error: "Refused",
    described: "Bad Request: Application after future",
  },
  {
    says: "a used authorization code",
    status: 400,
    body: of("Bad Request", "AuthorizationCode", "", "expired"),
    path: "/oauth/token",
    error: "AuthorizationCodeRefused",
    described: "Bad Request: AuthorizationCode expired",
  },
  {
    says: "a missing client ID",
    status: 400,
    body: of("Bad Request", "Application", "client_id", "missing"),
    path: "/oauth/token",
    error: "ClientRefused",
    described: "Bad Request: Application client_id missing",
  },
  {
    says: "an invalid refresh token",
    status: 400,
    body: of("Bad Request", "RefreshToken", "refresh_token", "invalid"),
    path: "/oauth/token",
    error: "RefreshTokenRefused",
    described: "Bad Request: RefreshToken refresh_token invalid",
  },
  {
    says: "an invalid access token",
    status: 401,
    body: of("Authorization Error", "Athlete", "access_token", "invalid"),
    path: "/athlete",
    error: "Unauthorized",
    described: "Authorization Error: Athlete access_token invalid",
  },
  {
    says: "a missing scope",
    status: 401,
    body: of("Authorization Error", "AccessToken", "activity:read_permission", "missing"),
    path: "/athlete",
    error: "ScopeMissing",
    described: "Authorization Error: AccessToken activity:read_permission missing",
  },
  {
    says: "a disabled application",
    status: 403,
    body: of("Forbidden", "Application", "Status", "Inactive"),
    path: "/athlete",
    error: "ApplicationInactive",
    described: "Forbidden: Application Status Inactive",
  },
  {
    says: "a missing activity",
    status: 404,
    body: of("Resource Not Found", "Activity", "", "not found"),
    path: "/athlete",
    error: "Refused",
    described: "Resource Not Found: Activity not found",
  },
  {
    says: "missing streams",
    status: 404,
    body: { message: "Resource Not Found", errors: [] },
    path: "/athlete",
    error: "Refused",
    described: "Resource Not Found",
  },
  {
    says: "the overall limit",
    status: 429,
    body: of("Rate Limit Exceeded", "Application", "overall rate limit", "exceeded"),
    path: "/athlete",
    error: undefined,
    described: "Rate Limit Exceeded: Application overall rate limit exceeded",
  },
  {
    says: "the limit in other words",
    status: 429,
    body: of("Rate Limit Exceeded", "Application", "rate limit", "exceeded"),
    path: "/athlete",
    error: undefined,
    described: "Rate Limit Exceeded: Application rate limit exceeded",
  },
  {
    says: "an activity that can never be read",
    status: 500,
    body: { message: "error" },
    path: "/athlete",
    error: "Unreachable",
    described: "error",
  },
  {
    says: "data that requires a subscription",
    status: 402,
    body: { message: "Payment Required", errors: [] },
    path: "/athlete",
    error: "Refused",
    described: "Payment Required",
  },
]

const athlete = Effect.flatMap(Strava, (strava) => strava.athlete)

for (const { body, error, path, says, status, described } of quoted) {
  test(`the quoted fault ${status}, ${says}, is ${error ?? "waited out"}`, () =>
    Effect.gen(function* () {
      const text = JSON.stringify(body)
      assert.deepEqual(breaches("Fault", body), [])
      assert.equal(describeFault(faultFrom(text)), described)
      yield* TestClock.setTime(now)
      yield* injectFault(
        path,
        { _tag: "Status", status, body: text },
        error === undefined ? 1 : Infinity,
      )
      if (error === undefined) yield* ended(athlete, 60_000)
      else assert.equal((yield* failureOf(athlete, 1_000))._tag, error)
    }).pipe(
      Effect.provide(layerRun({
        env: error === "AuthorizationCodeRefused"
          ? { ...codeOnly, STRAVA_AUTHORIZATION_CODE: "a-code-of-long-ago" }
          : clientEnvironment,
      })),
      Effect.provide(simulatedStrava()),
    ))
}

const { STRAVA_REFRESH_TOKEN: _, ...codeOnly } = clientEnvironment

test("the fault of a wrong scope or redirect address is described too", () =>
  Effect.sync(() => {
    for (
      const [resource, field] of [["Authorize", "scope"], ["Application", "redirect_uri"]] as const
    ) {
      const body = of("Bad Request", resource, field, "invalid")
      assert.equal(
        describeFault(faultFrom(JSON.stringify(body))),
        `Bad Request: ${resource} ${field} invalid`,
      )
    }
  }))
