/** Unpacked exports for tests. */
import { Effect, FileSystem } from "effect"

/** Writes files into a new folder, below `inside`, and returns the path of the folder. */
export const folderWith = Effect.fnUntraced(
  function* (files: Readonly<Record<string, string>>, inside = "") {
    const fs = yield* FileSystem.FileSystem
    const folder = yield* fs.makeTempDirectoryScoped()
    for (const [name, text] of Object.entries(files)) {
      const path = `${folder}/${inside}${name}`
      yield* fs.makeDirectory(path.slice(0, path.lastIndexOf("/")), { recursive: true })
      yield* fs.writeFileString(path, text)
    }
    return folder
  },
)
