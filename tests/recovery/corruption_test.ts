/** Hundreds of randomly damaged state files: nothing is lost silently or requested twice. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { TestClock } from "effect/testing"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { countOf } from "../../pipeline/state/ledger/counts.ts"
import { StateFile } from "../../pipeline/state/StateFile.ts"
import { Sinks } from "../../sinks/Sink.ts"
import { exitsOf } from "../faults/matrix.ts"
import { type MemorySink, memorySink } from "../delivery/MemorySink.ts"
import { rounds, test } from "../testing.ts"
import {
  add,
  down,
  missingIn,
  prepared,
  restoreState,
  runSetup,
  simulatedActivities,
  stateBytes,
} from "./lost.ts"

/** Returns a generator of numbers below 2^32, which repeats for the same seed. */
const random = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return (t ^ (t >>> 14)) >>> 0
}

type Bytes = Uint8Array<ArrayBuffer>

const flip = (bytes: Bytes, next: () => number) => {
  const at = next() % bytes.length
  bytes[at] = bytes[at]! ^ (1 << (next() % 8))
  return bytes
}

const damages: ReadonlyArray<(bytes: Bytes, next: () => number) => Bytes> = [
  flip,
  flip,
  // Flips a bit of the header.
  (bytes, next) => (flip(bytes.subarray(0, 100), next), bytes),
  (bytes, next) => {
    const at = next() % bytes.length
    return bytes.fill(next() & 0xff, at, at + 1 + next() % 5_000)
  },
  (bytes, next) => bytes.slice(0, next() % bytes.length),
  (bytes, next) => bytes.map(() => next() & 0xff),
  () => new Uint8Array(),
]

const tried = rounds(100, 500)

/** Delivers the items that `sink` lacks. Returns the number of pending streams, and the notes of the recovery. */
const deliver = Effect.fnUntraced(function* ({ items, source: { name } }: MemorySink) {
  const state = yield* StateFile
  for (const resource of ["athlete", "activities", "streams"] as const) {
    for (;;) {
      const batch = yield* state.batch(name, resource, { items: 100, bytes: 1e9 })
      if (batch.items.length === 0) break
      for (const item of batch.items) items.set(`${resource}/${item.id}`, item)
      yield* state.acknowledge(name, batch, [])
    }
  }
  const { items: counts } = yield* state.counts
  return { listed: countOf(counts, "streams", "listed"), notes: state.notes.join(" ") }
})

test("fault 12: each of many random damages is detected and repaired from backup and sinks, or refused", () =>
  Effect.gen(function* () {
    const { data, json, postgres, setup } = yield* prepared
    yield* add(4)
    postgres.hooks = { open: down }
    // The backup has undelivered responses for postgres, which are stored nowhere else.
    assert.equal((yield* runSetup(setup)).code, 69)
    postgres.hooks = {}
    const files = stateBytes(data)
    const whole = files.get("state.db")!
    const held = [new Map(json.items), new Map(postgres.items)] as const
    const outcomes = { sound: 0, repaired: 0, refused: 0 }

    for (let seed = 1; seed <= tried; seed++) {
      const next = random(seed)
      const damage = damages[seed % damages.length]!
      const bad = damage(whole.slice(), next)
      restoreState(data, new Map([...files, ["state.db", bad]]))
      const sinks = [
        memorySink("json", ["activities"], held[0]),
        memorySink("postgres", [], held[1]),
      ]
      const sources = sinks.map(({ source }) => source)
      const opened = yield* deliver(sinks[1]!).pipe(
        Effect.provide(StateFile.layer(data, ["json", "postgres"]), { local: true }),
        Effect.provideService(Sinks, sources),
        Effect.catchTag("StateError", (error) => Effect.succeed(error)),
      )
      if ("_tag" in opened) {
        outcomes.refused++
        // The damage looks like the version number of a newer program.
        assert.equal(opened.reason, "newer", `seed ${seed}: ${opened.message}`)
        assert.deepEqual(stateBytes(data).get("state.db"), bad, `seed ${seed}`)
        continue
      }
      const same = bad.length === whole.length && bad.every((byte, i) => byte === whole[i])
      outcomes[same ? "sound" : "repaired"]++
      assert.equal(opened.notes === "", same, `seed ${seed}: ${opened.notes}`)
      assert.equal(opened.listed, 0, `seed ${seed}: ${opened.notes}`)
      for (const sink of sinks) assert.deepEqual(yield* missingIn(sink), [], `seed ${seed}`)
    }
    const { repaired, refused } = outcomes
    assert.ok(repaired > 0.9 * tried && refused < 0.04 * tried, JSON.stringify(outcomes))
    assert.deepEqual(exitsOf(12), [])
  }).pipe(simulatedActivities(6)))

test("fault 12: after random damage a run needs only the requests of the list", () =>
  Effect.gen(function* () {
    const { data, json, postgres, setup } = yield* prepared
    yield* Simulator
    const files = stateBytes(data)
    for (let seed = 1; seed <= 14; seed++) {
      const bad = damages[seed % damages.length]!(files.get("state.db")!.slice(), random(seed))
      restoreState(data, new Map([...files, ["state.db", bad]]))
      const { code, requests, streams } = yield* runSetup(setup)
      if (code === 78) continue
      assert.deepEqual([code, requests, streams], [0, 2, []], `seed ${seed}`)
      for (const sink of [json, postgres]) assert.deepEqual(yield* missingIn(sink), [])
      yield* TestClock.adjust("1 minute")
    }
  }).pipe(simulatedActivities(6)))
