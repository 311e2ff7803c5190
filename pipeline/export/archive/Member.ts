/** Something in a ZIP file or a folder, as listed there: its name is not checked yet. */
import type { Effect } from "effect"
import { formatNumber } from "../../output/kit/numbers.ts"
import type { EntryError } from "./EntryError.ts"
import { ExportError, useExport } from "./ExportError.ts"

/** Maximum number of members. An athlete with 10,000 activities and photos of each has 30,000. */
export const mostMembers = 100_000

export interface Member {
  /** Name as stored, with `/` between folders. */
  readonly name: string
  /** `special`: a device, a pipe or a socket. */
  readonly kind: "file" | "folder" | "link" | "special"
  /** Uncompressed size in bytes, as the list states them. */
  readonly size: number
  /** Text that changes whenever the content does. */
  readonly version: string
  /** Time of the last change, in milliseconds since 1970. */
  readonly modified: number
  /** Bytes of a file. */
  readonly read: Effect.Effect<Uint8Array, EntryError>
}

/** Returns the error for a ZIP file or folder with more than `most` members. */
export const tooManyMembers = (path: string, most: number): ExportError =>
  new ExportError({
    path,
    reason: "format",
    detail: `it has more than ${formatNumber(most)} files`,
    fix: useExport,
  })
