/** A mistake on purpose: the diagnostics must report it, or they are broken and report nothing. */
import { Effect } from "effect"

export const forgotten = Effect.gen(function* () {
  Effect.log("never runs: `yield*` is missing")
})
