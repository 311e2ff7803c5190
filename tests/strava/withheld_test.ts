/** Data that Strava withholds from a token or an athlete: every endpoint reports the cause. */
import { Effect, Option } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { describeFault, faultFrom, missingScope } from "../../schemas/Fault.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { withheld } from "../../pipeline/strava/errors.ts"
import { stages } from "../../pipeline/stages/all.ts"
import { Strava } from "../../pipeline/strava/Strava.ts"
import type { StravaError } from "../../pipeline/strava/StravaError.ts"
import { test } from "../testing.ts"
import { calls, ended, failureOf, injectFault, layerRun, now, simulatedStrava } from "./client.ts"

/** Returns every request of the client, by name. */
const endpoints = Effect.gen(function* () {
  const strava = yield* Strava
  const { world } = yield* Simulator
  const id = String(world.ids[0] ?? 0)
  const asks = {
    athlete: strava.athlete,
    activities: strava.activities({ before: now / 1_000, page: 1 }),
    details: strava.item(stages.details.request(id)),
    streams: strava.item(stages.streams.request(id)),
    zones: strava.item(stages.zones.request("")),
    stats: strava.item(stages.stats.request(String(world.athleteId))),
    gear: strava.item(stages.gear.request("b7190031")),
  }
  return asks as Record<keyof typeof asks, Effect.Effect<unknown, StravaError>>
})

const withClient = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.andThen(TestClock.setTime(now), Effect.provide(self, layerRun({})))

const missing = (resource: string, field: string) =>
  JSON.stringify({
    message: "Authorization Error",
    errors: [{ resource, field, code: "missing" }],
  })

for (
  const [status, field] of [
    [401, "activity:read_permission"],
    [401, "profile:read_all_permission"],
    [401, "profile:read_all"],
    [403, "read_all"],
  ] as const
) {
  test(`every endpoint reports a token that lacks ${field} (${status}) after one request`, () =>
    withClient(Effect.gen(function* () {
      const requests = Object.entries(yield* endpoints)
      yield* injectFault("/api/v3", { _tag: "Status", status, body: missing("AccessToken", field) })
      for (const [name, request] of requests) {
        const error = yield* failureOf(request)
        assert.ok(error._tag === "ScopeMissing", name)
        assert.equal(error.scope, field)
        assert.equal(withheld(error), `the token lacks a permission (${field})`)
      }
      assert.equal((yield* calls).length, requests.length)
    })).pipe(Effect.provide(simulatedStrava())))
}

test("a 402 (subscribers only) is requested once, and other requests succeed", () =>
  withClient(Effect.gen(function* () {
    const { details, gear, stats, zones, ...others } = yield* endpoints
    for (const request of [details, gear, stats, zones]) {
      const error = yield* failureOf(request)
      assert.ok(error._tag === "Refused")
      assert.equal(error.status, 402)
      assert.match(withheld(error) ?? "", /subscribers only \(402\)/)
    }
    assert.equal((yield* calls).length, 4)
    for (const request of Object.values(others)) yield* ended(request)
  })).pipe(Effect.provide(simulatedStrava({ paid: ["details", "gear", "stats", "zones"] }))))

test("narrow scopes of the simulator withhold the same data as Strava's", () =>
  withClient(Effect.gen(function* () {
    const { athlete, details, gear, stats, zones } = yield* endpoints
    for (const request of [athlete, details, gear, stats]) yield* ended(request)
    const error = yield* failureOf(zones)
    assert.match(withheld(error) ?? "", /profile:read_all_permission/)
  })).pipe(Effect.provide(simulatedStrava({ scope: "read,activity:read_all" }))))

test("missing gear and activities are none, not an error", () =>
  withClient(Effect.gen(function* () {
    const strava = yield* Strava
    assert.ok(Option.isNone(yield* ended(strava.item(stages.gear.request("b1")))))
    assert.ok(Option.isNone(yield* ended(strava.item(stages.details.request("5")))))
  })).pipe(Effect.provide(simulatedStrava())))

test("an invalid token is not reported as a missing scope, and no other error is withheld", () =>
  Effect.sync(() => {
    for (
      const text of [
        missing("Athlete", "access_token"),
        missing("AccessToken", "access_token"),
        missing("Application", "client_id"),
        `{"message":"Authorization Error"}`,
        "",
      ]
    ) {
      assert.equal(missingScope(faultFrom(text)), undefined, text)
    }
    const second = faultFrom(
      `{"errors":[{"resource":"Athlete","field":"x","code":"invalid"},` +
        `{"resource":"AccessToken","field":"activity:read_permission","code":"missing"}]}`,
    )
    assert.equal(missingScope(second), "activity:read_permission")
    assert.match(describeFault(second), /activity:read_permission/)
    assert.match(missingScope(faultFrom(missing("AccessToken", ""))) ?? "", /does not name/)
    assert.equal(withheld({ _tag: "Refused", status: 404 }), undefined)
    assert.equal(withheld({ _tag: "Unreachable" }), undefined)
  }))
