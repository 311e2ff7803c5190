/** Room on the disk for a new pair of tokens, which is looked for before Strava is asked for one. */
import { Effect } from "effect"
import { dirname } from "node:path"
import { describeCode } from "../../../sinks/systemError.ts"
import { freeBytes } from "../../state/file/room.ts"
import { TokenFileError } from "./TokenFileError.ts"

/** Bytes that must be free for a new pair. */
const pairBytes = 64 * 1024

/** Fails if the disk is full: Strava would replace a pair whose successor could not be kept. */
export const ensureTokenSpace = (path: string, free = freeBytes) =>
  Effect.suspend(() => {
    if (free(path) >= pairBytes) return Effect.void
    const detail = describeCode("ENOSPC", dirname(path))
    return new TokenFileError({ path, reason: "disk", detail })
  })
