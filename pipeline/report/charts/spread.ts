/** Moves labels apart so that they do not overlap. */

/**
 * Returns the positions nearest to `wanted` that are at least `gap` apart and within the bounds, in
 * the same order.
 */
export const spread = (
  wanted: ReadonlyArray<number>,
  gap: number,
  low: number,
  high: number,
): ReadonlyArray<number> => {
  const order = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]! || a - b)
  const placed = [...wanted]
  for (const [n, i] of order.entries()) {
    const before = order[n - 1]
    placed[i] = Math.max(placed[i]!, before === undefined ? low : placed[before]! + gap)
  }
  for (const [n, i] of [...order].reverse().entries()) {
    const after = order[order.length - n]
    placed[i] = Math.min(placed[i]!, after === undefined ? high : placed[after]! - gap)
  }
  return placed
}
