/** The name that was probably meant by a mistyped one. */

/** Returns the number of letters to change to turn one word into the other. */
const editsBetween = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      next.push(
        Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)),
      )
    }
    row = next
  }
  return row[b.length]!
}

/** Returns the most similar of `names`; undefined if none is similar. */
export const nearest = (typed: string, names: ReadonlyArray<string>): string | undefined => {
  const far = typed.length < 4 ? 1 : typed.length < 9 ? 2 : 3
  const [best] = names.map((name) => ({ name, edits: editsBetween(typed.toLowerCase(), name) }))
    .filter(({ edits }) => edits <= far)
    .sort((a, b) => a.edits - b.edits)
  return best?.name
}
