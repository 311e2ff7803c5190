/** Members of an unpacked export: no path leaves its folder, and no link is followed. */
import { Effect, FileSystem, Path } from "effect"
import { systemCodeOf } from "../../../sinks/systemError.ts"
import { causeWords, EntryError, entryTooLarge, mostEntryBytes } from "./EntryError.ts"
import { exportDiskError } from "./ExportError.ts"
import { type Member, mostMembers, tooManyMembers } from "./Member.ts"
import { tableFile } from "./memberNames.ts"

/** Member without its bytes. */
type Listed = Pick<Member, "name" | "kind" | "size" | "modified">

const kindOf = ({ isDirectory, isFile, isSymlink }: Deno.DirEntry): Member["kind"] =>
  isSymlink ? "link" : isDirectory ? "folder" : isFile ? "file" : "special"

/** Identifies the content of a file, because nothing in a folder has a checksum. */
const versionOf = (size: number, modified: number) => `${size}-${modified}`

/** Lists `folder` of `root`, in the order of names; throws if the system reports an error. */
const list = (root: string, folder: string): ReadonlyArray<Listed> =>
  [...Deno.readDirSync(`${root}/${folder}`)].map((entry) => {
    const name = `${folder}${entry.name}`
    const { mtime, size } = entry.isFile
      ? Deno.lstatSync(`${root}/${name}`)
      : { mtime: null, size: 0 }
    return { name, kind: kindOf(entry), size, modified: mtime?.getTime() ?? 0 }
  }).toSorted((left, right) => left.name < right.name ? -1 : 1)

const isTable = (root: string, name: string): boolean => {
  try {
    return Deno.lstatSync(`${root}/${name}`).isFile
  } catch {
    // It is missing, or its folder cannot be searched: then it is not the export either.
    return false
  }
}

/**
 * Lists the files of an export: those in its folder and in the folders there. Only folders that hold
 * the table of activities are searched, so that listing a wrong folder, such as a home, ends at once.
 */
const listExport = (root: string): ReadonlyArray<Listed> => {
  const top = list(root, "")
  const inside = (folders: ReadonlyArray<Listed>) =>
    folders.flatMap(({ kind, name }) => kind === "folder" ? list(root, `${name}/`) : [])
  if (isTable(root, tableFile)) return [...top, ...inside(top)]
  const wrapping = top.filter(({ kind, name }) =>
    kind === "folder" && isTable(root, `${name}/${tableFile}`)
  )
  const wrapped = inside(wrapping)
  return [...wrapped, ...inside(wrapped)]
}

const readingError = (name: string) => (cause: unknown): EntryError =>
  systemCodeOf(cause) === "ENOENT"
    ? new EntryError({ name, reason: "missing", detail: "it was removed", cause })
    : new EntryError({ name, reason: "unreadable", detail: causeWords(cause), cause })

/** Reads a file that is as it was listed, and whose path has no link in it. */
const readFile = Effect.fnUntraced(
  function* (fs: FileSystem.FileSystem, path: string, { modified, name, size }: Listed) {
    if (size > mostEntryBytes) return yield* entryTooLarge(name, size)
    const failed = readingError(name)
    const now = yield* Effect.try({ try: () => Deno.lstatSync(path), catch: failed })
    const isUnchanged = now.size === size && (now.mtime?.getTime() ?? 0) === modified
    const bytes = isUnchanged && (yield* Effect.mapError(fs.realPath(path), failed)) === path
      ? yield* Effect.mapError(fs.readFile(path), failed)
      : undefined
    if (bytes?.length === size) return bytes
    return yield* new EntryError({
      name,
      reason: "damaged",
      detail: "it changed while it was read",
    })
  },
)

/**
 * Returns the members of the folder at `path`, by name. Fails with `ExportError` if the system does not
 * allow to list it, or if there are more than `most`.
 */
export const folderMembers = Effect.fn("folderMembers")(
  function* (path: string, most = mostMembers) {
    const fs = yield* FileSystem.FileSystem
    const { join } = yield* Path.Path
    const root = yield* Effect.mapError(fs.realPath(path), exportDiskError(path))
    const listed = yield* Effect.try({ try: () => listExport(root), catch: exportDiskError(path) })
    if (listed.length > most) return yield* tooManyMembers(path, most)
    return listed.map((file): Member => ({
      ...file,
      version: versionOf(file.size, file.modified),
      read: readFile(fs, join(root, file.name), file),
    }))
  },
)
