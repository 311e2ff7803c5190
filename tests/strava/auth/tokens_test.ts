/** Tokens: one refresh at a time, the precedence of credentials, and messages of refusals. */
import { Clock, Effect, Fiber, FileSystem, Redacted } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { exitCodes } from "../../../pipeline/base/exit.ts"
import { Simulator } from "../../../pipeline/simulator/Simulator.ts"
import { canary, simulatedCode, simulatedRefreshToken } from "../../../pipeline/simulator/Tokens.ts"
import { Strava } from "../../../pipeline/strava/Strava.ts"
import { LifeLeft } from "../../../pipeline/strava/auth/LifeLeft.ts"
import { Tokens } from "../../../pipeline/strava/auth/Tokens.ts"
import { test } from "../../testing.ts"
import {
  bearers,
  breatheLong,
  calls,
  clientEnvironment,
  clientFolder,
  ended,
  exitOf,
  failureOf,
  injectFault,
  layerRun,
  now,
  posts,
  simulatedStrava,
  stored,
} from "../client.ts"
import { withEvents } from "../quota/load.ts"

const { STRAVA_REFRESH_TOKEN: _, ...application } = clientEnvironment
const withCode = { ...application, STRAVA_AUTHORIZATION_CODE: simulatedCode }

const athlete = Effect.flatMap(Strava, (strava) => strava.athlete)
const token = Effect.flatMap(Tokens, (tokens) => tokens.get)
const value = Effect.map(token, Redacted.value)

test("the first call refreshes, stores the pair readable by its owner only, and uses it", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data }))))
    const pair = yield* stored(data)
    assert.deepEqual(yield* bearers, [pair["access_token"]])
    assert.notEqual(pair["refresh_token"], simulatedRefreshToken)
    const life = Number(pair["expires_at"]) - now / 1_000
    assert.ok(life >= 21_600 && life < 21_660, String(life))
    assert.equal(pair["previous_refresh_token"], null)
    const { mode } = yield* (yield* FileSystem.FileSystem).stat(`${data}/tokens.json`)
    assert.equal(mode & 0o777, 0o600)
    assert.ok(!JSON.stringify(pair["seeds"]).includes(canary))
  }).pipe(Effect.provide(simulatedStrava())))

test("fault 33: twenty requests with an expired token cause one refresh, and all use its result", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    const all = Effect.all(Array.from({ length: 20 }, () => athlete), { concurrency: 20 })
    yield* Effect.gen(function* () {
      yield* ended(all)
      yield* TestClock.adjust("7 hours")
      yield* ended(all)
    }).pipe(Effect.provide(layerRun({ data })))
    assert.equal((yield* posts).length, 2)
    const used = yield* bearers
    assert.equal(used.length, 40)
    assert.equal(new Set(used.slice(20)).size, 1)
    assert.notEqual(used[0], used[20])
  }).pipe(Effect.provide(simulatedStrava({ latency: 400 }))))

test("a token is refreshed half a minute before it expires, not earlier", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    yield* Effect.gen(function* () {
      const first = yield* ended(value)
      const end = Number((yield* stored(data))["expires_at"]) * 1_000
      yield* TestClock.setTime(end - 31_000)
      assert.equal(yield* ended(value), first)
      yield* TestClock.setTime(end - 30_000)
      assert.notEqual(yield* ended(value), first)
    }).pipe(Effect.provide(layerRun({ data })))
    assert.equal((yield* posts).length, 2)
  }).pipe(Effect.provide(simulatedStrava())))

test("a caller that needs a longer lifetime gets such a token, and later calls keep it", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    yield* Effect.gen(function* () {
      const first = yield* ended(value)
      const end = Number((yield* stored(data))["expires_at"]) * 1_000
      const long = value.pipe(Effect.provideService(LifeLeft, 20 * 60))
      yield* TestClock.setTime(end - 21 * 60_000)
      assert.equal(yield* ended(long), first)
      yield* TestClock.setTime(end - 20 * 60_000)
      assert.equal(yield* ended(value), first)
      const second = yield* ended(long)
      assert.notEqual(second, first)
      yield* TestClock.adjust("20 minutes")
      assert.equal(yield* ended(value), second)
    }).pipe(Effect.provide(layerRun({ data })))
    assert.equal((yield* posts).length, 2)
  }).pipe(Effect.provide(simulatedStrava())))

for (const hours of [-7, 7]) {
  test(`fault 19: a local clock that is ${hours} hours off causes no expired tokens or needless refreshes`, () =>
    Effect.gen(function* () {
      const data = yield* clientFolder
      yield* Effect.gen(function* () {
        for (let i = 0; i < 4; i++) {
          yield* ended(athlete)
          yield* TestClock.adjust("1 hour")
        }
      }).pipe(Effect.provide(layerRun({ data })))
      assert.equal((yield* posts).length, 1)
      assert.deepEqual((yield* calls).map(({ status }) => status), [200, 200, 200, 200])
    }).pipe(Effect.provide(simulatedStrava({ skew: -hours * 3_600_000 }))))
}

test("fault 31: a refused access token is replaced once and its request is retried once", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    yield* Effect.gen(function* () {
      yield* ended(athlete)
      yield* (yield* Simulator).expire
      yield* ended(Effect.all(Array.from({ length: 8 }, () => athlete), { concurrency: 8 }))
    }).pipe(Effect.provide(layerRun({ data })))
    assert.equal((yield* posts).length, 2)
    const statuses = (yield* calls).map(({ status }) => status)
    assert.equal(statuses.filter((status) => status === 401).length, 8)
    assert.equal(statuses.filter((status) => status === 200).length, 9)
  }).pipe(Effect.provide(simulatedStrava({ latency: 100 }))))

test("fault 31: if a new token is refused as well, the error says so after one refresh for all requests", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    yield* Effect.gen(function* () {
      yield* ended(athlete)
      yield* injectFault("/api/v3", { _tag: "Status", status: 401 })
      const all = Effect.all(
        Array.from({ length: 8 }, () => Effect.flip(athlete)),
        { concurrency: 8 },
      )
      for (const error of yield* ended(all)) {
        assert.ok(error._tag === "Unauthorized")
        assert.match(error.message, /and a new one \(Authorization Error: Athlete access_token/)
        assert.match(error.message, /Sign in again: deno task auth --force/)
        assert.ok(Object.values(error).includes(exitCodes.credentials))
      }
    }).pipe(Effect.provide(layerRun({ data })))
    assert.equal((yield* posts).length, 2)
    assert.equal((yield* calls).length, 17)
  }).pipe(Effect.provide(simulatedStrava({ latency: 100 }))))

test("fault 33: a late success with the previous token does not restore the previous pair", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    yield* Effect.gen(function* () {
      const tokens = yield* Tokens
      const first = yield* ended(tokens.get)
      // Confirms and replaces the first token at the same time, in both orders.
      yield* ended(
        Effect.all([tokens.renew(first), tokens.confirm(first)], { concurrency: "unbounded" }),
      )
      const second = yield* ended(tokens.get)
      yield* ended(
        Effect.all([tokens.confirm(second), tokens.renew(second)], { concurrency: "unbounded" }),
      )
      const third = Redacted.value(yield* ended(tokens.get))
      assert.equal((yield* stored(data))["access_token"], third)
    }).pipe(Effect.provide(layerRun({ data })))
    const alive = yield* ended(athlete.pipe(Effect.provide(layerRun({ data }))))
    assert.ok(alive.text.length > 0)
  }).pipe(Effect.provide(simulatedStrava())))

test("a stored pair takes precedence over the seed it came from, and a changed seed over the pair", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data }))))
    const first = yield* stored(data)
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data }))))
    assert.deepEqual([(yield* posts).length, yield* stored(data)], [1, first])

    yield* ended(athlete.pipe(Effect.provide(layerRun({ data, env: application }))))
    assert.equal((yield* posts).length, 1)

    const env = { ...clientEnvironment, STRAVA_REFRESH_TOKEN: String(first["refresh_token"]) }
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data, env }))))
    assert.equal((yield* posts).length, 2)
  }).pipe(Effect.provide(simulatedStrava())))

test("an authorization code is exchanged once, even if it stays in the environment", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data, env: withCode }))))
    yield* TestClock.adjust("7 hours")
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data, env: withCode }))))
    assert.equal((yield* posts).length, 2)
    const elsewhere = yield* clientFolder
    const error = yield* failureOf(
      athlete.pipe(Effect.provide(layerRun({ data: elsewhere, env: withCode }))),
    )
    assert.equal(error._tag, "AuthorizationCodeRefused")
    assert.match(
      error.message,
      /works once and expires within minutes.*Sign in again: deno task auth/,
    )
    assert.ok(Object.values(error).includes(exitCodes.credentials))
  }).pipe(Effect.provide(simulatedStrava())))

for (
  const [name, given] of [
    ["STRAVA_AUTHORIZATION_CODE", { STRAVA_AUTHORIZATION_CODE: "used-in-another-folder" }],
    ["STRAVA_REFRESH_TOKEN", { STRAVA_REFRESH_TOKEN: "of-an-older-day" }],
  ] as const
) {
  test(`a refused new ${name} leaves the stored pair in use, is reported once and not tried again`, () =>
    Effect.gen(function* () {
      const data = yield* clientFolder
      yield* ended(athlete.pipe(Effect.provide(layerRun({ data }))))
      const first = yield* stored(data)
      const env = { ...application, ...given }
      const twice = Effect.andThen(athlete, athlete).pipe(Effect.provide(layerRun({ data, env })))
      const { events } = yield* withEvents(ended(twice))
      assert.deepEqual((yield* posts).map(({ status }) => status), [200, 400])
      assert.deepEqual(new Set(yield* bearers), new Set([first["access_token"]]))
      const [note, ...more] = events
      assert.ok(note?._tag === "Note" && more.length === 0)
      assert.match(note.text, new RegExp(`^Strava refused ${name} \\(400, .*the tokens in `))
      assert.ok(!note.text.includes(Object.values(given)[0] ?? ""))

      assert.deepEqual((yield* withEvents(ended(twice))).events, [])
      assert.equal((yield* posts).length, 2)
      const { seeds, ...pair } = yield* stored(data)
      const { seeds: before, ...same } = first
      assert.deepEqual(pair, same)
      assert.deepEqual([seeds, before].map((list) => Array.isArray(list) && list.length), [2, 1])
    }).pipe(Effect.provide(simulatedStrava())))
}

test("after a refused code, a new refresh token is used", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data }))))
    const fresh = String((yield* stored(data))["refresh_token"])
    const env = { ...withCode, STRAVA_AUTHORIZATION_CODE: "used", STRAVA_REFRESH_TOKEN: fresh }
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data, env }))))
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data, env }))))
    assert.deepEqual((yield* posts).map(({ status }) => status), [200, 400, 200])
  }).pipe(Effect.provide(simulatedStrava())))

test("if the application is refused, the stored pair is not tried", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data }))))
    const env = { ...withCode, STRAVA_CLIENT_SECRET: "wrong" }
    const error = yield* failureOf(athlete.pipe(Effect.provide(layerRun({ data, env }))))
    assert.equal(error._tag, "ClientRefused")
  }).pipe(Effect.provide(simulatedStrava())))

test("fault 51: a refresh in flight is not interrupted, and its result is stored", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    yield* Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(athlete)
      while ((yield* posts).length === 0) yield* breatheLong
      yield* TestClock.adjust("1 second")
      yield* exitOf(Fiber.interrupt(fiber))
      assert.ok(fiber.pollUnsafe()?._tag === "Failure")
    }).pipe(Effect.provide(layerRun({ data })))
    assert.notEqual((yield* stored(data))["refresh_token"], simulatedRefreshToken)
    assert.deepEqual([(yield* posts).length, (yield* calls).length], [1, 0])
  }).pipe(Effect.provide(simulatedStrava({ latency: 5_000 }))))

test("fault 51: a refresh without a response delays the end by at most 15 seconds and is not retried", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    yield* injectFault("/oauth/token", { _tag: "Hang" })
    yield* Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(athlete)
      while ((yield* posts).length === 0) yield* breatheLong
      yield* exitOf(Fiber.interrupt(fiber))
    }).pipe(Effect.provide(layerRun({ data })))
    const waited = (yield* Clock.currentTimeMillis) - now
    assert.ok(waited >= 14_000 && waited <= 16_000, String(waited))
    assert.equal((yield* posts).length, 1)
  }).pipe(Effect.provide(simulatedStrava())))

test("fault 51: between two attempts of a refresh, a run can end at once", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    yield* injectFault("/oauth/token", { _tag: "Status", status: 503 })
    yield* Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(athlete)
      while ((yield* posts).length < 4) {
        yield* TestClock.adjust(100)
        yield* breatheLong
      }
      const before = yield* Clock.currentTimeMillis
      yield* exitOf(Fiber.interrupt(fiber))
      assert.ok((yield* Clock.currentTimeMillis) - before <= 250)
    }).pipe(Effect.provide(layerRun({ data })))
    assert.equal((yield* posts).length, 4)
  }).pipe(Effect.provide(simulatedStrava())))

test("the previous refresh token is tried if the stored one is refused", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    const fs = yield* FileSystem.FileSystem
    yield* ended(token.pipe(Effect.provide(layerRun({ data }))))
    const pair = yield* stored(data)
    const swapped = {
      ...pair,
      expires_at: 0,
      refresh_token: "lost-on-its-way",
      previous_refresh_token: pair["refresh_token"],
    }
    yield* fs.writeFileString(`${data}/tokens.json`, JSON.stringify(swapped))
    yield* ended(athlete.pipe(Effect.provide(layerRun({ data }))))
    assert.deepEqual((yield* posts).map(({ status }) => status), [200, 400, 200])
    assert.equal((yield* stored(data))["previous_refresh_token"], null)
  }).pipe(Effect.provide(simulatedStrava())))
