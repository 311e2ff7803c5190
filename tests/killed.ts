/** Ends processes that tests have started. */
import { Effect } from "effect"

/** Kills the process if it still runs, and waits until it has ended. */
export const killed = (child: Deno.ChildProcess): Effect.Effect<void> =>
  Effect.promise(async () => {
    try {
      child.kill("SIGKILL")
    } catch {
      // The process has already ended.
    }
    await child.status
  })
