/** A program that prints a line and then blocks its thread until a signal ends it. */
import { Effect } from "effect"
import { endedBySignals, runMain } from "../../../pipeline/base/runMain.ts"

const block = Effect.sync(() => {
  Deno.stdout.writeSync(new TextEncoder().encode("blocked\n"))
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
})

// The first call restores the signal handlers, so that the second must remove them again.
runMain(Effect.andThen(endedBySignals(Effect.void), endedBySignals(block)))
