/** Everyday units without the noise of binary fractions. */

/** `8300.1` metres as `8.3001`: the point is moved, and no digit changed. */
export const kilometresOf = (metres: number | null): number | null => {
  if (metres === null) return null
  const moved = Number(`${metres}e-3`)
  return Number.isNaN(moved) ? metres / 1_000 : moved
}

/** To a millionth: what is beyond is the noise of a sum. */
export const rounded = (value: number): number => Number(value.toFixed(6))
