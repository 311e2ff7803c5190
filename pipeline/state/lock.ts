/**
 * One run at a time: an exclusive `flock` that the kernel drops with the process, so a killed run
 * leaves no stale lock behind. Not for network file systems.
 */
import { Clock, Effect, type Scope } from "effect"
import { diskError, StateError } from "./StateError.ts"

/** Whether the open file still is the one at `path`: its last holder may have removed it meanwhile. */
const stillThere = (file: Deno.FsFile, path: string): boolean => {
  try {
    return file.statSync().ino === Deno.statSync(path).ino
  } catch {
    return false
  }
}

const open = (path: string): Deno.FsFile => {
  for (;;) {
    const file = Deno.openSync(path, { create: true, read: true, write: true, mode: 0o600 })
    if (!file.tryLockSync(true)) {
      file.close()
      const holder = Deno.readTextFileSync(path).trim()
      throw new StateError({ path, reason: "busy", detail: holder || "no name was left" })
    }
    if (stillThere(file, path)) return file
    file.close()
  }
}

/** How a later run names us. */
const describe = (now: number) => `process ${Deno.pid}, started ${new Date(now).toISOString()}\n`

/** Hold the lock at `path` for as long as the scope is open; fails at once, naming the holder. */
export const lock = Effect.fn("lock")(function* (path: string): Effect.fn.Return<
  void,
  StateError,
  Scope.Scope
> {
  const holder = describe(yield* Clock.currentTimeMillis)
  yield* Effect.acquireRelease(
    Effect.try({
      try: () => {
        const file = open(path)
        file.truncateSync()
        file.writeSync(new TextEncoder().encode(holder))
        return file
      },
      catch: (cause) => cause instanceof StateError ? cause : diskError(path)(cause),
    }),
    (file) =>
      Effect.sync(() => {
        // Somebody may have removed the file, or the folder, under us.
        if (stillThere(file, path)) Deno.removeSync(path)
        file.close()
      }),
  )
})
