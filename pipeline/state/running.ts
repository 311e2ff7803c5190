/** Whether a run is going on, seen from beside it: by its lock, which goes with its process. */
import { Effect, Path } from "effect"

/** How the run that holds the lock of `directory` names itself; undefined where no run is going on. */
export const running = Effect.fn("running")(function* (directory: string) {
  const path = (yield* Path.Path).join(directory, "state.lock")
  return yield* Effect.sync((): string | undefined => {
    let file: Deno.FsFile | undefined
    try {
      file = Deno.openSync(path, { read: true })
      // Held for no longer than this line: a run that begins just now would meet it.
      const free = file.tryLockSync(false)
      if (free) file.unlockSync()
      return free ? undefined : Deno.readTextFileSync(path).trim() || "one that left no name"
    } catch {
      return undefined
    } finally {
      file?.close()
    }
  })
})
