/** The program in the pages is the bundle of its source. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { bundle } from "../../tools/client.ts"
import { live } from "../testing.ts"

live(
  "site/client.js is the bundle of client/main.ts; otherwise run: deno run -A tools/client.ts",
  () =>
    Effect.gen(function* () {
      const stored = new URL("../../pipeline/report/site/client.js", import.meta.url)
      const built = yield* Effect.promise(bundle)
      assert.ok(built === Deno.readTextFileSync(stored), "run: deno run -A tools/client.ts")
    }),
)
