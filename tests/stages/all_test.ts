/** The map of stages: each stage runs, and everything derived from the map is up to date. */
import { Effect } from "effect"
import assert from "node:assert/strict"

import { allResources } from "../../schemas/resources.ts"
import { lastStage, stages } from "../../pipeline/stages/all.ts"
import * as Stage from "../../pipeline/stages/Stage.ts"
import { read } from "../../tools/files.ts"
import { fetching } from "../../tools/reference.ts"
import { withStageTasks } from "./stageTasks.ts"
import { test } from "../testing.ts"

const holds = (name: string, check: () => void) => test(name, () => Effect.sync(check))

holds("every stage of the map runs, after the stages that it needs", () => {
  const order = [...Stage.ordered<unknown, unknown>(lastStage)]
  assert.deepEqual(order.map(({ name }) => name).toSorted(), [...Object.keys(stages)].toSorted())
  for (const [name, stage] of Object.entries(stages)) {
    assert.equal(stage.name, name)
    assert.ok(order.includes(stage), `${name} is not needed by the last stage, so it never runs`)
  }
  assert.equal(order.at(-1), lastStage)
})

holds("the run goes through the stages in the order of the map", () => {
  const order = [...Stage.ordered<unknown, unknown>(lastStage)].map(({ name }) => name)
  assert.deepEqual(order, Object.keys(stages))
})

holds("every resource of the API has a stage of its name", () => {
  const others = allResources().filter((resource) => !fetching.includes(resource))
  assert.deepEqual(others, ["export"])
})

holds("deno.json has a task for each stage", () => {
  const text = read("deno.json")
  assert.equal(
    text,
    withStageTasks(text),
    "Run: deno run -A tests/stages/stageTasks.ts && deno run -A tools/docs.ts",
  )
})

holds("a task that is missing or says something else is written again", () => {
  const text = read("deno.json")
  const without = text.replace(/ {4}"streams": \{[^}]*\},\n/, "")
  assert.notEqual(without, text)
  assert.equal(withStageTasks(without), withStageTasks(text))
  assert.equal(
    withStageTasks(text.replace("paceline streams", "paceline details")),
    withStageTasks(text),
  )
})
