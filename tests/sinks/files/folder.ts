/** Content of a folder, for tests. */
import { Effect, FileSystem, Option, Path } from "effect"

/** Returns every file under `directory`, with its time, inode and bytes. */
export const snapshot = (directory: string) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const names = yield* fs.readDirectory(directory, { recursive: true })
    const entries = yield* Effect.forEach(names.toSorted(), (name) =>
      Effect.gen(function* () {
        const file = path.join(directory, name)
        const { ino, mtime, type } = yield* fs.stat(file)
        if (type !== "File") return [name]
        const content = yield* fs.readFile(file)
        const text = new TextDecoder("latin1").decode(content)
        return [name, String(Option.getOrUndefined(ino)), Option.getOrUndefined(mtime), text]
      }))
    return JSON.stringify(entries)
  })
