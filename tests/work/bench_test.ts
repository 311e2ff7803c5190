/** `deno task bench` starts no case by mistake, because a case takes minutes. */
import { Effect } from "effect"
import { Command } from "effect/cli"
import assert from "node:assert/strict"
import { bench } from "../../tools/bench.ts"
import { test } from "../testing.ts"

test("the benchmark runs only with a known case and known flags", () =>
  Effect.gen(function* () {
    for (const words of [["nonsense"], ["--quik"], ["peers", "steps"], ["--quick", "-x"]]) {
      const error = yield* Effect.flip(Command.runWith(bench, { version: "0" })(words))
      assert.equal(error._tag, "ShowHelp", words.join(" "))
    }
  }))
