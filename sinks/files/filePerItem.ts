/** Files of a resource with a file per item, in a folder. */
import { Effect, FileSystem, Path, Semaphore, Stream } from "effect"
import { hashOf } from "../../schemas/json/hash.ts"
import { release } from "../../schemas/json/release.ts"
import { isIdOf, type Item, type Resource } from "../../schemas/Item.ts"
import { exists, makeDirectory, replaceFile, syncDirectory } from "./atomic.ts"
import type { Failure, ResourceFiles, Services } from "./Format.ts"
import { differenceFrom, find, isWhole, keptOf } from "./readBack.ts"
import type { ItemDifference, Proven, SinkEntry } from "../Sink.ts"
import { versionOf } from "./fileVersion.ts"

interface FilePerItem {
  readonly contentOf: (item: Item) => Effect.Effect<Uint8Array>
  /** End of the name of a file, after the item's id. */
  readonly extension: string
  /** True if each file is the response itself, byte for byte. */
  readonly keepsAnswers: boolean
  readonly made: "at once" | "when needed"
}

/** Number of files at the same time: one is computed while the others wait for the disk. */
const concurrency = 4

/** A file that is being written, or that a crash left half-written. */
const temporary = /^\..+\.tmp$/

/** Name of an item's file without its folder, and the file. */
interface FileOfItem {
  readonly name: string
  readonly file: string
}

/** Returns the item of one file, with its hash if the file is a response. */
const heldIn = Effect.fnUntraced(function* (
  resource: Resource,
  { extension, keepsAnswers }: Pick<FilePerItem, "extension" | "keepsAnswers">,
  { file, name }: FileOfItem,
  proven: Proven | undefined,
): Effect.fn.Return<ReadonlyArray<SinkEntry>, Failure, Services> {
  const id = name.slice(0, -extension.length)
  if (!name.endsWith(extension) || !isIdOf(resource, id)) {
    return [{ id: undefined, fault: `${resource}/${name} is not a file of Paceline` }]
  }
  const version = yield* versionOf([file])
  if (version !== undefined && proven?.has(id, version)) return [{ id, version, proven: true }]
  if (!keepsAnswers) return [{ id, version }]
  const found = yield* find(file)
  if (found === undefined) return []
  if ("fault" in found) return [{ id, fault: `${resource}/${name} ${found.fault}` }]
  const hash = isWhole(found.bytes) ? hashOf(found.bytes) : undefined
  release(found.bytes)
  return hash !== undefined
    ? [{ id, hash, exact: true, version }]
    : [{ id, fault: `${resource}/${name} is not a complete response` }]
})

export const filePerItem = Effect.fnUntraced(function* (
  resource: Resource,
  directory: string,
  { contentOf, extension, keepsAnswers, made }: FilePerItem,
) {
  const computing = yield* Semaphore.make(1)
  const path = yield* Path.Path
  const folder = path.join(directory, resource)
  const fileOf = (id: string) => path.join(folder, id + extension)
  const content = (item: Item) => computing.withPermit(contentOf(item))

  const ownsName = (name: string) =>
    name.endsWith(extension) && isIdOf(resource, name.slice(0, -extension.length))

  const names = FileSystem.FileSystem.use((fs) => fs.readDirectory(folder)).pipe(
    Effect.catchIf((error) => error.reason._tag === "NotFound", () => Effect.succeed([])),
  )

  const shelf: ResourceFiles = {
    whole: false,
    owns: (path) => path.startsWith(`${resource}/`) && ownsName(path.slice(resource.length + 1)),
    folder: { path: folder, made },
    write: Effect.fnUntraced(function* (items, gone) {
      const fs = yield* FileSystem.FileSystem
      if (!(yield* exists(folder))) {
        if (items.length === 0) return
        yield* makeDirectory(folder)
      }
      yield* Effect.forEach(
        items,
        (item) => Effect.flatMap(content(item), (bytes) => replaceFile(fileOf(item.id), bytes)),
        { concurrency, discard: true },
      )
      yield* Effect.forEach(gone, (id) => fs.remove(fileOf(id), { force: true }))
      yield* syncDirectory(folder)
    }),
    count: Effect.map(
      names,
      (names) => names.filter((name) => ownsName(name)).length,
    ),
    held: (proven) =>
      Stream.unwrap(
        Effect.map(
          names,
          (names) =>
            Stream.fromIterable(names.filter((name) => !temporary.test(name))).pipe(
              Stream.mapEffect(
                (name) =>
                  heldIn(resource, { extension, keepsAnswers }, {
                    name,
                    file: path.join(folder, name),
                  }, proven),
                { concurrency },
              ),
              Stream.flattenIterable,
            ),
        ),
      ),
    kept: Effect.fnUntraced(function* (ids) {
      if (!keepsAnswers) return []
      const kept = yield* Effect.forEach(
        ids.filter((id) => isIdOf(resource, id)),
        (id) => Effect.map(find(fileOf(id)), (found) => keptOf(id, found)),
        { concurrency },
      )
      return kept.flat()
    }),
    differing: Effect.fnUntraced(function* (items) {
      const compare = Effect.fnUntraced(function* (item: Item) {
        const bytes = yield* content(item)
        const found = yield* find(fileOf(item.id))
        const detail = differenceFrom(found, bytes)
        if (found !== undefined && "bytes" in found) release(found.bytes)
        return detail === undefined ? [] : [{ item, detail } satisfies ItemDifference]
      })
      return (yield* Effect.forEach(items, compare, { concurrency })).flat()
    }),
    putAside: Effect.succeed([]),
  }
  return shelf
})
