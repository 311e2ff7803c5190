/** A state file that is missing in a data directory that runs have used, which is not an empty directory. */
import { Effect, Option, Path, Schema } from "effect"
import { SinkRegistry } from "../../../sinks/SinkKind.ts"
import { errorExitCode, exitCodes } from "../../base/exit.ts"
import { refuseUnfinishedPurge } from "../../state/file/purgeMarker.ts"
import { taskLine } from "../../output/kit/line.ts"
import { isThere } from "./isThere.ts"

/** Paths in the data directory of files that runs leave next to the state file. */
export const traces = Effect.map(SinkRegistry, (sinks) => [
  "state.epoch",
  "state.db.prev",
  ...sinks.flatMap(({ mainFile, name }) => mainFile === undefined ? [] : [`${name}/${mainFile}`]),
])

export class StateFileMissing extends Schema.TaggedError<StateFileMissing>()("StateFileMissing", {
  folder: Schema.String,
}) {
  override get message() {
    return `The state file ${this.folder}/state.db is missing, although earlier runs used this ` +
      "directory. Nothing was changed. To recover from the backup of the last run or from the sinks, or " +
      `to see what to do, run: ${taskLine("pipeline", this.folder)}`
  }
  override readonly [errorExitCode] = exitCodes.data
}

/** True if `folder` has a state file; fails if it had one. */
export const stateFileIn = Effect.fnUntraced(function* (folder: string) {
  const path = yield* Path.Path
  const exists = (name: string) => isThere(path.join(folder, name))
  yield* refuseUnfinishedPurge(folder)
  if (yield* exists("state.db")) return true
  const isTrace = (name: string) => Effect.orElseSucceed(exists(name), () => false)
  if (Option.isSome(yield* Effect.findFirst(yield* traces, isTrace))) {
    return yield* new StateFileMissing({ folder })
  }
  return false
})
