/** Room for responses in flight: reserved before a request, released on a full disk, deleted at the end. */
import { Effect, Exit, FileSystem, Runtime } from "effect"
import assert from "node:assert/strict"
import { makeRoom, removeRoom, roomPath } from "../../pipeline/state/file/room.ts"
import { StateError } from "../../pipeline/state/StateError.ts"
import { exitsOf } from "../faults/matrix.ts"
import { live } from "../testing.ts"

const megabyte = 1024 * 1024

const prepared = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const path = `${yield* fs.makeTempDirectoryScoped()}/state.db`
  const size = Effect.map(fs.stat(roomPath(path)), (info) => Number(info.size))
  return { path, room: makeRoom(path), size, exists: fs.exists(roomPath(path)) }
})

/** Returns a commit that succeeds from attempt `works` on. */
const commitFrom = (works: number, path: string, reason: "disk" | "damaged" = "disk") => {
  const attempts = { count: 0 }
  const commit = Effect.suspend(() =>
    ++attempts.count < works
      ? new StateError({ path, reason, detail: "database or disk is full" })
      : Effect.succeed("kept")
  )
  return { attempts, commit }
}

live(
  "fault 7: room is reserved for each request in flight, and stays reserved for later ones",
  () =>
    Effect.gen(function* () {
      const { exists, path, room, size } = yield* prepared
      yield* room.ensure(1)
      assert.equal(yield* size, megabyte)
      yield* room.ensure(3)
      yield* room.ensure(1)
      assert.equal(yield* size, 3 * megabyte)
      removeRoom(path)
      removeRoom(path)
      assert.equal(yield* exists, false)
    }),
)

live(
  "fault 7: a response uses the reserved room if the disk is full, and no other request starts",
  () =>
    Effect.gen(function* () {
      const { path, room, size } = yield* prepared
      yield* room.ensure(3)
      let folds = 0
      const fold = Effect.sync(() => void folds++)
      // The first attempt fails, and so does the second, after the log was emptied; then room is
      // released.
      const { commit } = commitFrom(4, path)
      assert.equal(yield* room.guard(commit, fold), "kept")
      assert.deepEqual([yield* size, folds], [megabyte, 3])
      const error = yield* Effect.flip(room.ensure(1))
      assert.match(error.message, /its disk is full. No other request was sent/)
      assert.deepEqual([Runtime.getErrorExitCode(error)], exitsOf(7))
      // Responses of other requests in flight are stored too, until no room is left.
      assert.equal(yield* room.guard(commitFrom(3, path).commit, fold), "kept")
      assert.ok(Exit.isFailure(yield* Effect.exit(room.guard(commitFrom(9, path).commit, fold))))
    }),
)

live(
  "other errors of the state file are not retried, and a successful commit uses no reserved room",
  () =>
    Effect.gen(function* () {
      const { path, room, size } = yield* prepared
      yield* room.ensure(1)
      assert.equal(yield* room.guard(commitFrom(1, path).commit, Effect.void), "kept")
      const { attempts, commit } = commitFrom(9, path, "damaged")
      assert.ok(Exit.isFailure(yield* Effect.exit(room.guard(commit, Effect.void))))
      assert.equal(attempts.count, 1)
      assert.equal(yield* size, megabyte)
      yield* room.ensure(2)
    }),
)
