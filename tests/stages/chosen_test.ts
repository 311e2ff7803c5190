/** `--activity` fetches what is stored of some activities again, and of no others. */
import { Effect, Layer, Schema } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { ActivityId } from "../../pipeline/commands/flags/ActivityId.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { memorySink } from "../delivery/MemorySink.ts"
import { requestCount, runFolder, runToEnd } from "../pipeline/running.ts"
import { test } from "../testing.ts"

const simulated = Effect.provide(
  Layer.fresh(Simulator.layer({ activities: 6, samples: 2, manual: 0 })),
  { local: true },
)

test("a chosen activity is fetched again with its details, in as many requests as it needs", () =>
  Effect.gen(function* () {
    const data = yield* runFolder
    const sink = memorySink("json")
    const { world } = yield* Simulator
    const run = (ids: ReadonlyArray<string>) =>
      runToEnd({
        data,
        sinks: [sink.source],
        last: "everything",
        options: { turnOn: ["details"], choice: { sports: [], ids } },
      })
    assert.equal((yield* run([])).code, 0)
    yield* TestClock.adjust("1 hour")
    const before = (yield* requestCount).length
    const chosen = String(world.ids[2])
    const { code, events } = yield* run([chosen, "1"])
    assert.equal(code, 0)
    const asked = (yield* requestCount).slice(before).map(({ path }) => path)
      .filter((path) => path.startsWith("/api/v3/activities/"))
    assert.deepEqual(asked.toSorted(), [
      `/api/v3/activities/${chosen}`,
      `/api/v3/activities/${chosen}/streams`,
    ])
    const notes = events.flatMap((event) => event._tag === "Note" ? [event.text] : [])
    assert.match(notes.join("\n"), /does not contain them: 1\. Check the number/)
    yield* TestClock.adjust("1 hour")
    const later = (yield* requestCount).length
    yield* run([])
    const more = (yield* requestCount).slice(later).map(({ path }) => path)
    assert.deepEqual(more.filter((path) => path.startsWith("/api/v3/activities/")), [])
  }).pipe(simulated))

test("an activity is named by its number or its address, and by nothing else", () =>
  Effect.sync(() => {
    const decode = Schema.decodeUnknownSync(ActivityId)
    for (
      const typed of [
        "123",
        "https://www.strava.com/activities/123",
        "strava.com/activities/123".replace(/^/, "http://"),
        "https://www.strava.com/activities/123/overview?x=1#y",
      ]
    ) assert.equal(decode(typed), "123")
    for (const wrong of ["", "0", "abc", "https://example.com/activities/123", "1'; --", "-1"]) {
      assert.throws(() => decode(wrong), /the number of an activity, or its address/, wrong)
    }
  }))
