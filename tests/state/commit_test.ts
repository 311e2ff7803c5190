/**
 * Group commits: several commits share a transaction, each is undone alone, and none completes
 * before it is durable.
 */
import { Effect, Exit, FileSystem, Layer } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import type { Checkpoint } from "../../pipeline/state/outbox/checkpoint.ts"
import { itemFrom } from "../../schemas/json/ParsedItem.ts"
import { StateFile } from "../../pipeline/state/StateFile.ts"
import { AthleteId } from "../../schemas/Athlete.ts"
import { type Failpoint, Failpoints } from "../../sinks/failpoints.ts"
import { jsonSink } from "../../sinks/json/JsonSink.ts"
import { requestCount, runFolder, runToEnd } from "../pipeline/running.ts"
import { test } from "../testing.ts"

const athlete = AthleteId.make(7)

const checkpoint = (id: number): Checkpoint => ({
  arrivals: [{
    item: itemFrom({ athlete, resource: "streams", id: String(id) }, `{"id":${id}}`, 5),
    start: id,
  }],
})

/** Returns a checkpoint with a valid item and one that cannot be stored. */
const bad = (id: number): Checkpoint => ({
  arrivals: [...checkpoint(id).arrivals ?? [], ...checkpoint(id).arrivals ?? []]
    .map((arrival, i) => i === 0 ? arrival : { ...arrival, start: Number.NaN }),
})

/** Runs `body` with a state file and the list of its transaction events since it was opened. */
const using = <A, E, R>(
  body: (state: StateFile["Service"], events: Array<string>) => Effect.Effect<A, E, R>,
  fault: (name: Failpoint) => void = () => {},
) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(Date.UTC(2026, 10, 23, 10, 7, 30))
    const data = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
    const events: Array<string> = []
    let open = false
    const hit = (name: Failpoint) => {
      if (!open || !name.startsWith("state.commit")) return
      events.push(name)
      fault(name)
    }
    const layer = StateFile.layer(data, ["json"]).pipe(
      Layer.provide(Layer.succeed(Failpoints, hit)),
    )
    return yield* StateFile.use((state) => {
      open = true
      return body(state, events)
    }).pipe(Effect.provide(layer, { local: true }))
  })

/** Runs all commits at the same time. */
const together = (
  { checkpoint }: StateFile["Service"],
  events: Array<string>,
  checkpoints: ReadonlyArray<Checkpoint>,
) =>
  Effect.forEach(
    checkpoints,
    (each) =>
      Effect.exit(checkpoint(each)).pipe(
        Effect.tap((exit) => Effect.sync(() => void events.push(exit._tag))),
      ),
    { concurrency: "unbounded" },
  )

const stored = (state: StateFile["Service"]) =>
  Effect.map(
    state.batch("json", "streams", { items: 99, bytes: 1e6 }),
    ({ items }) => items.map(({ id }) => Number(id)).sort((a, b) => a - b),
  )

test("eight simultaneous checkpoints share one transaction and complete once it is durable", () =>
  using((state, events) =>
    Effect.gen(function* () {
      yield* together(state, events, [1, 2, 3, 4, 5, 6, 7, 8].map(checkpoint))
      assert.deepEqual(events, [
        "state.committing",
        "state.committed",
        ...Array.from({ length: 8 }, () => "Success"),
      ])
      assert.deepEqual(yield* stored(state), [1, 2, 3, 4, 5, 6, 7, 8])
    })
  ))

test("one invalid checkpoint among eight is undone completely, and only it fails", () =>
  using((state, events) =>
    Effect.gen(function* () {
      const eight = [1, 2, 3, 4, 5, 6, 7, 8].map((id) => id === 3 ? bad(id) : checkpoint(id))
      const exits = yield* together(state, events, eight)
      assert.deepEqual(
        exits.map(Exit.isSuccess),
        [true, true, false, true, true, true, true, true],
      )
      assert.deepEqual(events.slice(0, 2), ["state.committing", "state.committed"])
      assert.deepEqual(yield* stored(state), [1, 2, 4, 5, 6, 7, 8])
    })
  ))

test("a failed commit fails for all its checkpoints, and the next one succeeds", () => {
  let fails = true
  return using(
    (state, events) =>
      Effect.gen(function* () {
        const exits = yield* together(state, events, [1, 2, 3].map(checkpoint))
        assert.deepEqual(exits.map(Exit.isFailure), [true, true, true])
        fails = false
        assert.deepEqual(yield* stored(state), [])
        yield* together(state, events, [1, 2].map(checkpoint))
        assert.deepEqual(yield* stored(state), [1, 2])
      }),
    (name) => {
      if (fails && name === "state.committing") throw new Error("the file is malformed")
    },
  )
})

test("after a full disk, all checkpoints of the transaction are retried", () => {
  let attempts = 0
  return using(
    (state, events) =>
      Effect.gen(function* () {
        const exits = yield* together(state, events, [1, 2, 3].map(checkpoint))
        assert.deepEqual(exits.map(Exit.isSuccess), [true, true, true])
        assert.deepEqual(yield* stored(state), [1, 2, 3])
      }),
    (name) => {
      if (name === "state.committing" && ++attempts === 1) throw new Error("disk is full")
    },
  )
})

test("a batch is read without a transaction", () =>
  using((state, events) =>
    Effect.gen(function* () {
      yield* state.checkpoint(checkpoint(1))
      const before = events.length
      assert.deepEqual(yield* stored(state), [1])
      assert.equal(events.length, before)
    })
  ))

test("a commit stores the current quota, not an earlier one", () =>
  using((state) =>
    Effect.gen(function* () {
      let used = 1
      const quota = () => ({
        facts: { used: String(used) },
        rows: [{ bucket: "read15", start: 0, used, cap: 100 }],
      })
      yield* state.saveQuota(quota, { durable: false })
      used = 2
      yield* state.checkpoint(checkpoint(1))
      assert.deepEqual((yield* state.quota).map(({ used }) => used), [2])
      assert.equal(yield* state.meta("used"), "2")
    })
  ))

/** Returns the number of transactions of a run over this many activities. */
const transactionsOf = (activities: number) =>
  Effect.gen(function* () {
    const data = yield* runFolder
    let count = 0
    const hit = (name: Failpoint) => void (count += name === "state.committed" ? 1 : 0)
    const { code } = yield* runToEnd({ data, sinks: [jsonSink(`${data}/json`)] }).pipe(
      Effect.provideService(Failpoints, hit),
    )
    assert.equal(code, 0)
    return { count, requests: (yield* requestCount).length }
  }).pipe(Effect.provide(Simulator.layer({ activities, samples: 3, manual: 0, limits: "none" })))

test("an activity costs less than one transaction of the state file", () =>
  Effect.gen(function* () {
    const [few, many] = [yield* transactionsOf(20), yield* transactionsOf(120)]
    assert.equal(many.requests - few.requests, 100)
    const each = (many.count - few.count) / 100
    assert.ok(each < 1, `${each} transactions per activity`)
  }))
