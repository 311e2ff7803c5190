/** The end of a process that a test has started. */
import { Effect } from "effect"

/** Kill it, if it still runs, and wait for its end. */
export const killed = (child: Deno.ChildProcess): Effect.Effect<void> =>
  Effect.promise(async () => {
    try {
      child.kill("SIGKILL")
    } catch {
      // It has ended by itself.
    }
    await child.status
  })
