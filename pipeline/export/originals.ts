/** The activity files of an export, kept byte for byte in a folder of the data directory. */
import { Context, Effect, FileSystem, Path, Schema } from "effect"
import {
  describeFileError,
  openDirectory,
  replaceFile,
  syncDirectory,
} from "../../sinks/files/atomic.ts"
import { errorExitCode, exitCodes } from "../base/exit.ts"
import type { ArchiveEntry } from "./archive/Archive.ts"
import { originalName, originalsFolder } from "./archive/originalNames.ts"
import { formatSize } from "../output/kit/sizes.ts"
import { freeBytes } from "../state/file/room.ts"

const withoutThem = "or import without these files: --no-originals"

/** An original file cannot be stored. */
class OriginalsError extends Schema.TaggedError<OriginalsError>()("OriginalsError", {
  detail: Schema.String,
  /** True if the import had not begun. */
  first: Schema.Boolean,
}) {
  override get message() {
    const kept = this.first ? "Nothing was imported" : "Everything imported so far is kept"
    return `Cannot store the original files: ${this.detail}. ${kept}. Fix the cause and run the ` +
      `same command again, ${withoutThem}`
  }
  override readonly [errorExitCode] = exitCodes.disk
}

/** Content of a file of an export. */
interface OriginalFile {
  /** Name in the export, such as `activities/123.fit.gz`. */
  readonly name: string
  readonly bytes: Uint8Array
}

export class Originals extends Context.Service<Originals, {
  /** False if the user declined them. */
  readonly keeps: boolean
  /** Sizes in bytes of the stored files by their name; undefined if none are to be stored. */
  readonly stored: Effect.Effect<ReadonlyMap<string, number> | undefined>
  /** Fails unless the disk has room for `bytes` more. */
  ensureRoom(bytes: number): Effect.Effect<void, OriginalsError>
  /** Stores files durably. Returns those that were not stored already; the others are not touched. */
  store(
    files: ReadonlyArray<OriginalFile>,
  ): Effect.Effect<ReadonlyArray<OriginalFile>, OriginalsError>
}>()("paceline/export/Originals") {}

/** Bytes that stay free on the disk, for the state file and the sinks. */
const reserve = 64 * 1024 * 1024

/** Returns the number and the bytes of the files that are not stored, given the sizes of those that are. */
export const missingOriginals = (
  stored: ReadonlyMap<string, number>,
  entries: ReadonlyArray<ArchiveEntry>,
): { readonly files: number; readonly bytes: number } => {
  const missing = new Map(
    entries.map(({ name, size }) => [originalName(name), size] as const)
      .filter(([name, size]) => stored.get(name) !== size),
  )
  return { files: missing.size, bytes: [...missing.values()].reduce((sum, size) => sum + size, 0) }
}

const sizesIn = Effect.fnUntraced(function* (folder: string) {
  const fs = yield* FileSystem.FileSystem
  const { join } = yield* Path.Path
  const names = yield* Effect.orElseSucceed(fs.readDirectory(folder), () => [])
  const sizes = yield* Effect.forEach(names, (name) =>
    fs.stat(join(folder, name)).pipe(
      Effect.map(({ size }) => [name, Number(size)] as const),
      Effect.option,
    ), { concurrency: 16 })
  return new Map(sizes.flatMap((one) => one._tag === "Some" ? [one.value] : []))
})

/** Returns the original files of the data directory `data`; the service stores none unless `keep`. */
export const makeOriginals = Effect.fnUntraced(function* (data: string, keep: boolean) {
  const services = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
  const { join } = yield* Path.Path
  const folder = join(data, originalsFolder)
  let made = false
  const fail = (first: boolean) => (detail: string) => new OriginalsError({ detail, first })
  const store = Effect.fnUntraced(function* (files: ReadonlyArray<OriginalFile>) {
    if (files.length === 0) return []
    if (!made) yield* openDirectory(folder)
    made = true
    const stored = yield* Effect.filter(
      files,
      ({ bytes, name }) => replaceFile(join(folder, originalName(name)), bytes),
    )
    yield* syncDirectory(folder)
    return stored
  })
  return Originals.of({
    keeps: keep,
    stored: keep ? Effect.provideContext(sizesIn(folder), services) : Effect.undefined,
    ensureRoom: (bytes) => {
      const free = freeBytes(join(data, "state.db"))
      return bytes + reserve <= free ? Effect.void : Effect.fail(
        fail(true)(
          `they need ${formatSize(bytes)}, and the disk of ${data} has ${formatSize(free)} left`,
        ),
      )
    },
    store: (files) =>
      keep
        ? store(files).pipe(
          Effect.mapError((error) => fail(false)(describeFileError(error, folder))),
          Effect.provideContext(services),
        )
        : Effect.succeed([]),
  })
})
