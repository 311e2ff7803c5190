/** Disk space for a new pair of tokens, checked before Strava is asked for one. */
import { Effect } from "effect"
import { dirname } from "node:path"
import { describeCode } from "../../../sinks/systemError.ts"
import { freeBytes } from "../../state/file/room.ts"
import { TokenFileError } from "./TokenFileError.ts"

/** Free bytes required for a new pair. */
const pairBytes = 64 * 1024

/**
 * Fails if the disk is full, because Strava would replace the pair and the new one could not be stored.
 */
export const ensureTokenSpace = (path: string, free = freeBytes) =>
  Effect.suspend(() => {
    if (free(path) >= pairBytes) return Effect.void
    const detail = describeCode("ENOSPC", dirname(path))
    return new TokenFileError({ path, reason: "disk", detail })
  })
