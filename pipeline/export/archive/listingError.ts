/** Errors of the ZIP library as errors of an export. */
import type * as Zip from "@zip.js/zip.js"
import { Predicate } from "effect"
import { systemCauseOf } from "../../../sinks/systemError.ts"
import { causeWords } from "./EntryError.ts"
import { downloadAgain, exportDiskError, ExportError } from "./ExportError.ts"

/** Returns the words of an error, with the reason that the library states next to them. */
const wordsOf = (cause: unknown): string => {
  const words = causeWords(cause)
  return Predicate.hasProperty(cause, "reason") ? `${words}: ${cause.reason}` : words
}

/** Returns the error for a ZIP file whose files cannot be listed. */
export const listingError = (zip: typeof Zip, path: string) => (cause: unknown): ExportError => {
  if (cause instanceof ExportError) return cause
  if (systemCauseOf(cause) !== undefined) return exportDiskError(path)(cause)
  const damaged = (detail: string, fix = downloadAgain) =>
    new ExportError({ path, reason: "damaged", detail, fix, cause })
  const words = wordsOf(cause)
  if (words.startsWith(zip.ERR_AMBIGUOUS_ARCHIVE)) {
    return damaged(
      `other programs might find other files in the ZIP file (${words})`,
      "Unpack it and import the folder",
    )
  }
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
        "Unpack it with its password, and import the folder",
      )
    default:
      return damaged(`the list of files in the ZIP file is damaged (${words})`)
  }
}
