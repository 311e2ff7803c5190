/** Whether a file or folder is there. */
import { Effect, FileSystem, Option } from "effect"

/** Not `FileSystem.exists`, which asks the system who we are, and a task may not. */
export const isThere = (path: string) =>
  Effect.map(
    Effect.option(Effect.flatMap(FileSystem.FileSystem, (fs) => fs.stat(path))),
    Option.isSome,
  )
