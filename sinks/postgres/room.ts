/**
 * Whether the disk has room for the embedded PostgreSQL, which writes its log in segments of 16 MB: where
 * one does not fit, it spins for ever and hears no signal. So it is asked before and not after.
 */
import { Clock, Context, Effect } from "effect"
import { randomBytes } from "node:crypto"
import { cannotWrite, PostgresError } from "./PostgresError.ts"

const megabyte = 2 ** 20
/** Four segments: more than a batch fills, and than a new database takes. */
const needed = 64

/**
 * Take `bytes` of the disk at `path` and give them back. To read the free space would need a permission
 * (`--allow-sys`) that the program does without; this takes some 20 ms and seldom reaches the disk.
 */
const claim = async (path: string, bytes: number): Promise<void> => {
  using file = await Deno.open(path, { create: true, write: true, truncate: true })
  await Deno.remove(path)
  const block = randomBytes(megabyte) // zeros would take no room where the disk compresses
  for (let taken = 0; taken < bytes;) taken += await file.write(block)
}

/** How room is asked for: rejects with the system's error where there is none. */
export const Claim = Context.Reference<typeof claim>("paceline/sinks/postgres/Claim", {
  defaultValue: () => claim,
})

const isFull = (cause: unknown) =>
  cause instanceof Error && "code" in cause &&
  ["ENOSPC", "EDQUOT", "EFBIG"].includes(String(cause.code))

/** Fails with a `disk` error unless there is room beside the folder `dataDir`; asks once a second. */
export const ensureRoom = (dataDir: string): Effect.Effect<void, PostgresError> => {
  let asked = -Infinity
  return Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    if (now - asked < 1000 && now >= asked) return
    const take = yield* Claim
    yield* Effect.tryPromise({
      try: () => take(`${dataDir}.room`, needed * megabyte),
      catch: (cause) =>
        isFull(cause)
          ? new PostgresError({
            reason: "disk",
            detail: `fewer than ${needed} MB are free on the disk of ${dataDir}, and PostgreSQL ` +
              "needs them to write safely. Nothing was lost: everything waits in the state file. " +
              "Make room, then run again",
            cause,
          })
          : cannotWrite(`${dataDir}.room`, cause),
    })
    asked = now
  })
}
