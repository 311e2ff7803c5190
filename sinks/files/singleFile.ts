/** A shelf of one item in one file: what there is one of for each athlete. */
import { Effect, FileSystem, Path, Result, Stream } from "effect"
import { hashOf } from "../../schemas/json/hash.ts"
import type { Item } from "../../schemas/Item.ts"
import type { Accepted } from "../validate.ts"
import { exists, fileName, replaceFile, syncDirectory } from "./atomic.ts"
import { allProven, provenOf, versionOf } from "./fileVersion.ts"
import type { Failure, Services, Shelf } from "./Format.ts"
import { differenceFrom, find, keptOf } from "./readBack.ts"
import type { Held, Refusal } from "../Sink.ts"

interface Only<A> {
  readonly accept: (item: Item) => Result.Result<Accepted<A>, Refusal>
  readonly contentOf: (accepted: Accepted<A>) => Uint8Array
  /** What the file should be, for people: "an athlete". */
  readonly what: string
  /** Whether it is what it should be. */
  readonly isReadable: (content: Uint8Array) => Effect.Effect<boolean>
  /** Whose it is, by itself or by what lies beside it; of no content, if it is not readable. */
  readonly whose: (
    content: Uint8Array | undefined,
  ) => Effect.Effect<string | undefined, Failure, Services>
  /** Whether it is the answer itself, byte for byte. */
  readonly keepsAnswers: boolean
  /** File that `whose` reads besides, if any. */
  readonly profile?: string
}

export const onlyFile = <A>(
  file: string,
  { accept, contentOf, isReadable, keepsAnswers, profile, what, whose }: Only<A>,
): Shelf => {
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
      ? { id, fault: `${name} is of nobody, as the file of the athlete cannot be read` }
      : { id, found }
  })
  const contentsOf = (items: ReadonlyArray<Item>) =>
    items.map(accept).findLast(Result.isSuccess)?.success

  return {
    whole: false,
    owns: (path) => path === fileName(file),
    write: Effect.fnUntraced(function* (items, gone, purged) {
      const fs = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const results = items.map(accept)
      const last = results.findLast(Result.isSuccess)
      if (last !== undefined) yield* replaceFile(file, contentOf(last.success))
      else if (gone.size > 0) {
        const there = yield* look
        const isIt = there !== undefined &&
          (there.id === undefined ? purged : gone.has(there.id))
        if (isIt) yield* fs.remove(file, { force: true })
      }
      yield* syncDirectory(path.dirname(file))
      return results.filter(Result.isFailure).map(({ failure }) => failure)
    }),
    count: Effect.map(exists(file), (there) => there ? 1 : 0),
    held: (proven) =>
      Stream.unwrap(Effect.gen(function* () {
        const version = yield* versionOf(profile === undefined ? [file] : [file, profile])
        if (allProven(proven, version)) return provenOf(proven, version)
        const there = yield* look
        if (there === undefined) return Stream.empty
        if (there.fault !== undefined) return Stream.make<[Held]>(there)
        const { found: { bytes }, id } = there
        return Stream.make<[Held]>(
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
      const last = contentsOf(items)
      if (last === undefined) return []
      const detail = differenceFrom(yield* find(file), contentOf(last))
      return detail === undefined ? [] : [{ item: last.item, detail }]
    }),
    putAside: Effect.succeed([]),
  }
}
