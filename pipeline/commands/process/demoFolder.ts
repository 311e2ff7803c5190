/** The folder of a demo, which is told by a marker in it. */
import { Effect, FileSystem, Path, Schema } from "effect"
import { errorExitCode, exitCodes } from "../../base/exit.ts"
import { isThere } from "./isThere.ts"

/** What says that a folder is a demo's, and may be made anew. */
const marker = ".paceline-demo"

/** `./demo` is there and not ours to empty. */
class FolderTaken extends Schema.TaggedError<FolderTaken>()("FolderTaken", {
  folder: Schema.String,
}) {
  override get message() {
    return `${this.folder} exists and was not made by the demo, so it was left alone. ` +
      "Move it away, or give another folder: deno task demo --data FOLDER"
  }
  override readonly [errorExitCode] = exitCodes.configuration
}

/** Whether `folder` was made by the demo. */
export const isDemo = Effect.fnUntraced(function* (folder: string) {
  return yield* isThere((yield* Path.Path).join(folder, marker))
})

/** Make the demo's folder anew, if what is there is a demo's. */
export const emptyFolder = Effect.fnUntraced(function* (folder: string) {
  const fs = yield* FileSystem.FileSystem
  const mark = (yield* Path.Path).join(folder, marker)
  if (yield* isThere(folder)) {
    if (!(yield* isThere(mark))) return yield* new FolderTaken({ folder })
    yield* fs.remove(folder, { recursive: true })
  }
  yield* fs.makeDirectory(folder, { recursive: true, mode: 0o700 })
  yield* fs.writeFileString(
    mark,
    "Made by: deno task demo. Delete this folder whenever you like.\n",
    { mode: 0o600 },
  )
})
