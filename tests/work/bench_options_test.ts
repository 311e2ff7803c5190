/** The words after `deno task bench`: nothing is measured by mistake. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { benchOptions } from "../../tools/bench/options.ts"
import { test } from "../testing.ts"

const options = (...words: ReadonlyArray<string>) => benchOptions(words, ["peers", "steps"])

test("a benchmark runs only with a known case and known flags", () =>
  Effect.sync(() => {
    assert.deepEqual(options(), { chosen: undefined, quick: false, write: false })
    assert.deepEqual(options("steps", "--quick"), { chosen: "steps", quick: true, write: false })
    assert.match(String(options("--help")), /^Usage: deno task bench/)
    for (const words of [["nonsense"], ["--quik"], ["peers", "steps"], ["-h"]]) {
      assert.match(String(options(...words)), /^Cannot run the benchmark: "\S+" is unknown/)
    }
  }))
