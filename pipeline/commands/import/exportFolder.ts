/** A data directory that an export was imported to. */
import { Effect, FileSystem, Path } from "effect"
import { isOriginalName, originalsFolder } from "../../export/archive/originalNames.ts"
import { type Counts, isOnlyExport } from "../../state/ledger/counts.ts"
import { isThere } from "../process/isThere.ts"

/** Returns the number of original files in `data`. */
export const countOriginals = Effect.fnUntraced(function* (data: string) {
  const fs = yield* FileSystem.FileSystem
  const folder = (yield* Path.Path).join(data, originalsFolder)
  const names = yield* Effect.orElseSucceed(fs.readDirectory(folder), () => [])
  return names.filter(isOriginalName).length
})

/** True if everything in `data` was imported and there is no sign-in, so that no request is possible. */
export const hasOnlyExport = Effect.fnUntraced(function* (
  data: string,
  { sources }: Pick<Counts, "sources">,
) {
  const path = yield* Path.Path
  return isOnlyExport(sources) && !(yield* isThere(path.join(data, "tokens.json")))
})
