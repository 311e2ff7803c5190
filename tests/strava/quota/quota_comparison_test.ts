/** The measured rows of docs/quota.md, those that are cheap to measure again. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { read } from "../../../tools/files.ts"
import {
  comparisonRow,
  limiters,
  measureScenario,
  scenarios,
} from "../../../tools/quota_comparison.ts"
import { test } from "../../testing.ts"

const cells = (row: string) => row.split("|").map((cell) => cell.trim()).join("|")

for (
  const [scenario, name] of [[0, "Paceline"], [0, "fixed window, headers off"], [
    2,
    "Paceline",
  ]] as const
) {
  test(`docs/quota.md tells what is measured: ${scenarios[scenario]?.name} with ${name}`, () =>
    Effect.gen(function* () {
      const [at, limiter] = [scenarios[scenario], limiters[name]]
      assert.ok(at !== undefined && limiter !== undefined)
      const row = comparisonRow(name, yield* measureScenario(at, limiter))
      const section = read("docs/quota.md").split(`**${at.name}**`)[1]?.split("**")[0] ?? ""
      assert.ok(section.split("\n").map(cells).includes(cells(row)), row)
    }))
}
