/** Signing in with a code from a browser, and withdrawing access. */
import { Effect, Fiber, FileSystem, Redacted, Terminal } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { errorExitCode, exitCodes } from "../../../pipeline/base/exit.ts"
import { signIn as inTerminal } from "../../../pipeline/strava/signIn/signIn.ts"
import { Simulator } from "../../../pipeline/simulator/Simulator.ts"
import {
  canary,
  simulatedClientId,
  simulatedClientSecret,
  simulatedCode,
  simulatedRefreshToken,
} from "../../../pipeline/simulator/Tokens.ts"
import { revoke } from "../../../pipeline/strava/auth/revoke.ts"
import { Strava } from "../../../pipeline/strava/Strava.ts"
import { Tokens } from "../../../pipeline/strava/auth/Tokens.ts"
import { test } from "../../testing.ts"
import {
  breatheLong,
  calls,
  clientEnvironment,
  clientFolder,
  ended,
  failureOf,
  injectFault,
  layerRun,
  posts,
  simulatedStrava,
  stored,
} from "../client.ts"

const { STRAVA_REFRESH_TOKEN: _, ...application } = clientEnvironment
const code = Redacted.make(simulatedCode)

const signIn = (given = code, scope?: string) =>
  Effect.flatMap(Tokens, (tokens) => tokens.exchange(given, scope))
const athlete = Effect.flatMap(Strava, (strava) => strava.athlete)
const revokes = Effect.map(
  Effect.flatMap(Simulator, (simulator) => simulator.requests),
  (all) => all.filter(({ path }) => path === "/oauth/revoke"),
)

test("a code replaces the stored pair, and the athlete and the granted scope are reported", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data }))))
    const before = yield* stored(data)
    assert.equal(before["scope"], undefined)
    const given = yield* ended(
      signIn(code, "read,activity:read").pipe(
        Effect.provide(layerRun({ data })),
      ),
    )
    assert.equal(given.scope, "read,activity:read")
    assert.equal(given.athlete, (yield* Simulator).world.athleteId)
    const pair = yield* stored(data)
    assert.notEqual(pair["refresh_token"], before["refresh_token"])
    assert.deepEqual(pair["seeds"], before["seeds"])
    yield* TestClock.adjust("7 hours")
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data }))))
    const later = yield* stored(data)
    assert.notEqual(later["refresh_token"], pair["refresh_token"])
    assert.equal(later["scope"], "read,activity:read")
  }).pipe(Effect.provide(simulatedStrava())))

test("credentials of the environment from before a sign-in are not used after it, and a damaged file is replaced", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    const fs = yield* FileSystem.FileSystem
    yield* fs.writeFileString(`${data}/tokens.json`, "{", { mode: 0o600 })
    yield* ended(signIn().pipe(Effect.provide(layerRun({ data }))))
    const pair = yield* stored(data)
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data }))))
    assert.equal((yield* stored(data))["access_token"], pair["access_token"])
    assert.equal((yield* posts).length, 1)
  }).pipe(Effect.provide(simulatedStrava())))

test("a refused code leaves the stored pair unchanged", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data }))))
    const before = yield* stored(data)
    const error = yield* failureOf(
      signIn(Redacted.make("used")).pipe(Effect.provide(layerRun({ data }))),
    )
    assert.equal(error._tag, "AuthorizationCodeRefused")
    assert.deepEqual(yield* stored(data), before)
  }).pipe(Effect.provide(simulatedStrava())))

test("withdrawing access sends a request as the application and then deletes the tokens", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data }))))
    assert.equal(yield* ended(revoke().pipe(Effect.provide(layerRun({ data })))), true)
    const [request, ...more] = yield* revokes
    assert.equal(more.length, 0)
    assert.equal(
      request?.headers["authorization"],
      `Basic ${btoa(`${simulatedClientId}:${simulatedClientSecret}`)}`,
    )
    assert.deepEqual(request?.query, {})
    const fs = yield* FileSystem.FileSystem
    assert.deepEqual((yield* fs.readDirectory(data)).includes("tokens.json"), false)
    const error = yield* failureOf(athlete.pipe(Effect.provide(layerRun({ data }))))
    assert.equal(error._tag, "RefreshTokenRefused")
    assert.equal((yield* calls).length, 1)
  }).pipe(Effect.provide(simulatedStrava())))

test("without stored tokens, the refresh token of the environment is revoked; without any, no request is sent", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    const none = layerRun({ data, env: application })
    assert.equal(yield* ended(revoke().pipe(Effect.provide(none))), false)
    assert.equal((yield* revokes).length, 0)
    assert.equal(yield* ended(revoke().pipe(Effect.provide(layerRun({ data })))), true)
    const error = yield* failureOf(athlete.pipe(Effect.provide(layerRun({ data }))))
    assert.equal(error._tag, "RefreshTokenRefused")
  }).pipe(Effect.provide(simulatedStrava())))

test("if Strava is unreachable or refuses the application, the tokens are kept", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data }))))
    const before = yield* stored(data)
    const env = { ...clientEnvironment, STRAVA_CLIENT_SECRET: `wrong-${canary}` }
    const refused = yield* failureOf(revoke().pipe(Effect.provide(layerRun({ data, env }))))
    assert.equal(refused._tag, "ClientRefused")
    assert.ok(Object.values(refused).includes(exitCodes.credentials))

    yield* injectFault("/oauth/revoke", {
      _tag: "Status",
      status: 400,
      body: JSON.stringify({ message: `no ${simulatedRefreshToken}${simulatedClientSecret}` }),
    }, 1)
    const other = yield* failureOf(revoke().pipe(Effect.provide(layerRun({ data }))))
    assert.equal(other._tag, "Refused")
    assert.ok(!other.message.includes(simulatedClientSecret), other.message)

    yield* injectFault("/oauth/revoke", { _tag: "Status", status: 503 })
    const down = yield* failureOf(revoke().pipe(Effect.provide(layerRun({ data }))))
    assert.equal(down._tag, "Unreachable")
    assert.match(down.message, /^Cannot withdraw the access: Strava returned 503/)
    assert.deepEqual(yield* stored(data), before)

    yield* (yield* Simulator).clearFaults
    yield* injectFault("/oauth/revoke", { _tag: "Reset" }, 1)
    assert.equal(yield* ended(revoke().pipe(Effect.provide(layerRun({ data })))), true)
  }).pipe(Effect.provide(simulatedStrava())))

test("a sign-in ends after ten minutes without input and keeps the stored pair", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data }))))
    const before = yield* stored(data)
    const silent = Terminal.make({ ...yield* Terminal.Terminal, readLine: Effect.never })
    const waiting = inTerminal({
      browser: false,
      terminal: true,
      next: "",
      again: "deno task auth --data x",
    }).pipe(
      Effect.provide(layerRun({ data })),
      Effect.provideService(Terminal.Terminal, silent),
    )
    const fiber = yield* Effect.forkChild(Effect.flip(waiting))
    yield* breatheLong
    yield* TestClock.adjust("10 minutes")
    const error = yield* Fiber.join(fiber)
    assert.ok(error._tag === "SignInFailed" && error.reason === "late")
    assert.match(error.message, /within 10m.*Nothing was changed.*auth --data x --no-browser/)
    assert.equal(error[errorExitCode], exitCodes.credentials)
    assert.deepEqual(yield* stored(data), before)
  }).pipe(Effect.provide(simulatedStrava())))
