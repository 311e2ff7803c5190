/** Files of a resource with one item per athlete: a single file. */
import { Effect, FileSystem, Path, Stream } from "effect"
import { hashOf } from "../../schemas/json/hash.ts"
import type { Item } from "../../schemas/Item.ts"
import { exists, fileName, replaceFile, syncDirectory } from "./atomic.ts"
import { allProven, provenOf, versionOf } from "./fileVersion.ts"
import type { Failure, ResourceFiles, Services } from "./Format.ts"
import { differenceFrom, find, keptOf } from "./readBack.ts"
import type { SinkEntry } from "../Sink.ts"

interface SingleFile {
  readonly contentOf: (item: Item) => Uint8Array
  /** Returns the content that earlier versions wrote, if it is no difference; undefined if it is one. */
  readonly olderContentOf?: (item: Item) => Uint8Array | undefined
  /** Description of its contents for the user: "an athlete". */
  readonly what: string
  /** True if the content can be read as such. */
  readonly isReadable: (content: Uint8Array) => Effect.Effect<boolean>
  /** Returns the athlete of the file, from its content or from `profile`; content that cannot be read is undefined. */
  readonly whose: (
    content: Uint8Array | undefined,
  ) => Effect.Effect<string | undefined, Failure, Services>
  /** True if the file is the response itself, byte for byte. */
  readonly keepsAnswers: boolean
  /** Another file that `whose` reads, if any. */
  readonly profile?: string
}

export const onlyFile = (
  file: string,
  { contentOf, isReadable, keepsAnswers, olderContentOf, profile, what, whose }: SingleFile,
): ResourceFiles => {
  const look = Effect.gen(function* () {
    const path = yield* Path.Path
    const name = path.basename(file)
    const found = yield* find(file)
    if (found === undefined) return undefined
    if ("fault" in found) {
      return { id: yield* whose(undefined), fault: `${name} ${found.fault}` }
    }
    if (!(yield* isReadable(found.bytes))) {
      return { id: yield* whose(undefined), fault: `${name} cannot be read as ${what}` }
    }
    const id = yield* whose(found.bytes)
    return id === undefined
      ? { id, fault: `${name} has no athlete, because the file of the athlete cannot be read` }
      : { id, found }
  })
  return {
    whole: false,
    owns: (path) => path === fileName(file),
    write: Effect.fnUntraced(function* (items, gone, purged) {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const last = items.at(-1)
      if (last !== undefined) yield* replaceFile(file, contentOf(last))
      else if (gone.size > 0) {
        const there = yield* look
        const isIt = there !== undefined &&
          (there.id === undefined ? purged : gone.has(there.id))
        if (isIt) yield* fs.remove(file, { force: true })
      }
      yield* syncDirectory(path.dirname(file))
    }),
    count: Effect.map(exists(file), (there) => there ? 1 : 0),
    held: (proven) =>
      Stream.unwrap(Effect.gen(function* () {
        const version = yield* versionOf(profile === undefined ? [file] : [file, profile])
        if (allProven(proven, version)) return provenOf(proven, version)
        const there = yield* look
        if (there === undefined) return Stream.empty
        if (there.fault !== undefined) return Stream.make<[SinkEntry]>(there)
        const { found: { bytes }, id } = there
        return Stream.make<[SinkEntry]>(
          keepsAnswers ? { id, hash: hashOf(bytes), exact: true, version } : { id, version },
        )
      })),
    kept: Effect.fnUntraced(function* (ids) {
      if (!keepsAnswers) return []
      const there = yield* look
      return there === undefined || there.fault !== undefined || !ids.includes(there.id)
        ? []
        : keptOf(there.id, there.found)
    }),
    differing: Effect.fnUntraced(function* (items) {
      const last = items.at(-1)
      if (last === undefined) return []
      const found = yield* find(file)
      const detail = differenceFrom(found, contentOf(last))
      const older = olderContentOf?.(last)
      const isOlder = older !== undefined && differenceFrom(found, older) === undefined
      return detail === undefined || isOlder ? [] : [{ item: last, detail }]
    }),
    putAside: Effect.succeed([]),
  }
}
