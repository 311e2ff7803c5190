/** Reasons for which one entry of an export cannot be read; the others still can. */
import { Schema } from "effect"
import { systemCauseOf } from "../../../sinks/systemError.ts"
import { formatSize } from "../../output/kit/sizes.ts"
import { errorExitCode, exitCodes } from "../../base/exit.ts"
import { printableName } from "./memberNames.ts"

/**
 * Maximum uncompressed size of an entry in bytes. The longest activity files have some 30 MB; more is a
 * decompression bomb, or does not fit in memory with what is made of it.
 */
export const mostEntryBytes = 128 * 1024 ** 2

/** `unreadable`: the system reports an error. */
export class EntryError extends Schema.TaggedError<EntryError>()("EntryError", {
  name: Schema.String,
  reason: Schema.Literals([
    "missing",
    "damaged",
    "tooLarge",
    "encrypted",
    "unsupported",
    "unreadable",
  ]),
  /** Cause, as a clause that begins in lower case. */
  detail: Schema.String,
  cause: Schema.optionalKey(Schema.Defect()),
}) {
  override get message() {
    return `Cannot read ${printableName(this.name)} in the export: ${this.detail}`
  }
  override readonly [errorExitCode] = exitCodes.data
}

/** Returns the cause of an error of the system in words. */
export const causeWords = (cause: unknown): string =>
  systemCauseOf(cause) ?? (cause instanceof Error ? cause.message : String(cause))

/** Returns the error for an entry of `size` bytes, which is more than `mostEntryBytes`. */
export const entryTooLarge = (name: string, size: number): EntryError =>
  new EntryError({
    name,
    reason: "tooLarge",
    detail: `it has ${formatSize(size)} when unpacked, more than ${formatSize(mostEntryBytes)}`,
  })
