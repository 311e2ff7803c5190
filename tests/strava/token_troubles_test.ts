/** Token requests that fail: what is tried again, what is said, and what is never shown. */
import { Effect, Option } from "effect"
import assert from "node:assert/strict"
import { makeDisplay } from "../../pipeline/commands/ProgressDisplay.ts"
import { exitCodes } from "../../pipeline/exit.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { Strava } from "../../pipeline/strava/Strava.ts"
import { test } from "../testing.ts"
import {
  calls,
  ended,
  environment,
  failed,
  fault,
  folder,
  layerRun,
  posts,
  simulated,
  stored,
} from "./client.ts"

const { STRAVA_REFRESH_TOKEN: _, ...application } = environment

const athlete = Effect.flatMap(Strava, (strava) => strava.athlete)

const refusals = [
  {
    body:
      `{"message":"Bad Request","errors":[{"resource":"RefreshToken","field":"refresh_token","code":"invalid"}]}`,
    status: 400,
    tag: "RefreshTokenRefused",
    says:
      /^Strava refused the refresh token \(400, Bad Request: RefreshToken refresh_token invalid\)\. Most likely another program used it/,
    code: exitCodes.credentials,
  },
  {
    body:
      `{"message":"Bad Request","errors":[{"resource":"AuthorizationCode","field":"","code":"expired"}]}`,
    status: 400,
    tag: "AuthorizationCodeRefused",
    says: /^Strava refused the authorization code \(400, Bad Request: AuthorizationCode expired\)/,
    code: exitCodes.credentials,
  },
  {
    body:
      `{"message":"Bad Request","errors":[{"resource":"Application","field":"client_id","code":"missing"}]}`,
    status: 400,
    tag: "ClientRefused",
    says:
      /^Strava refused the application \(400, Bad Request: Application client_id missing\)\. Compare STRAVA_CLIENT_ID/,
    code: exitCodes.credentials,
  },
  {
    body:
      `{"message":"Forbidden","errors":[{"resource":"Application","field":"Status","code":"Inactive"}]}`,
    status: 403,
    tag: "ApplicationInactive",
    says: /switched this API application off/,
    code: exitCodes.credentials,
  },
  {
    body: "<html>not here</html>",
    status: 404,
    tag: "Refused",
    says: /^Cannot get an access token: Strava answered 404 \(no message\)/,
    code: exitCodes.unavailable,
  },
] as const

for (const { body, code, says, status, tag } of refusals) {
  test(`fault 32: a token request answered ${status} with ${tag} is asked once, and says what to do`, () =>
    Effect.gen(function* () {
      const data = yield* folder
      yield* fault("/oauth/token", { _tag: "Status", status, body })
      const error = yield* failed(athlete.pipe(Effect.provide(layerRun({ data }))))
      assert.equal(error._tag, tag)
      assert.match(error.message, says)
      assert.ok(Object.values(error).includes(code))
      assert.deepEqual([(yield* posts).length, (yield* calls).length], [1, 0])
    }).pipe(Effect.provide(simulated())))
}

test("fault 36: a sign-in that the limit refuses is not tried again", () =>
  Effect.gen(function* () {
    const data = yield* folder
    yield* fault("/oauth/token", { _tag: "Status", status: 429 })
    const error = yield* failed(athlete.pipe(Effect.provide(layerRun({ data }))))
    assert.equal(error._tag, "Unreachable")
    assert.match(error.message, /Strava's limit refuses the sign-in for now \(429\).*later/)
    assert.ok(Object.values(error).includes(exitCodes.unavailable))
    assert.deepEqual([(yield* posts).length, (yield* calls).length], [1, 0])
  }).pipe(Effect.provide(simulated())))

test("fault 41: a token request that is redirected goes nowhere else", () =>
  Effect.gen(function* () {
    const data = yield* folder
    yield* fault("/oauth/token", { _tag: "Redirect", location: "https://example.invalid/x?y=1" })
    const error = yield* failed(athlete.pipe(Effect.provide(layerRun({ data }))))
    assert.match(error.message, /302 \(a redirect to example\.invalid, not followed\)/)
    assert.equal((yield* posts).length, 1)
  }).pipe(Effect.provide(simulated())))

test("fault 39: a token request is repeated after server trouble, a cut, a page, and silence", () =>
  Effect.gen(function* () {
    const data = yield* folder
    for (
      const answer of [
        { _tag: "Status", status: 503 },
        { _tag: "Reset" },
        { _tag: "Html" },
        { _tag: "Body", body: `{"access_token":"half` },
      ] as const
    ) yield* fault("/oauth/token", answer, 1)
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data }))))
    assert.equal((yield* posts).length, 5)
  }).pipe(Effect.provide(simulated({ rotation: "never" }))))

test("without any credential the error says how to get one, with the code for configuration", () =>
  Effect.gen(function* () {
    const data = yield* folder
    for (const env of [{}, application, { ...environment, STRAVA_REFRESH_TOKEN: "" }]) {
      const error = yield* failed(athlete.pipe(Effect.provide(layerRun({ data, env }))))
      assert.equal(error._tag, "NotConfigured")
      assert.match(error.message, /deno task setup/)
      assert.ok(Object.values(error).includes(exitCodes.configuration))
    }
    assert.equal((yield* posts).length, 0)
  }).pipe(Effect.provide(simulated())))

test("fault 47: a server that echoes secrets gets none of them into an error", () =>
  Effect.gen(function* () {
    const data = yield* folder
    const env = {
      STRAVA_CLIENT_ID: "1",
      STRAVA_CLIENT_SECRET: "canary-secret",
      STRAVA_REFRESH_TOKEN: "canary-refresh",
    }
    const message = "canary-secret\n\u001b[2Jcanary-refresh" + "x".repeat(5_000)
    for (const status of [400, 401, 403, 404, 302, 500, 200]) {
      yield* (yield* Simulator).clearFaults
      yield* fault("/oauth/token", { _tag: "Status", status, body: JSON.stringify({ message }) })
      const error = yield* failed(athlete.pipe(Effect.provide(layerRun({ data, env }))), 10_000)
      const words = Deno.inspect(error, { depth: 9 }) + error.message
      assert.ok(!words.includes("canary"), words)
      // deno-lint-ignore no-control-regex -- that is what is looked for
      assert.ok(!/[\u0000-\u001f]/.test(error.message))
      assert.ok(error.message.length < 1_000)
    }
    assert.ok(Option.isNone(yield* Effect.option(stored(data))))
  }).pipe(Effect.provide(simulated())))

test("what the user should know of the tokens is a line of its own, on a terminal and elsewhere", () =>
  Effect.gen(function* () {
    for (const terminal of [true, false]) {
      const written: Array<string> = []
      const write = (text: string) => void written.push(text)
      yield* Effect.scoped(Effect.gen(function* () {
        const { progress } = yield* makeDisplay({
          terminal,
          colour: false,
          columns: () => 80,
          write,
        })
        yield* progress.notify({ _tag: "Note", text: "Strava refused it" })
      }))
      assert.ok(written.some((text) => text.endsWith("  Strava refused it\n")))
    }
  }))
