/**
 * The lock of a data directory: an exclusive `flock`. The kernel releases it when the process ends, so a killed
 * run leaves no stale lock. Not reliable on network file systems.
 */
import { DateTime, Effect, type FileSystem, Path, type Scope } from "effect"
import { makeDirectory } from "../../../sinks/files/atomic.ts"
import { openSync } from "../../../sinks/files/regularFile.ts"
import type { SinkRegistry } from "../../../sinks/SinkKind.ts"
import { closing, systemCodeOf } from "../../../sinks/systemError.ts"
import { stateDiskError, StateError } from "../StateError.ts"
import { makePrivate } from "./privateFolder.ts"

/** True if the open file still is the one at `path`: its last holder could have removed it meanwhile. */
const stillThere = (file: Deno.FsFile, path: string): boolean => {
  try {
    return file.statSync().ino === Deno.statSync(path).ino
  } catch {
    return false
  }
}

/** Returns the text that the holder wrote to the file. Reads the open file, which can be removed at any time. */
const holderOf = (file: Deno.FsFile): string => {
  const text = new Uint8Array(200)
  return new TextDecoder().decode(text.subarray(0, file.readSync(text) ?? 0)).trim() ||
    "unknown process"
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

/** Returns the text by which another run names this one. */
const describe = (now: DateTime.Utc) => `process ${Deno.pid}, started ${DateTime.formatIso(now)}\n`

/** Holds the lock at `path` while the scope is open. Fails at once with `busy` and the holder's name. */
export const lockPath = Effect.fn("lock")(function* (path: string): Effect.fn.Return<
  void,
  StateError,
  Scope.Scope
> {
  const holder = describe(yield* DateTime.now)
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
      // A lock file that cannot be removed stays: `close` releases the lock itself.
      closing(() => {
        if (stillThere(file, path)) Deno.removeSync(path)
      }).pipe(Effect.andThen(closing(() => file.close()))),
  )
})

/** Locks `directory` while the scope is open, so that no other run uses it. Creates it if needed. */
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

/** Returns the text of the run that holds the lock of `directory`; undefined if no run is active. */
export const activeRun = Effect.fn("running")(function* (directory: string) {
  const path = (yield* Path.Path).join(directory, "state.lock")
  const failure = stateDiskError(path)
  return yield* Effect.scoped(Effect.gen(function* () {
    const file = yield* Effect.acquireRelease(
      Effect.try({ try: () => openSync(path, { read: true }), catch: failure }),
      (file) => closing(() => file.close()),
    )
    return yield* Effect.try({
      try: () => {
        // Locked only for this line, because a run that starts at the same time would fail.
        const free = file.tryLockSync(false)
        if (free) file.unlockSync()
        return free ? undefined : holderOf(file)
      },
      catch: failure,
    })
  })).pipe(
    Effect.catchIf(
      (error) => systemCodeOf(error.cause) === "ENOENT",
      () => Effect.undefined,
    ),
  )
})
