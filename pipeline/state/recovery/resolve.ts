/** Which of an item's answers counts, where the sinks and the ledger do not say the same. */
import type { Kept } from "../../../sinks/Sink.ts"
import type { ItemVersions } from "./compare.ts"

/** Answers by the sink that keeps them and their id. */
export type ResponseTexts = ReadonlyMap<string, Kept>

export const responseKey = (sink: string, id: string) => `${sink} ${id}`

/** What an item's answer is from now on: its hash, and its text where it is known. */
interface Resolution {
  readonly hash: string
  readonly kept?: Kept
}

/** The hashes that sinks hold and the ledger does not know of, once it has not moved on itself. */
export const unknownHashes = ({ had, held, landed }: ItemVersions, since: number) =>
  [...held].flatMap(([sink, hash]) =>
    hash === undefined || hash === landed.get(sink) || hash === had?.hash ||
      (had !== undefined && had.hash !== null && had.updated > since)
      ? []
      : [{ sink, hash }]
  )

/** Of the answers that nobody knew the one received last, unless one that waits came later still. */
export const resolveVersion = (
  look: ItemVersions,
  since: number,
  texts: ResponseTexts,
): Resolution | undefined => {
  const { had, held, id, landed, staged } = look
  const unknown = unknownHashes(look, since)
  if (unknown.length > 0) {
    const [newest] = unknown
      .map(({ hash, sink }) => ({ hash, kept: texts.get(responseKey(sink, id)) }))
      .sort((a, b) => (b.kept?.fetchedAt ?? 0) - (a.kept?.fetchedAt ?? 0))
    const at = newest?.kept?.fetchedAt
    if (newest !== undefined && !(staged !== undefined && staged.fetchedAt >= (at ?? Infinity))) {
      return newest.kept === undefined ? { hash: newest.hash } : { ...newest, kept: newest.kept }
    }
  }
  if (staged !== undefined) return { hash: staged.hash }
  const known = had?.hash ?? undefined
  const somewhere = known !== undefined &&
    ([...held.values()].includes(known) ||
      [...landed].some(([sink, hash]) =>
        hash === known && (!look.open.has(sink) || (held.has(sink) && held.get(sink) === undefined))
      ))
  if (somewhere) return { hash: known }
  const any = [...held].find(([, hash]) => hash !== undefined)
  if (any?.[1] === undefined) return undefined
  const kept = texts.get(responseKey(any[0], id))
  return kept === undefined ? { hash: any[1] } : { hash: any[1], kept }
}

/** Sinks of this run that do not surely hold `hash`. */
export const unsureSinks = ({ held, landed, open }: ItemVersions, hash: string) =>
  [...open].filter((sink) => {
    const its = held.get(sink)
    return its === undefined ? !held.has(sink) || landed.get(sink) !== hash : its !== hash
  })
