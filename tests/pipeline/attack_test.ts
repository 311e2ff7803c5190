/** Hostile responses that say less than the stored ones, or say something impossible. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { DatabaseSync } from "node:sqlite"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { test } from "../testing.ts"
import { athlete, simulated } from "./daily.ts"

const respond = (path: string, body: string, times?: number) =>
  Effect.flatMap(
    Simulator,
    ({ fault }) => fault({ path, answer: { _tag: "Body", body }, ...(times && { times }) }),
  )

for (const seconds of [1.44e13, 9e14, 1e300, -1e308]) {
  test(`an elapsed time of ${seconds} s costs nothing but the end of that activity`, () =>
    Effect.gen(function* () {
      const { next, sink } = yield* athlete()
      const { world } = yield* Simulator
      yield* world.edit(world.ids[1] ?? 0, { elapsed_time: seconds })
      const { code } = yield* next(0)
      assert.equal(code, 0)
      assert.equal([...sink.items.keys()].filter((key) => key.startsWith("activities/")).length, 4)
      assert.equal((yield* next(1)).code, 0)
    }).pipe(simulated({ activities: 4 })))
}

test("a stored end that cannot be read is read as unknown", () =>
  Effect.gen(function* () {
    const { next, setup } = yield* athlete()
    yield* next(0)
    const db = new DatabaseSync(`${setup.data}/state.db`)
    db.exec("update summary set ended = 9000000000000000000; update item set status = 'listed'")
    db.close()
    assert.equal((yield* next(1)).code, 0)
  }).pipe(simulated({ activities: 4 })))

for (const body of [`{"message":"x"}`, `{"errors":[],"id":1}`, `{"heart_rate":null}`]) {
  test(`zones and stats that say ${body} replace nothing`, () =>
    Effect.gen(function* () {
      const { next, sink } = yield* athlete()
      yield* next(0)
      const before = [...sink.items].filter(([key]) => /^(zones|stats)\//.test(key))
      assert.equal(before.length, 2)
      yield* respond("/athlete/zones", body)
      yield* respond("/stats", body)
      const { code, paths } = yield* next(8)
      assert.equal(code, 0)
      assert.ok(paths.includes("/athlete/zones"))
      for (const [key, item] of before) assert.equal(sink.items.get(key)?.text, item.text)
    }).pipe(simulated({ activities: 4 })))
}

test("gear that says only its id replaces nothing", () =>
  Effect.gen(function* () {
    const { next, sink } = yield* athlete()
    yield* next(0)
    const [key = "", stored] = [...sink.items].find(([key]) => key.startsWith("gear/")) ?? []
    const id = key.slice("gear/".length)
    yield* respond(`/gear/${id}`, `{"id":"${id}","resource_state":1}`)
    const { paths } = yield* next(8, { force: true })
    assert.ok(paths.includes(`/gear/${id}`))
    assert.equal(sink.items.get(key)?.text, stored?.text)
  }).pipe(simulated({ activities: 4 })))
