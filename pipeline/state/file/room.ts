/**
 * Disk space reserved for the responses in flight: a file next to the state file that occupies real blocks. A
 * commit that finds the disk full releases them and is repeated, so that no response is requested twice.
 */
import { Effect, Result, type Scope } from "effect"
import { statfsSync } from "node:fs"
import { dirname } from "node:path"
import { openSync } from "../../../sinks/files/regularFile.ts"
import { systemCodeOf } from "../../../sinks/systemError.ts"
import { formatSize } from "../../output/kit/sizes.ts"
import { stateDiskError, StateError } from "../StateError.ts"

/**
 * Bytes per response. The state file holds it compressed to a fifth or less and writes it twice (log and pages),
 * so this suffices for 2.5 MB of JSON, more than Strava sends for an all-day ride.
 */
const share = 1024 * 1024

/** Bytes per response on a nearly full disk: a ride of one hour. With less, no request is sent. */
const leastShare = share / 16

/** Largest part of the free bytes that is reserved: other files need the rest. */
const part = 1 / 4

/** Random bytes, because a file system cannot compress them. */
const noise = crypto.getRandomValues(new Uint8Array(64 * 1024))

export const roomPath = (path: string): string => `${path}.room`

const sizeOf = (file: string): number => {
  try {
    return Deno.statSync(file).size
  } catch (cause) {
    if (systemCodeOf(cause) === "ENOENT") return 0
    throw cause
  }
}

/** Returns the bytes available on the disk of a file; Infinity if unknown. */
export const freeBytes = (file: string): number => {
  try {
    const { bavail, bsize } = statfsSync(dirname(file))
    return bavail * bsize
  } catch {
    return Infinity
  }
}

/** True if the disk or a limit is full. Deno has no code for a file that is too large. */
const isFull = (cause: unknown): boolean =>
  ["ENOSPC", "EDQUOT", "EFBIG"].includes(systemCodeOf(cause) ?? "") ||
  /os error 27\b/.test(String(cause))

/** Appends bytes up to `size`, or as many as fit on the disk. */
const grow = (file: string, size: number): void => {
  const handle = openSync(file, { create: true, append: true, mode: 0o600 })
  try {
    for (let left = size - handle.statSync().size; left > 0;) {
      left -= handle.writeSync(noise.subarray(0, Math.min(left, noise.length)))
    }
  } catch (cause) {
    if (!isFull(cause)) throw cause
    // A disk quota, which the free bytes do not include: the state file itself needs some of it.
    if (systemCodeOf(cause) !== undefined) {
      handle.truncateSync(Math.floor(handle.statSync().size / 2))
    }
  } finally {
    handle.close()
  }
}

/** Deletes the file. It is created again before the next request. */
export const removeRoom = (path: string): void => {
  try {
    Deno.removeSync(roomPath(path))
  } catch (cause) {
    if (systemCodeOf(cause) !== "ENOENT") throw cause
  }
}

/** Releases the blocks of one response. Returns false if there are none. */
const release = (file: string): boolean => {
  const size = sizeOf(file)
  if (size === 0) return false
  Deno.truncateSync(file, Math.max(0, size - share))
  return true
}

export interface Room {
  /** Reserves room for this number of responses; fails with `disk` if the disk has too little. */
  ensure(responses: number): Effect.Effect<void, StateError>
  /**
   * Runs the commit of a response. If the disk is full, runs `fold` and repeats the commit, releasing room as
   * long as there is any. After that `ensure` fails, so that the run ends before its next request.
   */
  guard<A>(
    commit: Effect.Effect<A, StateError>,
    fold: Effect.Effect<void, StateError>,
  ): Effect.Effect<A, StateError>
}

/** Room of a state file that no responses are written to. */
export const unlimitedRoom: Room = { ensure: () => Effect.void, guard: (commit) => commit }

export const makeRoom = (path: string): Room => {
  const file = roomPath(path)
  let full = false

  const refuse = (detail: string) => new StateError({ path, reason: "disk", detail })

  const attempt = <A>(body: () => A) => Effect.try({ try: body, catch: stateDiskError(path) })

  const tooLittle = (responses: number) =>
    refuse(
      `its disk has less than ${
        formatSize(responses * leastShare / part)
      } left, and the response to the ` +
        "next request might need that. The request was not sent",
    )

  return {
    ensure: (responses) =>
      Effect.suspend(() =>
        full ? refuse("its disk is full. No other request was sent") : attempt(() => {
          const size = sizeOf(file)
          const wanted = responses * share
          if (size >= wanted) return true
          // At most half of the free space, because other files need some too.
          grow(file, Math.min(wanted, size + Math.floor(freeBytes(file) / 2)))
          return sizeOf(file) >= responses * leastShare
        })
      ).pipe(
        Effect.flatMap((isEnough) => isEnough ? Effect.void : tooLittle(responses)),
      ),
    guard: Effect.fnUntraced(function* <A>(
      commit: Effect.Effect<A, StateError>,
      fold: Effect.Effect<void, StateError>,
    ): Effect.fn.Return<A, StateError> {
      let folded = false
      for (;;) {
        const result = yield* Effect.result(commit)
        if (Result.isSuccess(result)) return result.success
        if (result.failure.reason !== "disk") return yield* result.failure
        full = true
        // The log can contain much that is already in the file.
        if (folded && !(yield* attempt(() => release(file)))) return yield* result.failure
        yield* Effect.ignore(fold)
        folded = true
      }
    }),
  }
}

/** Returns the room of the state file at `path`. The scope deletes its file. */
export const openRoom = (path: string): Effect.Effect<Room, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => makeRoom(path)),
    () => Effect.ignore(Effect.try(() => removeRoom(path))),
  )
