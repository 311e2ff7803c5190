/** Members of a ZIP file, also of several gigabytes: only the list of files is read. */
import type * as Zip from "@zip.js/zip.js"
import { Effect } from "effect"
import { crc32 } from "node:zlib"
import type { ByteSource } from "./ByteSource.ts"
import { EntryError } from "./EntryError.ts"
import { exportDiskError, ExportError, useExport } from "./ExportError.ts"
import { beginsAsZip, formatPhrase, headLength, markLength } from "./fileFormat.ts"
import { listingError } from "./listingError.ts"
import { type Member, mostMembers, tooManyMembers } from "./Member.ts"
import { readEntry, type ZipEntry } from "./readEntry.ts"

type Library = typeof Zip

/** Maximum number of bytes of the list of files; 100,000 files have some 15 MB. */
const mostListBytes = 32 * 1024 ** 2

/** Loads the library when the first ZIP file is opened, so that other commands start without it. */
const loadLibrary: Effect.Effect<Library> = Effect.promise(() => import("@zip.js/zip.js"))

const readerOf = (zip: Library, source: ByteSource): Zip.Reader<ByteSource> =>
  new class extends zip.Reader<ByteSource> {
    override size = source.size
    override readUint8Array(position: number, length: number) {
      if (length > mostListBytes) return Promise.reject(new Error("it is too long"))
      return new Promise<Uint8Array>((resolve) => resolve(source.read(position, length)))
    }
  }(source)

/** Types of files in the upper half of the external attributes, where the archiver is a Unix one. */
const typeMask = 0o170000
const linkType = 0o120000
const fileTypes = [0, 0o100000]

const kindOf = (entry: Zip.Entry): Member["kind"] => {
  const type = (entry.unixMode ?? entry.unixExternalUpper ?? 0) & typeMask
  if (type === linkType || entry.symlink) return "link"
  if (entry.directory) return "folder"
  return fileTypes.includes(type) ? "file" : "special"
}

/** Returns the time of the DOS fields, which have no time zone, as UTC. */
const dosTime = (raw: number): number =>
  Date.UTC(
    1980 + (raw >>> 25),
    Math.max(0, ((raw >>> 21) & 15) - 1),
    Math.max(1, (raw >>> 16) & 31),
    (raw >>> 11) & 31,
    (raw >>> 5) & 63,
    (raw & 31) * 2,
  )

const modifiedOf = (entry: Zip.Entry): number =>
  (entry.extraFieldExtendedTimestamp?.lastModDate ?? entry.extraFieldNTFS?.lastModDate)
    ?.getTime() ?? dosTime(Number(entry.rawLastModDate))

/** Keeps little of the library's entry, which takes 9 kB. */
const memberOf = (source: ByteSource, name: string, entry: Zip.Entry): Member => {
  const { compressedSize, compressionMethod, offset, rawBitFlag, uncompressedSize } = entry
  const crc = entry.crc32 ?? 0
  const described: ZipEntry = {
    name,
    position: offset,
    flags: rawBitFlag ?? 0,
    method: compressionMethod,
    compressedSize,
    size: uncompressedSize,
    crc,
    nameCrc: crc32(entry.rawFilename),
  }
  const kind = kindOf(entry)
  return {
    name,
    kind,
    size: uncompressedSize,
    version: crc.toString(16).padStart(8, "0"),
    modified: modifiedOf(entry),
    read: kind === "file"
      ? readEntry(source, described)
      : Effect.fail(new EntryError({ name, reason: "unsupported", detail: "it is not a file" })),
  }
}

/**
 * Returns the members of the ZIP file at `path`. Fails with `ExportError` if it is not a ZIP file, is
 * incomplete, its list of files is damaged or ambiguous, or has more than `most` files.
 */
export const zipMembers = Effect.fn("zipMembers")(function* (
  path: string,
  source: ByteSource,
  most = mostMembers,
) {
  const head = (length: number) =>
    Effect.try({ try: () => source.read(0, length), catch: exportDiskError(path) })
  if (!beginsAsZip(yield* head(markLength))) {
    const detail = formatPhrase(yield* head(headLength))
    return yield* new ExportError({ path, reason: "format", detail, fix: useExport })
  }
  const zip = yield* loadLibrary
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
        if (members.length >= most) throw tooManyMembers(path, most)
        const name = entry.filename.slice(entry.filename.indexOf("/") + 1)
        members.push(memberOf(source, name, entry))
      }
      return members
    },
    catch: listingError(zip, path),
  })
})
