/** The quota with an implausible `Date` header, which must not move or exhaust a window. */
import { Clock, Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { Simulator } from "../../../pipeline/simulator/Simulator.ts"
import { World } from "../../../pipeline/simulator/world/World.ts"
import { Quota } from "../../../pipeline/strava/quota/Quota.ts"
import { day, quarterHour } from "../../../pipeline/strava/quota/quotaWindow.ts"
import { test } from "../../testing.ts"
import { emptyLedger, emptyLog, layerQuota, sendAll, type UsageKind, withEvents } from "./load.ts"

const world = World.make({ activities: 1 })
const simulated = () => Simulator.layer({ world, anyToken: true, latency: 200 })

/** Time in the middle of a window. */
const now = Date.UTC(2026, 10, 23, 10, 7, 30)
const turns = Date.UTC(2026, 10, 23, 10, 15)
const at = (time: number) => TestClock.setTime(time)

const streams = (count: number): ReadonlyArray<UsageKind> =>
  Array.from({ length: count }, () => "withoutUsage")

const finished = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(self)
    while (fiber.pollUnsafe() === undefined) yield* TestClock.adjust("1 minute")
    return yield* Fiber.join(fiber)
  })

const years = 365 * day

for (const off of [-56 * years, -years, -9 * day, 9 * day, 7 * years, 7_000 * years]) {
  const date = new Date(now + off).toUTCString()
  for (const times of [1, Infinity]) {
    test(`fault 55: a Date header of ${date}, ${times} times, moves and exhausts no window`, () =>
      Effect.gen(function* () {
        yield* at(now - 4 * quarterHour)
        const ledger = emptyLedger()
        const log = yield* emptyLog
        // Past windows that a clock that is set back must not return to.
        yield* finished(sendAll(streams(330), 8)).pipe(Effect.provide(layerQuota(ledger)))
        yield* at(turns + 2 * quarterHour + 60_000)
        log.length = 0
        const headers = { date }
        yield* (yield* Simulator).fault({
          path: "/",
          response: { _tag: "Headers", headers },
          times,
        })
        const { events, value: ahead } = yield* withEvents(
          finished(
            Effect.andThen(
              sendAll(["withUsage", "withUsage", ...streams(148)], 4),
              Effect.gen(function* () {
                return (yield* (yield* Quota).serverTime) - (yield* Clock.currentTimeMillis)
              }),
            ),
          ),
        ).pipe(Effect.provide(layerQuota(ledger)))
        const end = turns + 3 * quarterHour
        assert.equal(log.filter(({ sent }) => sent < end).length, 100)
        assert.equal(log.filter(({ status }) => status === 429).length, 0)
        assert.ok(Math.max(...log.map(({ received }) => received)) < end + 60_000)
        assert.ok(Math.abs(ahead) < 5_000)
        assert.ok(Math.abs(Number(ledger.meta.get("clock") ?? 0)) < 5_000)
        const notes = events.flatMap((event) => event._tag === "Note" ? [event.text] : [])
        assert.equal(notes.length, 1)
        assert.match(notes[0] ?? "", /more than a day apart, so the limits are counted by this/)
      }).pipe(Effect.provide(simulated())))
  }
}

test("fault 55: a clock difference of years that an earlier version stored is not believed", () =>
  Effect.gen(function* () {
    yield* at(now)
    const ledger = emptyLedger()
    ledger.meta.set("clock", String(-9 * years))
    const time = yield* Effect.flatMap(Quota, (quota) => quota.serverTime).pipe(
      Effect.provide(layerQuota(ledger)),
    )
    assert.ok(Math.abs(time - now) < 5_000)
  }).pipe(Effect.provide(simulated())))
