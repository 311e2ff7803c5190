/**
 * One run at a time: an exclusive `flock` that the kernel drops with the process, so a killed run
 * leaves no stale lock behind. Not for network file systems.
 */
import { Clock, Effect, type FileSystem, Path, type Scope } from "effect"
import { makeDirectory } from "../../../sinks/files/atomic.ts"
import { openSync } from "../../../sinks/files/regularFile.ts"
import type { SinkRegistry } from "../../../sinks/SinkKind.ts"
import { closing, systemCodeOf } from "../../../sinks/systemError.ts"
import { makePrivate } from "./privateFolder.ts"
import { stateDiskError, StateError } from "../StateError.ts"

/** Whether the open file still is the one at `path`: its last holder may have removed it meanwhile. */
const stillThere = (file: Deno.FsFile, path: string): boolean => {
  try {
    return file.statSync().ino === Deno.statSync(path).ino
  } catch {
    return false
  }
}

/** How the holder of `file` has named itself; by the open file, since it may be removed at any time. */
const holderOf = (file: Deno.FsFile): string => {
  const text = new Uint8Array(200)
  return new TextDecoder().decode(text.subarray(0, file.readSync(text) ?? 0)).trim() ||
    "one that left no name"
}

const open = (path: string): Deno.FsFile => {
  for (;;) {
    const file = openSync(path, { create: true, read: true, write: true, mode: 0o600 })
    if (!file.tryLockSync(true)) {
      const detail = holderOf(file)
      file.close()
      throw new StateError({ path, reason: "busy", detail })
    }
    if (stillThere(file, path)) return file
    file.close()
  }
}

/** How a later run names us. */
const describe = (now: number) => `process ${Deno.pid}, started ${new Date(now).toISOString()}\n`

/** Hold the lock at `path` for as long as the scope is open; fails at once, naming the holder. */
export const lockPath = Effect.fn("lock")(function* (path: string): Effect.fn.Return<
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
      catch: (cause) => cause instanceof StateError ? cause : stateDiskError(path)(cause),
    }),
    (file) =>
      // A lock file that cannot be removed stays: the kernel ends the lock itself with `close`.
      closing(() => {
        if (stillThere(file, path)) Deno.removeSync(path)
      }).pipe(Effect.andThen(closing(() => file.close()))),
  )
})

/** Keep runs away from `directory`, which is made if need be, for as long as the scope is open. */
export const lockDataDirectory = Effect.fn("lockFolder")(
  function* (directory: string): Effect.fn.Return<
    void,
    StateError,
    FileSystem.FileSystem | Path.Path | Scope.Scope | SinkRegistry
  > {
    const path = yield* Path.Path
    yield* makeDirectory(directory, { mode: 0o700 }).pipe(
      Effect.mapError(stateDiskError(path.join(directory, "state.db"))),
    )
    yield* makePrivate(directory)
    yield* lockPath(path.join(directory, "state.lock"))
  },
)

/** Returns the name that the run gave itself which holds the lock of `directory`; undefined if no run is active. */
export const activeRun = Effect.fn("running")(function* (directory: string) {
  const path = (yield* Path.Path).join(directory, "state.lock")
  return yield* Effect.scoped(Effect.gen(function* () {
    const file = yield* Effect.acquireRelease(
      Effect.try({ try: () => openSync(path, { read: true }), catch: (cause) => cause }),
      (file) => closing(() => file.close()),
    )
    return yield* Effect.try({
      try: () => {
        // Locked only for this line, because a run that starts at the same time would fail.
        const free = file.tryLockSync(false)
        if (free) file.unlockSync()
        return free ? undefined : holderOf(file)
      },
      catch: (cause) => cause,
    })
  })).pipe(
    Effect.catchIf(
      (cause) => systemCodeOf(cause) === "ENOENT",
      () => Effect.undefined,
    ),
    Effect.mapError(stateDiskError(path)),
  )
})
