/**
 * Purges by age in the sinks of a run: deletes what was received long enough ago, then erases its
 * bytes. If this is interrupted, the next run continues it.
 */
import { Effect, FileSystem, Option, Path, type PlatformError } from "effect"
import { Delivery } from "../delivery/Delivery.ts"
import { originalName, originalsFolder } from "../export/archive/originalNames.ts"
import { quantity } from "../output/kit/plurals.ts"
import { advanced } from "../base/CommandProgress.ts"
import { notify } from "../base/Progress.ts"
import { StateFile } from "../state/StateFile.ts"
import type { PurgeCounts } from "../state/outbox/purge.ts"
import { isDerivedFile } from "../state/file/files.ts"
import { isReportFile, removeReports } from "../state/file/reports.ts"
import { isTrackFile, trackFormats } from "../state/file/files.ts"
import { fallBack } from "./fallback.ts"
import { recordingsIn } from "./inventory.ts"

const untidyError = (error: PlatformError.PlatformError) =>
  notify({
    _tag: "Note",
    text:
      `Cannot delete old reports, tracks, recordings or original files: ${error.message}. The next ` +
      "run tries again",
  })

const untidy = Effect.catch(untidyError)

/** Deletes the reports, because they might show the data that is deleted now. */
const withoutReports = Effect.fnUntraced(function* (folder: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  for (const name of yield* fs.readDirectory(folder)) {
    // The cache of reports has values of deleted activities too.
    if (!isReportFile(name) && !isDerivedFile(name)) continue
    yield* fs.remove(path.join(folder, name), { force: true })
  }
  const unreachable = yield* removeReports(folder)
  if (unreachable.length === 0) return
  yield* notify({
    _tag: "Note",
    text:
      `Cannot delete ${unreachable.join(", ")}: reports that might show deleted data. The next ` +
      "purge tries again",
  })
}, untidy)

/** Deletes the exported tracks in the data directory, because they might be of activities that are deleted now. */
const withoutTracks = Effect.fnUntraced(function* (folder: string) {
  const fs = yield* FileSystem.FileSystem
  const { join } = yield* Path.Path
  for (const format of trackFormats) {
    const names = yield* fs.readDirectory(join(folder, format)).pipe(
      Effect.catchReason("PlatformError", "NotFound", () => Effect.succeed([])),
    )
    for (const name of names) {
      if (isTrackFile(format, name)) yield* fs.remove(join(folder, format, name), { force: true })
    }
  }
}, untidy)

/** Deletes recordings that were last changed at `cutoff` (milliseconds since 1970) or before. */
const withoutRecordings = Effect.fnUntraced(function* (folder: string, cutoff: number) {
  const fs = yield* FileSystem.FileSystem
  for (const file of yield* recordingsIn(folder)) {
    const { mtime } = yield* fs.stat(file)
    if (Option.isNone(mtime) || mtime.value.getTime() > cutoff) continue
    yield* fs.remove(file, { force: true })
  }
}, untidy)

/** Deletes the original files of activities that were deleted at Strava. */
const withoutUnwanted = Effect.fnUntraced(function* (folder: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const { purges } = yield* StateFile
  for (const file of yield* purges.originalsToDelete) {
    const original = path.join(folder, originalsFolder, originalName(file))
    yield* fs.remove(original, { force: true })
    yield* purges.recordOriginalDeleted(file)
  }
}, Effect.catchTag("PlatformError", untidyError))

/** Erases the bytes of everything that the open sinks have deleted, in this run or before. */
const clear = Effect.fnUntraced(function* () {
  const { purges } = yield* StateFile
  const uncleared = new Set(yield* purges.unerased)
  if (uncleared.size === 0) return
  const sinks = (yield* (yield* Delivery).opened).filter(({ name }) => uncleared.has(name))
  for (const [index, sink] of sinks.entries()) {
    yield* advanced("sinks", index, sinks.length)
    yield* sink.clear.pipe(
      Effect.andThen(purges.recordErased(sink.name)),
      Effect.catchTag("SinkError", ({ detail }) =>
        notify({
          _tag: "Note",
          text: `Data was deleted from the ${sink.name} sink, but bytes of it might be left:  ` +
            `${detail}. The next run erases them`,
        })),
    )
  }
})

/**
 * Purges what was received from the API at `cutoff` (milliseconds since 1970) or before, if there is one. An
 * activity that an export contains too falls back to that version. Then removes
 * the bytes of all that was deleted, also at Strava, and what an earlier run has left undone of that.
 * Returns the number of purged items.
 */
export const purgeOlder = Effect.fn("purgeOlder")(function* (cutoff: number | undefined) {
  const state = yield* StateFile
  const delivery = yield* Delivery
  const folder = (yield* Path.Path).dirname(state.path)
  let counts: PurgeCounts = {}
  if (cutoff !== undefined) {
    yield* withoutRecordings(folder, cutoff)
    if (Object.keys(yield* state.purges.older(cutoff)).length > 0) {
      counts = yield* state.purges.purge(cutoff)
    }
  }
  const restored = yield* fallBack()
  const hasFallenBack = restored > 0
  if (hasFallenBack) {
    yield* notify({
      _tag: "Note",
      text: `Kept in the version of your export: ${quantity(restored, "purged item")}`,
    })
  }
  if (hasFallenBack || Object.keys(counts).length > 0) yield* delivery.flush
  yield* withoutUnwanted(folder)
  if (yield* state.purges.deletedNow) {
    yield* withoutReports(folder)
    yield* withoutTracks(folder)
  }
  yield* clear()
  return counts
})
