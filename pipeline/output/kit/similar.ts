/** Names that a mistyped word probably means. */
import { listWords } from "./plurals.ts"

/** Returns the number of letters to add, drop, replace or swap with the next one to get `b` from `a`. */
const distance = (a: string, b: string): number => {
  let before: ReadonlyArray<number> = []
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const isSame = a[i - 1] === b[j - 1]
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      next[j] = Math.min(
        (row[j] ?? 0) + 1,
        (next[j - 1] ?? 0) + 1,
        (row[j - 1] ?? 0) + (isSame ? 0 : 1),
        isSwap ? (before[j - 2] ?? 0) + 1 : Infinity,
      )
    }
    before = row
    row = next
  }
  return row[b.length] ?? 0
}

/** Lowers the case, and removes what separates words, so that `--onLimit` resembles `on-limit`. */
const plain = (name: string) => name.toLowerCase().replaceAll(/[-_ ]/g, "")

/** Fewest letters of a beginning that stands for a name. */
const leastBeginning = 3

/**
 * Returns the names that `word` resembles most: those that differ in a third of its letters or fewer; if there
 * are none, those that begin with it or contain it. At most three; empty if nothing is similar.
 */
const similarTo = (
  word: string,
  names: ReadonlyArray<string>,
): ReadonlyArray<string> => {
  const own = plain(word)
  const least = Math.max(1, Math.floor(own.length / 3))
  const distances = names.map((name) => [distance(own, plain(name)), name] as const)
  const best = Math.min(...distances.map(([far]) => far))
  const near = best <= least && own.length > 1
    ? distances.filter(([far]) => far === best).map(([, name]) => name)
    : own.length < leastBeginning
    ? []
    : names.filter((name) => plain(name).includes(own))
  return near.slice(0, 3)
}

/** Returns ` (did you mean a or b?)`; empty if nothing is similar. */
export const didYouMean = (word: string, names: ReadonlyArray<string>): string => {
  const similar = similarTo(word, names)
  return similar.length === 0 ? "" : ` (did you mean ${listWords(similar, "or")}?)`
}
