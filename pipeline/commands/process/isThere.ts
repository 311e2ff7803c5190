/** True if a file or folder is there. */
import { Effect } from "effect"
import { exists } from "../../../sinks/files/atomic.ts"
import { systemError } from "../../base/SystemError.ts"

/** Fails if the system does not say whether something is at `path`. */
export const isThere = (path: string) =>
  Effect.mapError(exists(path), systemError(`look at ${path}`))
