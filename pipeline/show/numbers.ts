/** Everyday units without rounding errors of binary fractions. */

/** Converts `8300.1` meters to `8.3001` kilometers: moves the decimal point and keeps every digit. */
export const kilometersOf = (meters: number | null): number | null => {
  if (meters === null) return null
  const moved = Number(`${meters}e-3`)
  return Number.isNaN(moved) ? meters / 1_000 : moved
}

/** Rounds to a millionth, because further digits of a sum are rounding errors. */
export const rounded = (value: number): number => Number(value.toFixed(6))
