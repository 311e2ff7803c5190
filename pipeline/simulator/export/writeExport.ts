/** Writes the simulated athlete's bulk export to disk, one entry at a time. */
import { Effect, FileSystem, Path, type PlatformError } from "effect"
import type { World } from "../world/World.ts"
import { type ExportFile, exportFiles } from "./exportFiles.ts"
import type { ExportOptions } from "./ExportOptions.ts"
import { ZipWriter } from "./ZipWriter.ts"

/** Totals of a written export. */
interface WrittenExport {
  readonly files: number
  readonly bytes: number
}

interface WriteOptions extends ExportOptions {
  /** Size of an entry of zeros in bytes, such as a large video; none by default. */
  readonly padding?: number
}

/** Name of the entry of zeros. */
const paddingName = "media/padding.bin"

/** Returns the end of the day of the newest activity. */
const usualTime = (world: World): number => {
  const day = 86_400_000
  const newest = Math.max(0, ...world.outlines.map(({ start }) => start))
  return Math.ceil((newest || Date.UTC(2026, 10, 15)) / day) * day
}

/**
 * Writes the export as a new ZIP archive, or as a folder if `path` ends with a slash. Fails if a file is
 * there already, because it might be the export of a real athlete. Only a ZIP can have a
 * hostile name, a link or a flipped byte: a folder has the plain file, or none.
 */
export const writeExport = (
  path: string,
  world: World,
  options: WriteOptions = {},
): Effect.Effect<
  WrittenExport,
  PlatformError.PlatformError,
  FileSystem.FileSystem | Path.Path
> =>
  path.endsWith("/")
    ? writeFolder(path, world, options)
    : Effect.scoped(writeZip(path, world, options))

const writeZip = Effect.fnUntraced(function* (path: string, world: World, options: WriteOptions) {
  const fs = yield* FileSystem.FileSystem
  const file = yield* fs.open(path, { flag: "wx" })
  const zip = new ZipWriter(options.exportedAt ?? usualTime(world))
  let files = 0
  let bytes = 0
  const write = (chunk: Uint8Array) => {
    bytes += chunk.length
    return chunk.length === 0 ? Effect.void : file.writeAll(chunk)
  }
  if (options.padding !== undefined) {
    yield* write(zip.addZeros(paddingName, options.padding))
    // A hole: the file system stores no block for it.
    bytes += options.padding
    yield* file.truncate(bytes)
    yield* file.seek(BigInt(bytes), "start")
    files++
  }
  for (const entry of exportFiles(world, options)) {
    for (const chunk of zip.add(entry)) yield* write(chunk)
    files++
  }
  yield* write(zip.end())
  return { files, bytes }
})

const writeFolder = Effect.fnUntraced(function* (
  folder: string,
  world: World,
  options: WriteOptions,
) {
  const fs = yield* FileSystem.FileSystem
  const paths = yield* Path.Path
  const seconds = (options.exportedAt ?? usualTime(world)) / 1000
  const made = new Set<string>()
  let files = 0
  let bytes = 0
  const write = Effect.fnUntraced(function* ({ bytes: content, name }: ExportFile) {
    const path = paths.join(folder, name)
    const parent = paths.dirname(path)
    if (!made.has(parent)) yield* fs.makeDirectory(parent, { recursive: true })
    made.add(parent)
    yield* fs.writeFile(path, content, { flag: "wx" })
    yield* fs.utimes(path, seconds, seconds)
    files++
    bytes += content.length
  })
  for (const entry of exportFiles(world, options)) {
    if (!entry.name.startsWith("../") && !entry.link) yield* write(entry)
  }
  return { files, bytes }
})
