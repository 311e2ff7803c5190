/** A program that says that its thread is blocked, and then is, until a signal ends it. */
import { Effect } from "effect"
import { endedBySignals, runMain } from "../../../pipeline/base/runMain.ts"

const block = Effect.sync(() => {
  Deno.stdout.writeSync(new TextEncoder().encode("blocked\n"))
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
})

// The handlers are back after the first.
runMain(Effect.andThen(endedBySignals(Effect.void), endedBySignals(block)))
