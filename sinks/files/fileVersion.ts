/** Versions of files, by which a later run recognizes that they were not changed. */
import { Clock, Effect, Option, Stream } from "effect"
import type { Proven, SinkEntry } from "../Sink.ts"

/**
 * Age in milliseconds from which the times of a file differ from those of every later version. File
 * systems store times in steps of up to two seconds, so a younger file could be changed without a
 * new time.
 */
const settledAfter = 3_000

/** Inode, size, and times of the last change of content and of anything; no program can set the last one. */
const stateOf = (path: string) =>
  Effect.try(() => {
    const { ctime, ino, isFile, mtime, size } = Deno.statSync(path)
    return isFile && ctime !== null && ino !== null
      ? { changed: ctime.getTime(), text: `${ino} ${size} ${mtime?.getTime()} ${ctime.getTime()}` }
      : undefined
  }).pipe(Effect.option, Effect.map(Option.getOrUndefined))

/**
 * Returns a text that changes whenever one of these files changes. Undefined if one is missing, or changed
 * so recently that a further change might not show.
 */
export const versionOf = Effect.fnUntraced(function* (paths: ReadonlyArray<string>) {
  const now = yield* Clock.currentTimeMillis
  const texts: Array<string> = []
  for (const path of paths) {
    const state = yield* stateOf(path)
    if (state === undefined || state.changed > now - settledAfter) return undefined
    texts.push(state.text)
  }
  return texts.join(", ")
})

/** True if every item that should be in a file is proven, with the file being of this version. */
export const allProven = (
  proven: Proven | undefined,
  version: string | undefined,
): proven is Proven =>
  proven !== undefined && version !== undefined && proven.ids.length > 0 &&
  proven.ids.every((id) => proven.has(id, version))

/** Returns the items of a file that was not read. */
export const provenOf = ({ ids }: Proven, version: string | undefined): Stream.Stream<SinkEntry> =>
  Stream.map(Stream.fromIterable(ids), (id) => ({ id, version, proven: true }))
