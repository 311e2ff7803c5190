/** Strava's bulk export, as the ZIP file or as the folder that it unpacks to. */
import { Effect, FileSystem, Option, Path } from "effect"
import { openSource } from "./ByteSource.ts"
import { EntryError } from "./EntryError.ts"
import { exportDiskError, ExportError, useExport } from "./ExportError.ts"
import { folderMembers } from "./folderMembers.ts"
import type { Member } from "./Member.ts"
import { isClutter, nameProblem, printableName, tableFile } from "./memberNames.ts"
import { zipMembers } from "./zipMembers.ts"

export interface ArchiveEntry {
  /** Name without the wrapping folder, such as `activities/123.fit.gz`. */
  readonly name: string
  /** Uncompressed size in bytes, as the list of files states them. */
  readonly size: number
  /** Changes whenever the content does: checksum of a ZIP entry in hex, or size and time in a folder. */
  readonly version: string
}

export interface Archive {
  /** Path as given. */
  readonly path: string
  /** Last part of the path. */
  readonly name: string
  /** Time of the export: of the last change of `activities.csv`, in milliseconds since 1970. */
  readonly exportedAt: number
  /** Files by name, in the order of the archive. */
  readonly entries: ReadonlyMap<string, ArchiveEntry>
  /** Files that are not used, as `name: reason`. Each is printable. */
  readonly ignored: ReadonlyArray<string>
  /**
   * Returns the uncompressed bytes of an entry, with its checksum verified. It has at most `mostEntryBytes`
   * bytes. Only files that are asked for are opened.
   */
  readonly read: (name: string) => Effect.Effect<Uint8Array, EntryError>
}

/** Reason why a file is not used; undefined if it can be. */
const problemOf = ({ kind, name }: Member, seen: ReadonlyMap<string, unknown>) =>
  nameProblem(name) ??
    (kind === "link"
      ? "it is a symbolic link"
      : kind === "special"
      ? "it is not a regular file"
      : seen.has(name)
      ? "an earlier file has the same name"
      : undefined)

const isTablePath = (name: string) => name.replace(/^[^/]+\//, "") === tableFile

/**
 * Returns the folder that wraps all files, with a slash, and empty if there is none. Fails with the
 * number of candidates unless there is one.
 */
const wrapperOf = (names: Iterable<string>): string | number => {
  const tables = [...names].filter(isTablePath)
  const [only] = tables.includes(tableFile) ? [tableFile] : tables.length === 1 ? tables : []
  return only === undefined ? tables.length : only.slice(0, -tableFile.length)
}

/**
 * Returns the archive at `path` with these members. Fails with `ExportError` if they are not an export.
 */
export const checkedArchive = Effect.fn("checkedArchive")(
  function* (path: string, name: string, members: ReadonlyArray<Member>) {
    const files = new Map<string, Member>()
    const ignored: Array<string> = []
    for (const member of members) {
      // The slash at the end of a folder's name is not a part of the name.
      const known = { ...member, name: member.name.replace(/(?<=[^/])\/$/, "") }
      const problem = problemOf(known, files)
      if (problem !== undefined) ignored.push(`${printableName(member.name)}: ${problem}`)
      else if (member.kind === "file" && !isClutter(member.name)) files.set(member.name, member)
    }
    const wrapper = wrapperOf(files.keys())
    if (typeof wrapper === "number") {
      const detail = wrapper === 0 ? `it contains no ${tableFile}` : "it contains several exports"
      return yield* new ExportError({ path, reason: "format", detail, fix: useExport })
    }
    const entries = new Map<string, Member>()
    for (const [full, member] of files) {
      if (full.startsWith(wrapper)) entries.set(full.slice(wrapper.length), member)
      else ignored.push(`${printableName(full)}: it is not in the folder ${printableName(wrapper)}`)
    }
    return {
      path,
      name,
      exportedAt: entries.get(tableFile)!.modified,
      entries: new Map(
        [...entries].map(([name, { size, version }]) => [name, { name, size, version }]),
      ),
      ignored,
      read: (name: string) =>
        entries.get(name)?.read ??
          Effect.fail(
            new EntryError({ name, reason: "missing", detail: "the export does not contain it" }),
          ),
    } satisfies Archive
  },
)

/**
 * Opens an export until the scope closes: reads the list of its files, and nothing else. Fails with
 * `ExportError` if there is nothing at `path`, or something that is not an export or is damaged.
 */
export const openArchive = Effect.fn("openArchive")(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  const { basename, resolve } = yield* Path.Path
  const found = yield* fs.stat(path).pipe(
    Effect.asSome,
    Effect.catchReason("PlatformError", "NotFound", () => Effect.succeedNone),
    Effect.mapError(exportDiskError(path)),
  )
  if (Option.isNone(found)) {
    const detail = "there is no such file or folder"
    return yield* new ExportError({ path, reason: "missing", detail, fix: "Check the path" })
  }
  const members = found.value.type === "Directory"
    ? yield* folderMembers(path)
    : yield* zipMembers(path, yield* openSource(path))
  return yield* checkedArchive(path, basename(resolve(path)), members)
})
