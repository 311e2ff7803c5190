/** The data directory of a demo, which contains a marker. */
import { Effect, FileSystem, Path, Schema } from "effect"
import { errorExitCode, exitCodes } from "../../base/exit.ts"
import { isThere } from "./isThere.ts"

/** File that marks a directory of a demo, which can be deleted and recreated. */
const marker = ".paceline-demo"

/** The directory exists and was not created by the demo. */
class FolderTaken extends Schema.TaggedError<FolderTaken>()("FolderTaken", {
  folder: Schema.String,
}) {
  override get message() {
    return `${this.folder} exists and was not created by the demo. Nothing was changed. Move it away, or ` +
      "use another directory: deno task demo --data DIR"
  }
  override readonly [errorExitCode] = exitCodes.configuration
}

/** True if the demo created `folder`. */
export const isDemo = Effect.fnUntraced(function* (folder: string) {
  return yield* isThere((yield* Path.Path).join(folder, marker))
})

/** Recreates the directory; fails if it exists and is not one of a demo. */
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
    "Created by: deno task demo. You can delete this directory at any time.\n",
    { mode: 0o600 },
  )
})
