/** Members of a ZIP file, also of several gigabytes: only what is asked for is read. */
import type * as Zip from "@zip.js/zip.js"
import { Effect, Semaphore } from "effect"
import { formatNumber } from "../../output/kit/numbers.ts"
import type { ByteSource } from "./ByteSource.ts"
import { EntryError, entryTooLarge, maxEntrySize } from "./EntryError.ts"
import { ExportError, giveExport } from "./ExportError.ts"
import { headLength, notZip } from "./fileFormat.ts"
import { maxMembers, type Member } from "./Member.ts"
import { listingError, readingError } from "./zipErrors.ts"

type Library = typeof Zip

/** Maximum number of bytes of one read, for the list of files; data is read in smaller chunks. */
const maxRead = 32 * 1024 ** 2

/**
 * Bytes that are decompressed at once. They can become a thousand times as many before the library
 * compares the result with the declared size.
 */
const chunkSize = 64 * 1024

/** Loads the library when the first ZIP file is opened, so that other commands start without it. */
const loadLibrary: Effect.Effect<Library> = Effect.promise(async () => {
  const zip = await import("@zip.js/zip.js")
  zip.configure({ useWebWorkers: false, chunkSize })
  return zip
})

const readerOf = (zip: Library, source: ByteSource): Zip.Reader<ByteSource> =>
  new class extends zip.Reader<ByteSource> {
    override size = source.size
    override readUint8Array(position: number, length: number) {
      if (length > maxRead) return Promise.reject(new Error("its list of files is too long"))
      return new Promise<Uint8Array>((resolve) => resolve(source.read(position, length)))
    }
  }(source)

/** File types in the upper half of the external attributes. */
const typeMask = 0o170000
const links = 0o120000
const regular = [0, 0o100000]

const kindOf = (entry: Zip.Entry): Member["kind"] => {
  const type = (entry.unixMode ?? entry.unixExternalUpper ?? 0) & typeMask
  if (type === links || entry.symlink) return "link"
  if (entry.directory) return "folder"
  return regular.includes(type) ? "file" : "special"
}

/** Returns the time of the DOS fields, which have no time zone, as UTC. */
const dosTime = (raw: number): number => {
  const date = raw >>> 16
  return Date.UTC(
    1980 + (date >>> 9),
    Math.max(0, ((date >>> 5) & 15) - 1),
    Math.max(1, date & 31),
    (raw >>> 11) & 31,
    (raw >>> 5) & 63,
    (raw & 31) * 2,
  )
}

const modifiedOf = (entry: Zip.Entry): number =>
  (entry.extraFieldExtendedTimestamp?.lastModDate ?? entry.extraFieldNTFS?.lastModDate)
    ?.getTime() ?? dosTime(Number(entry.rawLastModDate))

/** Reads an entry: its checksum and size are compared with the list of files. */
const readEntry = (
  zip: Library,
  name: string,
  entry: Zip.FileEntry,
): Effect.Effect<Uint8Array, EntryError> => {
  const { encrypted, uncompressedSize } = entry
  if (encrypted) {
    return Effect.fail(new EntryError({ name, reason: "encrypted", detail: "it is encrypted" }))
  }
  if (uncompressedSize > maxEntrySize) return Effect.fail(entryTooLarge(name, uncompressedSize))
  return Effect.tryPromise({
    try: (signal) =>
      entry.getData(new zip.Uint8ArrayWriter(), {
        checkSignature: true,
        checkOverlappingEntry: true,
        signal,
      }),
    catch: readingError(zip, name, uncompressedSize),
  })
}

const noFile = (name: string) =>
  Effect.fail(new EntryError({ name, reason: "unsupported", detail: "it is not a file" }))

/**
 * Returns the members of the ZIP file at `path`. Fails with `ExportError` if it is not a ZIP file, is
 * incomplete, or its list of files is damaged or ambiguous.
 */
export const zipMembers = Effect.fn("zipMembers")(function* (path: string, source: ByteSource) {
  const format = (detail: string) =>
    new ExportError({ path, reason: "format", detail, fix: giveExport })
  const head = yield* Effect.try({
    try: () => source.read(0, headLength),
    catch: (cause) => listingError(zip, path)(cause),
  })
  const other = notZip(head)
  if (other !== undefined) return yield* format(other)
  const zip = yield* loadLibrary
  // Entries share the position of the file, and the memory for one of them.
  const turns = yield* Semaphore.make(1)
  return yield* Effect.tryPromise({
    try: async () => {
      const members: Array<Member> = []
      const reader = new zip.ZipReader(readerOf(zip, source), {
        strictness: "strict",
        // Names are checked later: a hostile or doubled one must not stop the others.
        filenameValidation: "tolerant",
        normalizeFilename: (name) => `${members.length}/${name}`,
      })
      for await (const entry of reader.getEntriesGenerator()) {
        if (members.length >= maxMembers) {
          throw format(`it has more than ${formatNumber(maxMembers)} files`)
        }
        const name = entry.filename.slice(entry.filename.indexOf("/") + 1)
        members.push({
          name,
          kind: kindOf(entry),
          size: entry.uncompressedSize,
          version: (entry.crc32 ?? 0).toString(16).padStart(8, "0"),
          modified: modifiedOf(entry),
          read: entry.directory ? noFile(name) : turns.withPermit(readEntry(zip, name, entry)),
        })
      }
      return members
    },
    catch: listingError(zip, path),
  })
})
