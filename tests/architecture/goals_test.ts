/** Exported names are counted where they are declared and used, and a missed goal is reported. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import {
  exportsByFile,
  namesDeclaredTwice,
  unusedExports,
} from "../../tools/architecture/exports.ts"
import { goalsOf, missedGoals } from "../../tools/architecture/goals.ts"
import { test } from "../testing.ts"

const exportsOf = (sources: Record<string, string>) =>
  exportsByFile(new Map(Object.entries(sources)))

test("an exported name that two files declare is found; a re-export declares nothing", () =>
  Effect.sync(() =>
    assert.deepEqual(
      namesDeclaredTwice(exportsOf({
        "a/A.ts": "export interface Row {}\nexport const one = 1",
        "b/B.ts": "type Row = 1\nexport { type Row }\nexport class Two {}",
        "c/C.ts": `export { one } from "../a/A.ts"\nexport function two() {}`,
      })),
      ["Row: a/A.ts, b/B.ts"],
    )
  ))

test("an export is used by an import, a re-export, a member of a namespace or a lazy import", () =>
  Effect.sync(() => {
    const used = {
      "a/A.ts": "export const one = 1, two = 2\nexport type Three = 3\nexport const four = 4",
      "a/B.ts": "export const make = 1\nexport type Made = 2\nexport const unused = 3",
      "a/C.ts": "export const whole = 1",
      "b/D.ts": [
        `import { one as first, type Three } from "../a/A.ts"`,
        `import * as B from "../a/B.ts"`,
        `export { two } from "../a/A.ts"`,
        `const lazy = () => import(${JSON.stringify("../a/C.ts")})`,
        "const made: B.Made = B.make",
      ].join("\n"),
    }
    assert.deepEqual(unusedExports(exportsOf(used)), ["a/A.ts: four", "a/B.ts: unused"])
  }))

const paths = (folder: string, count: number) =>
  Array.from({ length: count }, (_, nth) => `${folder}/${nth}.txt`)

test("a folder of 17 files exceeds the goal, and the message says how to meet it", () =>
  Effect.sync(() => {
    const missed = (count: number) =>
      missedGoals(
        goalsOf({ paths: paths("tests/golden", count), sources: new Map(), pages: new Map() }),
      )
    assert.deepEqual(missed(16), [])
    assert.deepEqual(missed(17), [
      "most files in one folder: 17, at most 16. Move files about one thing into a folder of its name.",
      `  All of them: deno task goals -- "most files in one folder"`,
      "  tests/golden/: 17",
    ])
  }))
