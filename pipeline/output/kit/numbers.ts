/** Numbers as people read them. */

const format = new Intl.NumberFormat("en")

/** Returns `1,203`. */
export const formatNumber = (count: number): string => format.format(count)

/** Returns a number for a cell of a table, where zeros are dots so that the other numbers stand out. */
export const formatCell = (count: number): string => count === 0 ? "·" : formatNumber(count)
