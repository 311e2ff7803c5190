/**
 * The client with every response and fault of Strava and the network: retries, their number, and
 * the result.
 */
import { Effect, Option, Runtime, Schema } from "effect"
import { HttpClient, HttpClientRequest, HttpClientResponse } from "effect/http"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { exitCodes } from "../../pipeline/base/exit.ts"
import type { FaultResponse } from "../../pipeline/simulator/protocol.ts"
import { bytesOf } from "../../schemas/json/utf8.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { canary, simulatedAccessToken } from "../../pipeline/simulator/Tokens.ts"
import { defaultLimits, exchange } from "../../pipeline/strava/http/exchange.ts"
import { Quota } from "../../pipeline/strava/quota/Quota.ts"
import { stages } from "../../pipeline/stages/all.ts"
import { Strava } from "../../pipeline/strava/Strava.ts"
import { exitsOf } from "../faults/matrix.ts"
import { test } from "../testing.ts"
import {
  calls,
  clientEnvironment,
  clientFolder,
  type ClientOptions,
  ended,
  failureOf,
  injectFault,
  layerRun,
  now,
  simulatedStrava,
  stored,
} from "./client.ts"
import { emptyLedger } from "./quota/load.ts"

const athlete = Effect.flatMap(Strava, (strava) => strava.athlete)
const page = Effect.flatMap(Strava, (strava) => strava.activities({ before: now / 1_000, page: 2 }))
const streams = Effect.flatMap(
  Effect.all([Strava, Simulator]),
  ([strava, { world }]) => strava.item(stages.streams.request(String(world.ids[0] ?? 0))),
)

/** Runs with a client of its own, at a realistic time. */
const withClient = <A, E, R>(self: Effect.Effect<A, E, R>, options: ClientOptions = {}) =>
  Effect.andThen(TestClock.setTime(now), Effect.provide(self, layerRun(options)))

test("requests contain only what is necessary, and the token only in the header", () =>
  withClient(Effect.gen(function* () {
    yield* ended(athlete)
    yield* ended(page)
    yield* ended(streams)
    const [first, second, third] = yield* calls
    assert.deepEqual([first?.path, first?.query], ["/api/v3/athlete", {}])
    assert.equal(second?.path, "/api/v3/athlete/activities")
    assert.deepEqual(second?.query, { before: String(now / 1_000), per_page: "200", page: "2" })
    assert.match(third?.path ?? "", /^\/api\/v3\/activities\/\d+\/streams$/)
    assert.deepEqual(Object.keys(third?.query ?? {}), ["keys", "key_by_type"])
    for (const { headers, method } of yield* calls) {
      assert.equal(method, "GET")
      assert.deepEqual(Object.keys(headers).sort(), ["accept", "authorization"])
      assert.match(
        headers["authorization"] ?? "",
        new RegExp(`^Bearer ${simulatedAccessToken}-\\d+$`),
      )
    }
    for (const { query } of yield* (yield* Simulator).requests) {
      assert.ok(!JSON.stringify(query).includes(canary))
    }
  })).pipe(Effect.provide(simulatedStrava())))

/** Faults that are retried: at most six attempts, two for a response that cannot be read. */
const passing: ReadonlyArray<
  readonly [name: string, response: FaultResponse, says: RegExp, tries?: number]
> = [
  ["fault 26: a broken connection", { _tag: "Reset" }, /: error sending request|connection/],
  ["fault 26: a body that breaks off", { _tag: "Truncate", bytes: 9 }, /connection/],
  [
    "fault 28: a body that ends early",
    { _tag: "Cut" },
    /invalid JSON, content type application\/json/,
    2,
  ],
  ["fault 29: a page for humans", { _tag: "Html" }, /invalid JSON, content type text\/html/, 2],
  ["fault 29: another shape", { _tag: "Body", body: `"fine"` }, /JSON of an unexpected shape/, 2],
  ["fault 28: an empty body", { _tag: "Body", body: "" }, /invalid JSON/, 2],
  ["fault 39: 500", { _tag: "Status", status: 500 }, /Strava returned 500/],
  ["fault 39: 502", { _tag: "Status", status: 502 }, /Strava returned 502/],
  ["fault 39: 503", { _tag: "Status", status: 503 }, /Strava returned 503/],
  ["fault 39: 504", { _tag: "Status", status: 504 }, /Strava returned 504/],
  ["fault 27: no response", { _tag: "Hang" }, /no complete response within 1m/],
  ["fault 27: a body that stalls", { _tag: "Stall" }, /no complete response within 1m/],
  ["fault 27: a body of one byte per second", { _tag: "Drip" }, /no complete response within 1m/],
]

for (const [name, response, says, tries = 6] of passing) {
  test(`${name}, once, is retried, and each attempt is reserved`, () =>
    withClient(Effect.gen(function* () {
      yield* injectFault("/athlete", response, 1)
      const { json } = yield* ended(athlete, 1_000)
      assert.ok(Schema.is(Schema.Struct({ id: Schema.Finite }))(json))
      assert.equal((yield* calls).length, 2)
      assert.equal(yield* (yield* Quota).spent, 2)
      assert.equal((yield* (yield* Strava).traffic).requests, 2)
    })).pipe(Effect.provide(simulatedStrava())))

  test(`${name}, if persistent, is tried ${tries} times with increasing pauses, then reported`, () =>
    withClient(Effect.gen(function* () {
      yield* injectFault("/athlete", response)
      const error = yield* failureOf(athlete, 1_000)
      assert.ok(error._tag === "Unreachable" || error._tag === "Unreadable", error._tag)
      assert.match(error.message, says)
      assert.match(error.message, /^Cannot read the athlete: .*Run the same command again later/)
      const codes = [exitCodes.unavailable, exitCodes.data]
      assert.ok(Object.values(error).includes(codes[error._tag === "Unreachable" ? 0 : 1]))
      assert.equal((yield* calls).length, tries)
      assert.equal(yield* (yield* Quota).spent, tries)
      if (tries > 2) return
      yield* failureOf(athlete, 1_000)
      assert.equal((yield* calls).length, tries, "sent again in the same run")
    })).pipe(Effect.provide(simulatedStrava())))
}

test("fault 39: the pauses between attempts double, ±20 %", () =>
  withClient(Effect.gen(function* () {
    yield* ended(athlete)
    yield* injectFault("/athlete", { _tag: "Status", status: 500 })
    yield* failureOf(athlete, 10)
    const at = (yield* calls).slice(1).map(({ at }) => at)
    const pauses = at.slice(1).map((time, i) => time - at[i]!)
    for (const [i, pause] of pauses.entries()) {
      const expected = 500 * 2 ** i
      assert.ok(pause >= 0.8 * expected && pause <= 1.2 * expected + 100, `${pauses}`)
    }
    assert.equal(pauses.length, 5)
  })).pipe(Effect.provide(simulatedStrava())))

for (const status of [400, 402, 403, 404, 405, 406, 408, 410, 422, 451]) {
  test(`${status} is not retried`, () =>
    withClient(Effect.gen(function* () {
      yield* injectFault("/athlete", {
        _tag: "Status",
        status,
        body: `{"message":"No","errors":"why"}`,
      })
      const error = yield* failureOf(athlete)
      assert.ok(error._tag === "Refused")
      assert.equal(
        error.message,
        `Cannot read the athlete: Strava returned ${status} (No: why). Everything fetched so far is kept`,
      )
      assert.ok(Object.values(error).includes(exitCodes.unavailable))
      assert.equal((yield* calls).length, 1)
    })).pipe(Effect.provide(simulatedStrava())))
}

test("fault 41: a redirect is not followed, and its target is reported without secrets", () =>
  withClient(Effect.gen(function* () {
    yield* injectFault("/athlete", {
      _tag: "Redirect",
      location: "https://u:canary@example.invalid/?k=canary",
    })
    const error = yield* failureOf(athlete)
    assert.match(error.message, /returned 302 \(a redirect to example\.invalid, not followed\)/)
    assert.ok(!error.message.includes("canary"))
    assert.equal((yield* calls).length, 1)
  })).pipe(Effect.provide(simulatedStrava())))

test("fault 34: no streams (404) is a result, not an error, and is not retried", () =>
  withClient(Effect.gen(function* () {
    for (
      const body of [
        `{"message":"Resource Not Found","errors":[]}`,
        `{"message":"Resource Not Found","errors":[{"resource":"Activity","field":"","code":"not found"}]}`,
        "",
      ]
    ) {
      yield* injectFault("/streams", { _tag: "Status", status: 404, body }, 1)
      assert.deepEqual(yield* ended(streams), Option.none())
    }
    assert.equal((yield* calls).length, 3)
  })).pipe(Effect.provide(simulatedStrava())))

test("streams are returned as sent, also in the older format", () =>
  withClient(Effect.gen(function* () {
    const { text } = Option.getOrThrow(yield* ended(streams))
    assert.match(text, /^\{"time":\{"data":\[0,/)
    const older = `[{"type":"time","data":[0,1.50,2817697759509711894]}]`
    yield* injectFault("/streams", { _tag: "Body", body: older }, 1)
    assert.equal(Option.getOrThrow(yield* ended(streams)).text, older)
  })).pipe(Effect.provide(simulatedStrava())))

test("a disabled application is reported as such, with exit code 77", () =>
  withClient(Effect.gen(function* () {
    const body =
      `{"message":"Forbidden","errors":[{"resource":"Application","field":"Status","code":"Inactive"}]}`
    yield* injectFault("/api/v3", { _tag: "Status", status: 403, body })
    const errors = [yield* failureOf(athlete), yield* failureOf(page), yield* failureOf(streams)]
    for (const error of errors) {
      assert.equal(error._tag, "ApplicationInactive")
      assert.match(
        error.message,
        /disabled this API application.*paid Strava subscription.*Renew/,
      )
      assert.ok(Object.values(error).includes(exitCodes.credentials))
    }
    assert.equal((yield* calls).length, 3)
  })).pipe(Effect.provide(simulatedStrava())))

test("fault 34: a missing scope is reported as such, with exit code 77 and without a refresh", () =>
  withClient(Effect.gen(function* () {
    const body =
      `{"message":"Authorization Error","errors":[{"resource":"AccessToken","field":"activity:read_permission","code":"missing"}]}`
    yield* injectFault("/athlete/activities", { _tag: "Status", status: 401, body })
    const error = yield* failureOf(page)
    assert.ok(error._tag === "ScopeMissing")
    assert.match(
      error.message,
      /^Cannot list activities \(page 2\): the token lacks the permission activity:read_permission/,
    )
    assert.match(error.message, /leave every box ticked: deno task auth --force/)
    assert.deepEqual([Runtime.getErrorExitCode(error)], exitsOf(34))
    const requests = yield* (yield* Simulator).requests
    assert.deepEqual(requests.map(({ path }) => path), [
      "/oauth/token",
      "/api/v3/athlete/activities",
    ])
  })).pipe(Effect.provide(simulatedStrava())))

test("a narrow scope of the simulator is reported in the same way", () =>
  withClient(Effect.gen(function* () {
    assert.equal((yield* failureOf(page))._tag, "ScopeMissing")
  })).pipe(Effect.provide(simulatedStrava({ scope: "read" }))))

test("fault 32: withdrawn access is reported as a refused refresh token", () =>
  withClient(Effect.gen(function* () {
    yield* ended(athlete)
    yield* (yield* Simulator).revoke
    const error = yield* failureOf(athlete)
    assert.equal(error._tag, "RefreshTokenRefused")
    assert.ok(Object.values(error).includes(exitCodes.credentials))
  })).pipe(Effect.provide(simulatedStrava())))

test("fault 42: a bomb of 1 TB is aborted at the limit, and requested once", () =>
  withClient(Effect.gen(function* () {
    yield* ended(athlete)
    yield* injectFault("/athlete", { _tag: "Bomb", bytes: 1e12 })
    const error = yield* failureOf(athlete)
    assert.ok(error._tag === "Unreadable")
    assert.match(error.message, /the body is larger than 67108864 bytes/)
    assert.equal((yield* calls).length, 2)
  })).pipe(Effect.provide(simulatedStrava())))

test("a body that is not UTF-8 is read without losing a byte", () =>
  Effect.gen(function* () {
    const bytes = new Uint8Array([0x22, 0xff, 0x22])
    const client = HttpClient.make((request) =>
      Effect.succeed(HttpClientResponse.fromWeb(request, new Response(bytes)))
    )
    const request = HttpClientRequest.get("https://example.invalid/")
    const text = (yield* exchange(client, request, defaultLimits)).text()
    assert.deepEqual(bytesOf(text), bytes)
  }))

test("fault 36: the client waits after each rate-limit refusal", () =>
  withClient(Effect.gen(function* () {
    yield* ended(athlete)
    yield* injectFault("/athlete", { _tag: "Status", status: 429 }, 2)
    yield* ended(athlete, 10_000)
    const at = (yield* calls).slice(1).map(({ at }) => at)
    assert.equal(at.length, 3)
    const [, second, third] = at.map((time) => new Date(time).toISOString().slice(11, 16))
    assert.deepEqual([second, third], ["10:15", "10:30"])
  })).pipe(Effect.provide(simulatedStrava())))

test("fault 47: no error, ledger or printed client shows a secret", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(now)
    const ledger = emptyLedger()
    yield* Effect.gen(function* () {
      const strava = yield* Strava
      yield* ended(athlete)
      const token = (yield* calls)[0]?.headers["authorization"]?.replace("Bearer ", "") ?? ""
      const body = JSON.stringify({
        message: `${token}\u001b]0;x\u0007`,
        errors: [{ resource: token, field: token, code: token }],
      })
      const printed: Array<unknown> = [strava]
      const scope = JSON.stringify({
        errors: [{ resource: "AccessToken", field: `permission ${token}`, code: "missing" }],
      })
      yield* injectFault("/athlete", { _tag: "Status", status: 401, body: scope })
      printed.push(yield* failureOf(athlete))
      for (const status of [400, 401, 403, 404, 500, 302]) {
        yield* (yield* Simulator).clearFaults
        yield* injectFault("/athlete", {
          _tag: "Status",
          status,
          body,
          headers: { "content-type": token },
        }, 6)
        const exit = yield* Effect.exit(ended(athlete))
        printed.push(exit, exit._tag === "Failure" ? String(exit.cause) : "")
      }
      printed.push(ledger, [...ledger.meta])
      const words = printed.map((one) => Deno.inspect(one, { depth: 12 })).join("\n")
      assert.ok(!words.includes(canary), words)
    }).pipe(Effect.provide(layerRun({ ledger })))
  }).pipe(Effect.provide(simulatedStrava())))

test("fault 47: secrets that a server echoes in any response do not appear in errors", () =>
  Effect.gen(function* () {
    const data = yield* clientFolder
    yield* Effect.gen(function* () {
      yield* ended(athlete)
      const { access_token, refresh_token } = yield* stored(data)
      const secrets = [
        clientEnvironment.STRAVA_CLIENT_SECRET,
        clientEnvironment.STRAVA_REFRESH_TOKEN,
        ...[access_token, refresh_token].map(String),
      ]
      for (const secret of secrets) {
        for (const status of [200, 302, 400, 401, 403, 404]) {
          yield* (yield* Simulator).clearFaults
          const body = status === 200 ? "cut" : JSON.stringify({
            message: secret,
            errors: [{ resource: "AccessToken", field: `permission ${secret}`, code: "missing" }],
          })
          const headers = { "content-type": secret, location: `https://${secret}/` }
          yield* injectFault("/athlete", { _tag: "Status", status, body, headers })
          const error = yield* failureOf(athlete, 10_000)
          const words = error.message + Deno.inspect(error, { depth: 9 })
          assert.ok(!words.includes(secret), `${status}: ${words}`)
        }
      }
    }).pipe(Effect.provide(layerRun({ data })))
  }).pipe(Effect.provide(simulatedStrava())))
