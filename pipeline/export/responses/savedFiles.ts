/** Files of JSON that can contain saved responses, and their texts. */
import { Effect, FileSystem, Path } from "effect"
import { mostEntryBytes } from "../archive/EntryError.ts"
import { exportDiskError } from "../archive/ExportError.ts"
import { mostMembers, tooManyMembers } from "../archive/Member.ts"
import { tableFile } from "../archive/memberNames.ts"
import { idInName } from "./SavedResponse.ts"

export interface JsonFile {
  readonly path: string
  /** Path in the folder that is imported. */
  readonly name: string
  /** Time of the last change, in milliseconds since 1970. */
  readonly modified: number
}

const isJson = (name: string): boolean => /^([^.].*\.(json|ndjson|jsonl)|activities)$/i.test(name)

/** Returns the text of bytes: shells of Windows write UTF-16 with a byte order mark. */
const textOf = (bytes: Uint8Array): string => {
  const [first, second] = bytes
  const label = first === 0xff && second === 0xfe
    ? "utf-16le"
    : first === 0xfe && second === 0xff
    ? "utf-16be"
    : "utf-8"
  return new TextDecoder(label).decode(bytes)
}

/** Bytes at the start of a file that show if it is JSON, whatever its name is. */
const peeked = 64

/** True if the file begins like JSON. */
const beginsLikeJson = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  const head = new Uint8Array(peeked)
  yield* Effect.scoped(Effect.flatMap(fs.open(path, { flag: "r" }), (file) => file.read(head)))
  return /^\s*[[{]/.test(textOf(head))
}, Effect.orElseSucceed(() => false))

/** Depth of folders in a folder that is imported. */
const deepest = 3

/** Lists the JSON files of a folder. Links are not followed. Throws if the system reports an error. */
const list = (root: string, folder = "", depth = 0): ReadonlyArray<JsonFile> =>
  [...Deno.readDirSync(`${root}/${folder}`)].flatMap(({ isDirectory, isFile, name }) => {
    const inside = `${folder}${name}`
    if (isDirectory && depth < deepest && !name.startsWith(".")) {
      return list(root, `${inside}/`, depth + 1)
    }
    if (!isFile || !isJson(name)) return []
    const path = `${root}/${inside}`
    return [{ path, name: inside, modified: Deno.lstatSync(path).mtime?.getTime() ?? 0 }]
  })

/** Digits of the shortest id of an activity in a file's name, longer than those of a page or a year. */
const shortestId = 6

/** True if the file probably holds streams, which are read after the activities. */
export const isOfActivity = ({ name }: JsonFile): boolean =>
  (idInName(name)?.length ?? 0) >= shortestId

/**
 * Returns the JSON files at `path`, a file or a folder: those of activities first, then the newest first. Undefined if
 * there is none, or an export. Fails with `ExportError` if the system does not allow to list it.
 */
export const jsonFilesAt = Effect.fn("jsonFilesAt")(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  const { basename } = yield* Path.Path
  const found = yield* Effect.option(fs.stat(path))
  if (found._tag === "None") return undefined
  const { mtime, type } = found.value
  if (type === "File" && (isJson(basename(path)) || (yield* beginsLikeJson(path)))) {
    const modified = mtime._tag === "Some" ? mtime.value.getTime() : 0
    return [{ path, name: basename(path), modified }]
  }
  if (type !== "Directory") return undefined
  const isExport = (folder: string) =>
    Effect.map(Effect.option(fs.stat(`${folder}/${tableFile}`)), ({ _tag }) => _tag === "Some")
  if (yield* isExport(path)) return undefined
  for (const name of yield* Effect.orElseSucceed(fs.readDirectory(path), () => [])) {
    if (yield* isExport(`${path}/${name}`)) return undefined
  }
  const files = yield* Effect.try({ try: () => list(path), catch: exportDiskError(path) })
  if (files.length > mostMembers) return yield* tooManyMembers(path, mostMembers)
  return files.length === 0
    ? undefined
    : files.toSorted((a, b) =>
      Number(isOfActivity(a)) - Number(isOfActivity(b)) || b.modified - a.modified ||
      (a.name < b.name ? -1 : 1)
    )
})

/** Returns the text of a file; fails with the reason if it cannot be read. */
export const readJsonFile = Effect.fn("readJsonFile")(function* ({ path }: JsonFile) {
  const fs = yield* FileSystem.FileSystem
  const { size } = yield* Effect.mapError(fs.stat(path), ({ message }) => message)
  if (Number(size) > mostEntryBytes) return yield* Effect.fail("it is too large")
  const bytes = yield* Effect.mapError(fs.readFile(path), ({ message }) => message)
  return textOf(bytes)
})
