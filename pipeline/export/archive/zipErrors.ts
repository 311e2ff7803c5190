/** Errors of the ZIP library as errors of an export or of one entry in it. */
import type * as Zip from "@zip.js/zip.js"
import { Predicate } from "effect"
import { systemCauseOf } from "../../../sinks/systemError.ts"
import { EntryError } from "./EntryError.ts"
import { downloadAgain, exportDiskError, ExportError } from "./ExportError.ts"

type Library = typeof Zip

/** Returns the words of an error, with the reason that the library states next to them. */
const wordsOf = (cause: unknown): string => {
  const words = cause instanceof Error ? cause.message : String(cause)
  return Predicate.hasProperty(cause, "reason") ? `${words}: ${cause.reason}` : words
}

/** Returns the error for a ZIP file that cannot be listed. */
export const listingError = (zip: Library, path: string) => (cause: unknown): ExportError => {
  if (cause instanceof ExportError) return cause
  if (systemCauseOf(cause) !== undefined) return exportDiskError(path)(cause)
  const words = wordsOf(cause)
  const damaged = (detail: string, fix = downloadAgain) =>
    new ExportError({ path, reason: "damaged", detail, fix, cause })
  switch (words) {
    case zip.ERR_BAD_FORMAT:
    case zip.ERR_EOCDR_NOT_FOUND:
      return damaged(
        "the end of the ZIP file is missing or damaged, as if its download was cut off",
      )
    case zip.ERR_SPLIT_ZIP_FILE:
      return damaged("it is one part of a ZIP file in several parts")
    case zip.ERR_ENCRYPTED_CENTRAL_DIRECTORY:
      return damaged(
        "its list of files is encrypted",
        "Unpack it with its password, and give the folder",
      )
    default:
      return damaged(`the list of files in the ZIP file is damaged (${words})`)
  }
}

/** Returns the error for an entry that cannot be read. */
export const readingError =
  (zip: Library, name: string, declared: number) => (cause: unknown): EntryError => {
    const words = wordsOf(cause)
    const error = (reason: EntryError["reason"], detail: string) =>
      new EntryError({ name, reason, detail, cause })
    const system = systemCauseOf(cause)
    if (system !== undefined) return error("unreadable", system)
    switch (words) {
      case zip.ERR_ENCRYPTED:
      case zip.ERR_UNSUPPORTED_ENCRYPTION:
        return error("encrypted", "it is encrypted")
      case zip.ERR_UNSUPPORTED_COMPRESSION:
        return error("unsupported", "it is compressed with an unknown method")
      case zip.ERR_INVALID_CRC32:
        return error("damaged", "its checksum is wrong")
      case zip.ERR_INVALID_COMPRESSED_DATA:
        return error("damaged", "its compressed data is damaged")
      case zip.ERR_INVALID_UNCOMPRESSED_SIZE:
        return error("damaged", `it does not unpack to the declared ${declared} bytes`)
      default:
        return error("damaged", `it is damaged (${words})`)
    }
  }
