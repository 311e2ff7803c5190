/** Columns of numbers as text that compresses well: whole steps, each as the difference to the one before. */

/** Returns differences of the values, in steps of `1 / scale`. */
export const deltasOf = (values: ReadonlyArray<number>, scale: number): ReadonlyArray<number> => {
  let before = 0
  return values.map((value) => {
    const step = Math.round(value * scale)
    const delta = step - before
    before = step
    return delta
  })
}

/** Returns the values of `deltasOf`, rounded to its steps. */
export const fromDeltas = (deltas: ReadonlyArray<number>, scale: number): ReadonlyArray<number> => {
  let step = 0
  return deltas.map((delta) => {
    step += delta
    // Without rounding, 3 / 0.2 would be 14.999999999999998.
    return Math.round(step / scale * 1e6) / 1e6
  })
}

/** Returns each different text once, and for each text its index. */
export const dictionaryOf = (
  texts: ReadonlyArray<string | undefined>,
): readonly [list: ReadonlyArray<string | null>, indexes: ReadonlyArray<number>] => {
  const known = new Map<string | undefined, number>()
  const indexes = texts.map((text) => {
    const found = known.get(text) ?? known.size
    known.set(text, found)
    return found
  })
  return [Array.from(known.keys(), (text) => text ?? null), indexes]
}
