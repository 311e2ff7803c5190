/** Resolving an item: chooses the response that counts if the sinks and the ledger disagree. */
import type { StoredResponse } from "../../../sinks/Sink.ts"
import type { ItemVersions } from "./compare.ts"

/** Responses by the sink that keeps them and their id: see `responseKey`. */
export type ResponseTexts = ReadonlyMap<string, StoredResponse>

export const responseKey = (sink: string, id: string) => `${sink} ${id}`

/** Version of an item that counts: its hash, and the response if it has been read. */
export interface ResolvedVersion {
  readonly hash: string
  readonly response?: StoredResponse
}

/** Returns the hashes in sinks that the ledger does not know. None if the ledger changed after `since`. */
export const unknownHashes = ({ entry, found, landed }: ItemVersions, since: number) =>
  [...found].flatMap(([sink, hash]) =>
    hash === undefined || hash === landed.get(sink) || hash === entry?.hash ||
      (entry !== undefined && entry.hash !== null && entry.updated > since)
      ? []
      : [{ sink, hash }]
  )

const withResponse = (hash: string, response: StoredResponse | undefined): ResolvedVersion =>
  response === undefined ? { hash } : { hash, response }

/** Returns the newest of the responses that the ledger does not know; undefined if the staged one is newer. */
const newestUnknown = (
  versions: ItemVersions,
  since: number,
  texts: ResponseTexts,
): ResolvedVersion | undefined => {
  const { id, staged } = versions
  const [newest] = unknownHashes(versions, since)
    .map(({ hash, sink }) => ({ hash, response: texts.get(responseKey(sink, id)) }))
    .sort((a, b) => (b.response?.fetchedAt ?? 0) - (a.response?.fetchedAt ?? 0))
  if (newest === undefined) return undefined
  const fetchedAt = newest.response?.fetchedAt ?? Infinity
  if (staged !== undefined && staged.fetchedAt >= fetchedAt) return undefined
  return withResponse(newest.hash, newest.response)
}

/** True if a sink holds the response with the hash of the ledger. */
const isHeld = ({ found, landed, readSinks }: ItemVersions, hash: string): boolean =>
  [...found.values()].includes(hash) ||
  [...landed].some(([sink, its]) =>
    its === hash &&
    (!readSinks.has(sink) || (found.has(sink) && found.get(sink) === undefined))
  )

/**
 * Returns the version that counts: the newest response that the ledger does not know, unless the staged one is
 * newer; else the staged one, the one of the ledger if a sink holds it, or any. Undefined if there is none.
 */
export const resolveVersion = (
  versions: ItemVersions,
  since: number,
  texts: ResponseTexts,
): ResolvedVersion | undefined => {
  const { entry, found, id, staged } = versions
  const unknown = newestUnknown(versions, since, texts)
  if (unknown !== undefined) return unknown
  if (staged !== undefined) return { hash: staged.hash }
  const known = entry?.hash ?? undefined
  if (known !== undefined && isHeld(versions, known)) return { hash: known }
  for (const [sink, hash] of found) {
    if (hash !== undefined) return withResponse(hash, texts.get(responseKey(sink, id)))
  }
  return undefined
}

/** Returns the sinks of this run that do not certainly hold `hash`. */
export const unsureSinks = ({ found, landed, readSinks }: ItemVersions, hash: string) =>
  [...readSinks].filter((sink) => {
    const its = found.get(sink)
    return its === undefined ? !found.has(sink) || landed.get(sink) !== hash : its !== hash
  })
