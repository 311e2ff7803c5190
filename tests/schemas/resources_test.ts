/** Resources that a script declares are known while its scope is open. */
import { Effect, Schema } from "effect"
import assert from "node:assert/strict"
import { declare } from "../../schemas/Declaration.ts"
import {
  allResources,
  declarationOf,
  declareResources,
  isResource,
  ResourceTaken,
} from "../../schemas/resources.ts"
import { test } from "../testing.ts"

const segments = declare({
  schema: Schema.Struct({ id: Schema.Finite }),
  noun: "segments",
  counted: ["segment", "segments"],
  help: "Fetch segments",
  per: "activity",
  named: true,
  atOnce: { compared: 100, surveyed: 1_000, adopted: 100 },
})

test("a resource of a script is known until its last scope is closed, and comes last", () =>
  Effect.gen(function* () {
    const before = allResources()
    const inside = Effect.scoped(Effect.gen(function* () {
      yield* declareResources({ segments })
      yield* Effect.scoped(declareResources({ segments }))
      const names = allResources()
      assert.deepEqual(names, [...before, "segments"])
      const [name = "athlete"] = names.slice(-1)
      assert.equal(declarationOf(name), segments)
    }))
    yield* inside
    assert.deepEqual(allResources(), before)
    assert.ok(!isResource("segments"))
  }))

test("a script cannot take the name of another resource", () =>
  Effect.gen(function* () {
    const other = { ...segments }
    const taken = (declarations: Parameters<typeof declareResources>[0]) =>
      Effect.flip(Effect.scoped(declareResources(declarations)))
    assert.equal((yield* taken({ streams: segments })).resource, "streams")
    yield* Effect.scoped(Effect.gen(function* () {
      yield* declareResources({ segments })
      const error = yield* taken({ segments: other })
      assert.ok(error instanceof ResourceTaken)
      assert.match(error.message, /another resource has this name/)
    }))
    assert.ok(!isResource("segments"))
  }))
