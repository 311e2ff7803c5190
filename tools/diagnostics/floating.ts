/** A deliberate mistake. The diagnostics must report it; otherwise they do not work. */
import { Effect } from "effect"

export const forgotten = Effect.gen(function* () {
  Effect.log("never runs: `yield*` is missing")
})
