/** Checks that a file or folder exists. */
import { Effect } from "effect"
import { exists } from "../../../sinks/files/atomic.ts"
import { systemError } from "../../base/SystemError.ts"

/** True if something exists at `path`. Fails if the system does not say. */
export const isThere = (path: string) =>
  Effect.mapError(exists(path), systemError(`look at ${path}`))
