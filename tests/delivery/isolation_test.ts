/**
 * An unexpected error in a sink is reported as an error of that sink, and the other sinks get all
 * items.
 */
import { Effect, Stream } from "effect"
import assert from "node:assert/strict"
import { rm } from "node:fs/promises"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import type { Sink, SinkSource } from "../../sinks/Sink.ts"
import { test } from "../testing.ts"
import { memorySink } from "./MemorySink.ts"
import { holdsAll } from "../pipeline/model.ts"
import { beginTestRun, requestCount, runFolder, runToEnd, untilDone } from "../pipeline/running.ts"

const simulated = Effect.provide(
  Simulator.layer({ activities: 15, samples: 3, limits: "none" }),
)

const bug = Effect.die(new TypeError("not a function"))

/** Returns `source` with some methods of its sink replaced. */
const but = (source: SinkSource, other: (sink: Sink) => Partial<Sink>): SinkSource => ({
  ...source,
  open: Effect.map(source.open, (sink) => ({ ...sink, ...other(sink) })),
  look: Effect.map(source.look, (sink) => ({ ...sink, ...other(sink) })),
})

const thrown = (): never => {
  throw new TypeError("not a function")
}

/** Functions that make the sink of a source fail, by the place of the failure. */
const broken: Readonly<Record<string, (source: SinkSource) => SinkSource>> = {
  "opening it": (source) => ({ ...source, open: bug }),
  "a write": (source) => but(source, () => ({ write: () => bug })),
  "a write that throws": (source) => but(source, () => ({ write: thrown })),
  "an acknowledged write": (source) =>
    but(source, ({ write }) => ({ write: (batch) => Effect.andThen(write(batch), bug) })),
}

for (const [place, hurt] of Object.entries(broken)) {
  test(`a defect in ${place} is an error of that sink; the run and the other sink continue`, () =>
    Effect.gen(function* () {
      const good = memorySink("json")
      const bad = memorySink("postgres", [])
      const data = yield* runFolder
      const first = yield* runToEnd({ data, sinks: [good.source, hurt(bad.source)] })
      assert.equal(first.code, 69)
      assert.match(first.summary.sinks[1]?.error ?? "", /unexpected error: not a function/)
      yield* holdsAll(good)
      const sofar = (yield* requestCount).length
      const second = yield* runToEnd({ data, sinks: [good.source, bad.source] })
      assert.equal(second.code, 0)
      assert.equal((yield* requestCount).length, sofar)
      yield* holdsAll(bad)
    }).pipe(simulated))
}

/** Functions that make a sink fail at a place where the run only reports the error. */
const noted: Readonly<Record<string, (source: SinkSource) => SinkSource>> = {
  "explaining what is missing": (source) => but(source, () => ({ explain: () => bug })),
  "closing it": (source) => ({
    ...source,
    open: Effect.tap(source.open, () => Effect.addFinalizer(() => bug)),
  }),
}

for (const [place, hurt] of Object.entries(noted)) {
  test(`a defect in ${place} is reported, and the run completes`, () =>
    Effect.gen(function* () {
      const good = memorySink("json")
      const bad = memorySink("postgres", [])
      const { events, fiber } = yield* beginTestRun({
        data: yield* runFolder,
        sinks: [good.source, hurt(bad.source)],
      })
      const exit = yield* untilDone(fiber)
      assert.ok(exit._tag === "Success" && exit.value.code === 0, String(exit))
      assert.ok(
        events.some((event) => event._tag === "Note" && /not a function/.test(event.text)),
      )
      for (const sink of [good, bad]) yield* holdsAll(sink)
    }).pipe(simulated))
}

test("a defect in a sink that is read to fill another does not stop the run", () =>
  Effect.gen(function* () {
    const data = yield* runFolder
    const old = memorySink("json")
    const added = memorySink("csv")
    yield* runToEnd({ data, sinks: [old.source] })
    const sofar = (yield* requestCount).length
    const filled = yield* runToEnd({
      data,
      sinks: [added.source],
      others: [but(old.source, () => ({ kept: () => bug }))],
    })
    assert.equal(filled.code, 0)
    assert.equal((yield* requestCount).length, sofar + 2)
    assert.ok(filled.summary.lacks.length > 0)
  }).pipe(simulated))

test("a defect in a sink that is read to rebuild the state is reported as that sink's", () =>
  Effect.gen(function* () {
    const data = yield* runFolder
    const json = memorySink("json")
    yield* runToEnd({ data, sinks: [json.source] })
    for (const name of ["state.db", "state.db.prev"]) {
      yield* Effect.promise(() => rm(`${data}/${name}`))
    }
    const { fiber } = yield* beginTestRun({
      data,
      sinks: [but(json.source, () => ({ held: () => Stream.fromEffect(bug) }))],
      rebuild: true,
    })
    const exit = yield* untilDone(fiber)
    assert.ok(exit._tag === "Failure")
    assert.match(String(exit.cause), /StateError.*json sink: unexpected error: not a function/)
  }).pipe(simulated))
