/**
 * Purging by age, with the sinks of a run: what was received long enough ago goes from all of them, and
 * then the bytes of it. Whatever stops this, the next run goes on with it.
 */
import { Effect, FileSystem, Option, Path, type PlatformError } from "effect"
import { Delivery } from "../Delivery.ts"
import { notify } from "../Progress.ts"
import { StateFile } from "../state/StateFile.ts"
import type { PurgeCounts } from "../state/purge.ts"
import { removeReports } from "../state/reports.ts"
import { recordingsIn } from "./inventory.ts"

/** Files beside the sinks that hold what is old: the report, and recordings of then. */
const tidy = Effect.fnUntraced(
  function* (folder: string, cutoff: number, some: boolean) {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    // It was made of what goes now.
    if (some) {
      yield* fs.remove(path.join(folder, "report.html"), { force: true })
      yield* removeReports(folder)
    }
    let removed = 0
    for (const file of yield* recordingsIn(folder)) {
      const { mtime } = yield* fs.stat(file)
      if (Option.isNone(mtime) || mtime.value.getTime() > cutoff) continue
      yield* fs.remove(file, { force: true })
      removed++
    }
    return removed
  },
  Effect.catch((error: PlatformError.PlatformError) =>
    Effect.as(
      notify({
        _tag: "Note",
        text:
          `What is old could not be deleted from the folder: ${error.message}. The next run tries again`,
      }),
      0,
    )
  ),
)

/** Let no byte stay in the sinks that are open of what they have taken away, in this run or before. */
const clear = Effect.fnUntraced(function* () {
  const { purges } = yield* StateFile
  const uncleared = new Set(yield* purges.uncleared)
  if (uncleared.size === 0) return
  const waiting = yield* purges.waiting
  for (const sink of yield* (yield* Delivery).opened) {
    if (!uncleared.has(sink.name) || waiting.has(sink.name)) continue
    yield* sink.clear.pipe(
      Effect.andThen(purges.cleared(sink.name)),
      Effect.catchTag("SinkError", ({ detail }) =>
        notify({
          _tag: "Note",
          text: `What was purged is gone from ${sink.name}, but bytes of it may still be there: ` +
            `${detail}. The next run clears them`,
        })),
    )
  }
})

/**
 * Purge what was received at `cutoff` (milliseconds since 1970) or before, if there is one; gives how much
 * that was. What an earlier purge has left undone is done as well.
 */
export const purgeOlder = Effect.fn("purgeOlder")(function* (cutoff: number | undefined) {
  const state = yield* StateFile
  const delivery = yield* Delivery
  let counts: PurgeCounts = {}
  if (cutoff !== undefined) {
    const some = Object.keys(yield* state.purges.older(cutoff)).length > 0
    yield* tidy((yield* Path.Path).dirname(state.path), cutoff, some)
    if (some) {
      counts = yield* state.purges.purge(cutoff)
      yield* delivery.flush
    }
  }
  yield* clear()
  return counts
})
