/** Failed token requests: retries, messages, and no secret in any of them. */
import { Effect, Option, Redacted } from "effect"
import assert from "node:assert/strict"
import { makeDisplay } from "../../../pipeline/output/progress/ProgressDisplay.ts"
import { exitCodes } from "../../../pipeline/base/exit.ts"
import { Simulator } from "../../../pipeline/simulator/Simulator.ts"
import { Strava } from "../../../pipeline/strava/Strava.ts"
import { Tokens } from "../../../pipeline/strava/auth/Tokens.ts"
import { test } from "../../testing.ts"
import {
  calls,
  clientEnvironment,
  clientFolder,
  ended,
  failureOf,
  injectFault,
  layerRun,
  now,
  posts,
  simulatedStrava,
  stored,
} from "../client.ts"

const { STRAVA_REFRESH_TOKEN: _, ...application } = clientEnvironment

const athlete = Effect.flatMap(Strava, (strava) => strava.athlete)

const refusals = [
  {
    body:
      `{"message":"Bad Request","errors":[{"resource":"RefreshToken","field":"refresh_token","code":"invalid"}]}`,
    status: 400,
    tag: "RefreshTokenRefused",
    message:
      /^Strava refused the refresh token \(400, Bad Request: RefreshToken refresh_token invalid\)\. Another program has probably used it/,
    code: exitCodes.credentials,
  },
  {
    body:
      `{"message":"Bad Request","errors":[{"resource":"AuthorizationCode","field":"","code":"expired"}]}`,
    status: 400,
    tag: "AuthorizationCodeRefused",
    message:
      /^Strava refused the authorization code \(400, Bad Request: AuthorizationCode expired\)/,
    code: exitCodes.credentials,
  },
  {
    body:
      `{"message":"Bad Request","errors":[{"resource":"Application","field":"client_id","code":"missing"}]}`,
    status: 400,
    tag: "ClientRefused",
    message:
      /^Strava refused the application \(400, Bad Request: Application client_id missing\)\. Check STRAVA_CLIENT_ID/,
    code: exitCodes.credentials,
  },
  {
    body:
      `{"message":"Forbidden","errors":[{"resource":"Application","field":"Status","code":"Inactive"}]}`,
    status: 403,
    tag: "ApplicationInactive",
    message: /disabled this API application/,
    code: exitCodes.credentials,
  },
  {
    body: "<html>not here</html>",
    status: 404,
    tag: "Refused",
    message: /^Cannot get an access token: Strava returned 404 \(no message\)/,
    code: exitCodes.unavailable,
  },
] as const

for (const { body, code, message, status, tag } of refusals) {
  test(`fault 32: a token request with response ${status} and ${tag} is sent once, and the message says what to do`, () =>
    Effect.gen(function* () {
      const data = yield* clientFolder
      yield* injectFault("/oauth/token", { _tag: "Status", status, body })
      const error = yield* failureOf(athlete.pipe(Effect.provide(layerRun({ data }))))
      assert.equal(error._tag, tag)
      assert.match(error.message, message)
      assert.ok(Object.values(error).includes(code))
      assert.deepEqual([(yield* posts).length, (yield* calls).length], [1, 0])
    }).pipe(Effect.provide(simulatedStrava())))
}

test("fault 36: a sign-in refused by the rate limit is not retried", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    yield* injectFault("/oauth/token", { _tag: "Status", status: 429 })
    const error = yield* failureOf(athlete.pipe(Effect.provide(layerRun({ data }))))
    assert.equal(error._tag, "Unreachable")
    assert.match(
      error.message,
      /Strava refused the sign-in because of its rate limit \(429\).*later/,
    )
    assert.ok(Object.values(error).includes(exitCodes.unavailable))
    assert.deepEqual([(yield* posts).length, (yield* calls).length], [1, 0])
  }).pipe(Effect.provide(simulatedStrava())))

test("fault 41: a redirect of a token request is not followed", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    yield* injectFault("/oauth/token", {
      _tag: "Redirect",
      location: "https://example.invalid/x?y=1",
    })
    const error = yield* failureOf(athlete.pipe(Effect.provide(layerRun({ data }))))
    assert.match(error.message, /302 \(a redirect to example\.invalid, not followed\)/)
    assert.equal((yield* posts).length, 1)
  }).pipe(Effect.provide(simulatedStrava())))

test("fault 39: a token request is retried after server errors and timeouts", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    for (
      const response of [
        { _tag: "Status", status: 503 },
        { _tag: "Reset" },
      ] as const
    ) yield* injectFault("/oauth/token", response, 1)
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data }))))
    assert.equal((yield* posts).length, 3)
  }).pipe(Effect.provide(simulatedStrava({ rotation: "never" }))))

test("without any credential, the error says how to get one and has the exit code for configuration", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    for (const env of [{}, application, { ...clientEnvironment, STRAVA_REFRESH_TOKEN: "" }]) {
      const error = yield* failureOf(athlete.pipe(Effect.provide(layerRun({ data, env }))))
      assert.equal(error._tag, "NotConfigured")
      assert.match(error.message, /deno task setup/)
      assert.ok(Object.values(error).includes(exitCodes.configuration))
    }
    assert.equal((yield* posts).length, 0)
  }).pipe(Effect.provide(simulatedStrava())))

test("fault 47: secrets that a server echoes do not appear in errors", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    const env = {
      STRAVA_CLIENT_ID: "1",
      STRAVA_CLIENT_SECRET: "canary-secret",
      STRAVA_REFRESH_TOKEN: "canary-refresh",
    }
    const message = "canary-secret\n\u001b[2Jcanary-refresh" + "x".repeat(5_000)
    for (const status of [400, 401, 403, 404, 302, 500, 200]) {
      yield* (yield* Simulator).clearFaults
      yield* injectFault("/oauth/token", {
        _tag: "Status",
        status,
        body: JSON.stringify({ message }),
      })
      const error = yield* failureOf(athlete.pipe(Effect.provide(layerRun({ data, env }))), 10_000)
      const words = Deno.inspect(error, { depth: 9 }) + error.message
      assert.ok(!words.includes("canary"), words)
      // deno-lint-ignore no-control-regex -- that is what is looked for
      assert.ok(!/[\u0000-\u001f]/.test(error.message))
      assert.ok(error.message.length < 1_000)
    }
    assert.ok(Option.isNone(yield* Effect.option(stored(data))))
  }).pipe(Effect.provide(simulatedStrava())))

test("a note about the tokens is a line of its own, on a terminal and elsewhere", () =>
  Effect.gen(function* () {
    for (const terminal of [true, false]) {
      const written: Array<string> = []
      const write = (text: string) => void written.push(text)
      yield* Effect.scoped(Effect.gen(function* () {
        const { progress } = yield* makeDisplay({
          terminal,
          color: false,
          columns: () => 80,
          write,
        })
        yield* progress.notify({ _tag: "Note", text: "Strava refused it" })
      }))
      assert.ok(written.some((text) => text.endsWith("  Strava refused it\n")))
    }
  }))

const pair = { access_token: "given-access", refresh_token: "given-refresh" }
const at = now / 1_000
const hour = 3_600

/** Other fields of a token response, and the time when the access token is assumed to expire. */
const odd: ReadonlyArray<readonly [fields: Record<string, unknown>, ends: number]> = [
  [{}, at + hour],
  [{ expires_in: "21600", expires_at: String(at + 6 * hour) }, at + 6 * hour],
  [{ expires_in: 21_600 }, at + 6 * hour],
  [{ expires_at: at + 6 * hour }, at + 6 * hour],
  [{ expires_at: (at + 6 * hour) * 1_000 }, at + 6 * hour],
  [{ expires_at: new Date((at + 6 * hour) * 1_000).toISOString() }, at + 6 * hour],
  [{ expires_at: null, expires_in: null }, at + hour],
  [{ expires_at: {}, expires_in: [21_600] }, at + hour],
  [{ expires_at: "soon", expires_in: "six hours" }, at + hour],
  [{ expires_at: 0, expires_in: -1 }, at + hour],
  [{ expires_at: 1e300, expires_in: 1e12 }, at + hour],
  [{ scope: ["read", "activity:read_all"], athlete: { id: "7" } }, at + hour],
  [{ scope: { read: true }, athlete: null, token_type: 3 }, at + hour],
  [{ scope: [1, null], athlete: "seven" }, at + hour],
]

for (const [fields, ends] of odd) {
  test(`fault 54: a pair of tokens is stored whatever other fields the response has: ${JSON.stringify(fields)}`, () =>
    Effect.gen(function* () {
      const data = yield* clientFolder
      const body = JSON.stringify({ ...fields, ...pair })
      yield* injectFault("/oauth/token", { _tag: "Status", status: 200, body }, 1)
      yield* injectFault("/api/v3", { _tag: "Status", status: 200, body: `{"id":1}` })
      yield* ended(athlete.pipe(Effect.provide(layerRun({ data }))))
      const { access_token, expires_at, refresh_token, scope } = yield* stored(data)
      assert.deepEqual({ access_token, refresh_token }, pair)
      assert.equal(expires_at, ends)
      assert.equal(
        scope,
        Array.isArray(fields["scope"]) && fields["scope"][0] === "read"
          ? "read,activity:read_all"
          : undefined,
      )
      yield* ended(athlete.pipe(Effect.provide(layerRun({ data }))))
      assert.deepEqual([(yield* posts).length, (yield* calls).length], [1, 2])
    }).pipe(Effect.provide(simulatedStrava())))
}

test("fault 54: the same applies to a code, and the athlete's ID is read as text", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    const body = JSON.stringify({ ...pair, athlete: { id: "12345" }, expires_in: "21600" })
    yield* injectFault("/oauth/token", { _tag: "Status", status: 201, body }, 1)
    const signedIn = yield* ended(
      Effect.flatMap(Tokens, (tokens) => tokens.exchange(Redacted.make("code-1"), "read"))
        .pipe(Effect.provide(layerRun({ data }))),
    )
    assert.deepEqual(signedIn, { athlete: 12_345, scope: "read" })
    assert.equal((yield* stored(data))["refresh_token"], pair.refresh_token)
    assert.equal((yield* posts).length, 1)
  }).pipe(Effect.provide(simulatedStrava())))

for (
  const body of ["", "{}", "[]", "null", "<html>", `{"access_token":"half`, `{"access_token":1}`]
) {
  test(`fault 54: a response (200) without a token is requested once: ${body || "nothing"}`, () =>
    Effect.gen(function* () {
      const data = yield* clientFolder
      yield* injectFault("/oauth/token", { _tag: "Status", status: 200, body })
      const error = yield* failureOf(athlete.pipe(Effect.provide(layerRun({ data }))))
      assert.match(error.message, /^Cannot get an access token: the response contains no token\./)
      assert.ok(!error.message.includes("half"))
      assert.deepEqual([(yield* posts).length, (yield* calls).length], [1, 0])
    }).pipe(Effect.provide(simulatedStrava())))
}

test("fault 54: a refresh token without a usable access token replaces the previous one", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    for (const access of [undefined, "", 7, "with\r\nlines"]) {
      yield* (yield* Simulator).clearFaults
      const body = JSON.stringify({ access_token: access, refresh_token: "given-refresh" })
      yield* injectFault("/oauth/token", { _tag: "Status", status: 200, body }, 1)
      const before = (yield* posts).length
      const error = yield* failureOf(athlete.pipe(Effect.provide(layerRun({ data }))))
      assert.match(
        error.message,
        /^Cannot get an access token: the response contains no usable access token/,
      )
      assert.equal((yield* stored(data))["refresh_token"], "given-refresh")
      assert.equal((yield* posts).length, before + 1)
    }
  }).pipe(Effect.provide(simulatedStrava())))

test("fault 54: after an access token without a refresh token, the previous refresh token stays in use", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    yield* injectFault("/oauth/token", {
      _tag: "Status",
      status: 200,
      body: `{"access_token":"given-access"}`,
    }, 1)
    yield* injectFault("/api/v3", { _tag: "Status", status: 200, body: `{"id":1}` })
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data }))))
    assert.equal((yield* stored(data))["refresh_token"], clientEnvironment.STRAVA_REFRESH_TOKEN)
    assert.deepEqual([(yield* posts).length, (yield* calls).length], [1, 1])
  }).pipe(Effect.provide(simulatedStrava())))
