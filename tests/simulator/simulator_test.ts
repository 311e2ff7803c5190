/** The simulated server: tokens, quota, windows, paging, faults. */
import { Clock, Effect, Fiber, type Layer } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import type { SimulatedLimits } from "../../pipeline/simulator/Quota.ts"
import { Simulator, type SimulatorOptions } from "../../pipeline/simulator/Simulator.ts"
import {
  simulatedAccessToken,
  simulatedClientId,
  simulatedClientSecret,
  simulatedCode,
  simulatedRefreshToken,
} from "../../pipeline/simulator/Tokens.ts"
import { membersOf } from "../../schemas/json/Json.ts"
import { test } from "../testing.ts"
import { get, listPages, login, postToken, refreshForm, today } from "./requests.ts"

/** Runs a test with its own simulator, on a Friday at 10:00. */
const simulated = <E>(
  name: string,
  options: SimulatorOptions,
  body: () => Effect.Effect<void, E, Simulator>,
) =>
  test(name, () =>
    Effect.andThen(TestClock.setTime(today), Effect.suspend(body)).pipe(
      Effect.provide(Simulator.layer(options) as Layer.Layer<Simulator>),
    ))

simulated(
  "a refresh returns a pair and invalidates the refresh token that was sent",
  {},
  () =>
    Effect.gen(function* () {
      const first = yield* postToken(refreshForm(simulatedRefreshToken))
      assert.equal(first.status, 200)
      assert.equal(first.body["expires_in"], 21_600)
      assert.equal(first.body["expires_at"], today / 1000 + 21_600)
      assert.equal("athlete" in first.body, false)
      assert.equal(first.headers["x-ratelimit-usage"], undefined)
      const again = yield* postToken(refreshForm(simulatedRefreshToken))
      assert.equal(again.status, 400)
      assert.deepEqual(again.body, {
        message: "Bad Request",
        errors: [{ resource: "RefreshToken", field: "refresh_token", code: "invalid" }],
      })
      const next = yield* postToken(refreshForm(String(first.body["refresh_token"])))
      assert.equal(next.status, 200)
      assert.equal(next.body["access_token"], first.body["access_token"])
    }),
)

simulated(
  "the access token stays the same while it has more than an hour left, and expires after six",
  {},
  () =>
    Effect.gen(function* () {
      const first = (yield* postToken(refreshForm(simulatedRefreshToken))).body
      yield* TestClock.adjust("299 minutes")
      const same = (yield* postToken(refreshForm(String(first["refresh_token"])))).body
      assert.equal(same["access_token"], first["access_token"])
      assert.equal(same["expires_in"], 61 * 60)
      yield* TestClock.adjust("1 minute")
      const other = (yield* postToken(refreshForm(String(same["refresh_token"])))).body
      assert.notEqual(other["access_token"], first["access_token"])
      assert.equal((yield* get("/athlete", String(first["access_token"]))).status, 200)
      yield* TestClock.adjust("1 hour")
      const dead = yield* get("/athlete", String(first["access_token"]))
      assert.equal(dead.status, 401)
      assert.deepEqual(JSON.parse(dead.text).errors, [
        { resource: "Athlete", field: "access_token", code: "invalid" },
      ])
      assert.equal((yield* get("/athlete", String(other["access_token"]))).status, 200)
    }),
)

simulated(
  "a code works once, and its response names the athlete",
  {},
  () =>
    Effect.gen(function* () {
      const form = {
        client_id: simulatedClientId,
        client_secret: simulatedClientSecret,
        grant_type: "authorization_code",
        code: simulatedCode,
      }
      const first = yield* postToken(form)
      assert.equal((first.body["athlete"] as { id: number }).id, 4_100_001)
      assert.equal((yield* get("/athlete", String(first.body["access_token"]))).status, 200)
      const second = yield* postToken(form)
      assert.equal(second.status, 400)
      assert.equal((yield* postToken({ ...form, client_secret: "wrong" })).status, 400)
      assert.equal((yield* postToken({ ...form, client_id: "" })).status, 400)
    }),
)

simulated(
  "a missing scope has its own 401 response",
  { scope: "read" },
  () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const token = yield* login
      const list = yield* get("/athlete/activities", token)
      assert.equal(list.status, 401)
      assert.deepEqual(JSON.parse(list.text).errors, [
        { resource: "AccessToken", field: "activity:read_permission", code: "missing" },
      ])
      const athlete = JSON.parse((yield* get("/athlete", token)).text)
      assert.equal(athlete.resource_state, 2)
      assert.equal("weight" in athlete || "bikes" in athlete, false)
      yield* simulator.grant("read,activity:read")
      const { body } = yield* postToken(refreshForm(`${simulatedRefreshToken}-2`))
      const all = (yield* listPages(String(body["access_token"]), "per_page=200")).flat()
      const secret = simulator.world.ids.filter((id) => simulator.world.summary(id)?.["private"])
      assert.ok(secret.length > 0)
      assert.equal(all.length, simulator.world.size - secret.length)
    }),
)

for (
  const query of [
    "per_page=200",
    "per_page=30",
    "per_page=200&after=1600000000",
    "per_page=57&before=1795000000",
  ]
) {
  simulated(
    `pages contain every activity once, although some are short: ${query}`,
    { limits: "none" },
    () =>
      Effect.gen(function* () {
        const found = yield* listPages(yield* login, query)
        const { world } = yield* Simulator
        assert.deepEqual(found.flat().map(({ id }) => id), world.ids)
        const size = Number(/per_page=(\d+)/.exec(query)![1])
        const short = found.slice(0, -1).filter((page) => page.length < size)
        assert.ok(short.length > 0, "no short page before the last")
      }),
  )
}

simulated(
  "before and after are exclusive, and a future after is a 400",
  { limits: "none" },
  () =>
    Effect.gen(function* () {
      const token = yield* login
      const { world } = yield* Simulator
      const starts = world.ids.map((id) =>
        Date.parse(String(world.summary(id)!["start_date"])) / 1000
      )
      const [after, before] = [starts[600]!, starts[500]!]
      const found = (yield* listPages(token, `per_page=200&after=${after}&before=${before}`)).flat()
      const expected = world.ids.filter((_, i) => starts[i]! > after && starts[i]! < before)
      assert.deepEqual(found.map(({ id }) => id), expected)
      const future = yield* get(`/athlete/activities?after=${after}000`, token)
      assert.equal(future.status, 400)
      assert.deepEqual(JSON.parse(future.text).errors, [
        { resource: "Application", field: "after", code: "future" },
      ])
      assert.equal((yield* get("/athlete/activities?page=x", token)).status, 400)
    }),
)

simulated(
  "with after, the oldest can come first",
  { afterOrder: "oldest", limits: "none" },
  () =>
    Effect.gen(function* () {
      const found = (yield* listPages(yield* login, "per_page=200&after=1")).flat()
      assert.deepEqual(found.map(({ id }) => id), (yield* Simulator).world.ids.toReversed())
    }),
)

const tight: SimulatedLimits = { overall: { short: 10, day: 30 }, read: { short: 5, day: 12 } }

simulated("requests beyond the 15-minute limit are refused and counted until the next window", {
  limits: tight,
}, () =>
  Effect.gen(function* () {
    const simulator = yield* Simulator
    const token = yield* login
    yield* TestClock.adjust("14 minutes")
    for (let i = 1; i <= 5; i++) {
      const { headers, status } = yield* get("/athlete", token)
      assert.equal(status, 200)
      assert.equal(headers["x-readratelimit-usage"], `${i},${i}`)
      assert.equal(headers["x-readratelimit-limit"], "5,12")
      assert.equal(headers["x-ratelimit-limit"], "10,30")
    }
    const refused = yield* get("/athlete", token)
    assert.equal(refused.status, 429)
    assert.deepEqual(JSON.parse(refused.text), {
      message: "Rate Limit Exceeded",
      errors: [{ resource: "Application", field: "read rate limit", code: "exceeded" }],
    })
    assert.equal(refused.headers["x-readratelimit-usage"], "6,6")
    yield* TestClock.adjust("59 seconds")
    assert.equal((yield* get("/athlete", token)).status, 429)
    yield* TestClock.adjust("1 second")
    const granted = yield* get("/athlete", token)
    assert.equal(granted.status, 200)
    assert.equal(granted.headers["x-readratelimit-usage"], "1,8")
    assert.deepEqual(
      (yield* simulator.requests).map(({ refused }) => refused),
      [false, false, false, false, false, false, true, true, false],
    )
    assert.equal((yield* simulator.requests).filter(({ quota }) => quota).length, 8)
  }))

simulated(
  "the day's limit holds until midnight UTC",
  { limits: tight },
  () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      yield* simulator.spend(12)
      yield* TestClock.setTime(Date.parse("2026-11-20T23:59:59Z"))
      const token = yield* login
      assert.equal((yield* get("/athlete", token)).status, 429)
      yield* TestClock.adjust("1 second")
      const { headers, status } = yield* get("/athlete", token)
      assert.equal(status, 200)
      assert.equal(headers["x-readratelimit-usage"], "1,1")
    }),
)

simulated(
  "limits can be changed and turned off at any time",
  { limits: tight },
  () =>
    Effect.gen(function* () {
      const simulator = yield* Simulator
      const token = yield* login
      yield* simulator.spend(5)
      assert.equal((yield* get("/athlete", token)).status, 429)
      yield* simulator.limit({ overall: { short: 20, day: 90 }, read: { short: 20, day: 80 } })
      const { headers, status } = yield* get("/athlete", token)
      assert.deepEqual([status, headers["x-readratelimit-limit"]], [200, "20,80"])
      yield* simulator.limit("none")
      for (let i = 0; i < 50; i++) assert.equal((yield* get("/athlete", token)).status, 200)
      assert.equal((yield* simulator.usage).read.short, 7)
    }),
)

simulated(
  "streams report no limits but are counted; activities without a file are 404",
  {},
  () =>
    Effect.gen(function* () {
      const { world } = yield* Simulator
      const token = yield* login
      const keys = "streams?keys=time,heartrate&key_by_type=true"
      const some = world.outlines.find(({ fileless, manual }) => !manual && !fileless)!.id
      const streams = yield* get(`/activities/${some}/${keys}`, token)
      assert.equal(streams.status, 200)
      assert.deepEqual(Object.keys(streams.headers).filter((name) => name.includes("limit")), [])
      assert.equal((yield* get("/athlete", token)).headers["x-ratelimit-usage"], "2,2")
      for (const kind of ["manual", "fileless"] as const) {
        const without = world.outlines.find((outline) => outline[kind])!.id
        const missing = yield* get(`/activities/${without}/${keys}`, token)
        assert.equal(missing.status, 404)
        assert.equal(missing.text, '{"message":"Resource Not Found","errors":[]}')
      }
      const byList = yield* get(`/activities/${some}/streams?keys=time`, token)
      assert.equal(JSON.parse(byList.text)[0].type, "time")
      const bare = yield* get(`/activities/${some}/streams`, token)
      assert.ok(bare.text === "[]" || JSON.parse(bare.text)[0].type === "distance")
    }),
)

simulated("details keep IDs beyond 2^53 to the last digit", {}, () =>
  Effect.gen(function* () {
    const { world } = yield* Simulator
    const token = yield* login
    const id = world.ids.find((id) =>
      (world.summary(id)?.["start_latlng"] as ReadonlyArray<unknown>)?.length === 2
    )!
    const { status, text } = yield* get(`/activities/${id}`, token)
    assert.equal(status, 200)
    const efforts = membersOf(text).get("segment_efforts")!
    const ids = [...efforts.matchAll(/"id":(\d{16,})/g)].map(([, digits]) => digits!)
    assert.ok(ids.length > 0)
    assert.ok(ids.some((digits) => String(Number(digits)) !== digits))
    assert.equal(JSON.parse(text).name, world.summary(id)!["name"])
    assert.equal((yield* get("/activities/1", token)).status, 404)
  }))

simulated("zones, stats and gear are available too", {}, () =>
  Effect.gen(function* () {
    const token = yield* login
    const zones = JSON.parse((yield* get("/athlete/zones", token)).text)
    assert.equal(zones.heart_rate.zones.at(-1).max, -1)
    const stats = JSON.parse((yield* get("/athletes/4100001/stats", token)).text)
    assert.ok(stats.all_run_totals.count > stats.ytd_run_totals.count)
    const athlete = JSON.parse((yield* get("/athlete", token)).text)
    for (const { id, name } of [...athlete.bikes, ...athlete.shoes]) {
      assert.equal(JSON.parse((yield* get(`/gear/${id}`, token)).text).name, name)
    }
    assert.equal((yield* get("/gear/b1", token)).status, 404)
    assert.equal((yield* get("/nonsense", token)).status, 404)
  }))

simulated("the server's clock is ahead by the skew, in dates, windows and tokens", {
  skew: "10 minutes",
  limits: tight,
}, () =>
  Effect.gen(function* () {
    const token = yield* login
    yield* (yield* Simulator).spend(4)
    yield* TestClock.adjust("5 minutes")
    const { headers } = yield* get("/athlete", token)
    assert.equal(headers["date"], "Fri, 20 Nov 2026 10:15:00 GMT")
    assert.equal(headers["x-readratelimit-usage"], "1,5")
  }))

simulated(
  "latency uses the caller's clock",
  { latency: "3 seconds" },
  () =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(Effect.andThen(login, Clock.currentTimeMillis))
      yield* TestClock.adjust("3 seconds")
      assert.equal(yield* Fiber.join(fiber), today + 3000)
    }),
)

simulated("withdrawing access invalidates all tokens", {}, () =>
  Effect.gen(function* () {
    const simulator = yield* Simulator
    const { body } = yield* postToken(refreshForm(simulatedRefreshToken))
    yield* simulator.expire
    assert.equal((yield* get("/athlete", String(body["access_token"]))).status, 401)
    yield* simulator.revoke
    assert.equal((yield* postToken(refreshForm(String(body["refresh_token"])))).status, 400)
  }))

simulated(
  "a token of another simulator is accepted with anyToken",
  { anyToken: true },
  () =>
    Effect.gen(function* () {
      assert.equal((yield* get("/athlete", `${simulatedAccessToken}-77`)).status, 200)
      assert.equal((yield* postToken(refreshForm(`${simulatedRefreshToken}-78`))).status, 200)
      assert.equal((yield* get("/athlete", "other")).status, 401)
    }),
)

simulated("a browser that authorizes returns with a code", {}, () =>
  Effect.gen(function* () {
    const simulator = yield* Simulator
    const query = new URLSearchParams({
      client_id: simulatedClientId,
      redirect_uri: "http://127.0.0.1:9/callback",
      response_type: "code",
      scope: "read,activity:read_all",
      state: "s1",
    })
    const { headers, status } = yield* simulator.handle({
      method: "GET",
      url: `https://www.strava.com/oauth/authorize?${query}`,
      headers: {},
      body: "",
    })
    assert.equal(status, 302)
    const back = new URL(headers["location"]!).searchParams
    assert.equal(back.get("state"), "s1")
    const { body } = yield* postToken({
      client_id: simulatedClientId,
      client_secret: simulatedClientSecret,
      grant_type: "authorization_code",
      code: back.get("code")!,
    })
    const token = String(body["access_token"])
    assert.equal((yield* get("/athlete/zones", token)).status, 401)
    assert.equal((yield* get("/athlete/activities", token)).status, 200)
  }))
