/** The program's memory does not grow with the number of times that its fibers wait. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { live } from "../testing.ts"

const main = new URL("../../pipeline/main.ts", import.meta.url).href
const effect = new URL(import.meta.resolve("effect")).href

/** Script that prints the bytes by which the heap grows while a fiber waits 20,000 times. */
const script = `
import ${JSON.stringify(main)}
import { Effect } from ${JSON.stringify(effect)}
const used = () => (gc(), Deno.memoryUsage().heapUsed)
const wait = (times) => Effect.repeat(Effect.yieldNow, { times })
await Effect.runPromise(wait(1_000))
const before = used()
let after = 0
await Effect.runPromise(Effect.andThen(wait(20_000), Effect.sync(() => after = used())))
console.log(after - before)
Deno.exit()
`

const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes)

live(
  "20,000 waits of a fiber do not grow the heap",
  () =>
    Effect.gen(function* () {
      const { stderr, stdout } = yield* Effect.promise(() =>
        new Deno.Command(Deno.execPath(), {
          args: ["eval", "--v8-flags=--expose-gc", "--ext=js", script],
          cwd: new URL("../..", import.meta.url),
          stdin: "null",
        }).output()
      )
      const printed = textOf(stdout)
      assert.match(printed, /^-?\d+\n$/, textOf(stderr))
      // With the leak, the heap grows by at least 8 MB.
      assert.ok(Number(printed) < 1_000_000, `${printed.trim()} bytes`)
    }),
)
