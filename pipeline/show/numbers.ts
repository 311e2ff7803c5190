/** Everyday units without rounding errors of binary fractions. */

/** Converts `8300.1` meters to `8.3001` kilometers: moves the decimal point and keeps every digit. */
export const kilometresOf = (metres: number | null): number | null => {
  if (metres === null) return null
  const moved = Number(`${metres}e-3`)
  return Number.isNaN(moved) ? metres / 1_000 : moved
}

/** Rounds to a millionth, because further digits of a sum are rounding errors. */
export const rounded = (value: number): number => Number(value.toFixed(6))
