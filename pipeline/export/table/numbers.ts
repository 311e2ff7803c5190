/** Cells as JSON numbers with the digits of the table: none of them is ever a float. */

/** Maximum number of digits of a number that is read. */
const longestNumber = 40

/** Largest value of an integer column. */
const largestInteger = 2_147_483_647

/** Returns a cell as a JSON number with its digits; undefined if it is empty or not a number. */
export const exactNumber = (cell: string | undefined): string | undefined => {
  if (cell === undefined || cell.length > longestNumber) return undefined
  const text = cell.trim()
  return /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d{1,2})?$/.test(text) ? text : undefined
}

/** Returns a cell as a whole JSON number without `.0`; undefined if it is not a whole number. */
export const exactInteger = (cell: string | undefined): string | undefined => {
  const whole = /^(-?\d+)(?:\.0+)?$/.exec(exactNumber(cell) ?? "")?.[1]
  return whole !== undefined && Math.abs(Number(whole)) <= largestInteger ? whole : undefined
}

/** Returns the digits of an id, which some columns have as `123.0`; undefined if it is not one. */
export const idDigits = (cell: string | undefined): string | undefined => {
  const digits = /^([1-9]\d{0,18})(?:\.0+)?$/.exec(cell?.trim() ?? "")?.[1]
  return digits !== undefined && BigInt(digits) < 2n ** 63n ? digits : undefined
}

/** Words that spreadsheets save instead of `true` and `false`. */
const yes = new Set("true 1 1.0 wahr vrai verdadero vero waar verdadeiro".split(" "))
const no = new Set("false 0 0.0 falsch faux falso onwaar".split(" "))

/** Returns a cell as a boolean; undefined if it is empty or not one. */
export const booleanOf = (cell: string | undefined): boolean | undefined => {
  const word = cell === undefined || cell.length > longestNumber ? "" : cell.trim().toLowerCase()
  return yes.has(word) ? true : no.has(word) ? false : undefined
}

/** Returns a number times a factor, exactly: `3.3257` and 1000 return `3325.7`. */
const product = (text: string, factor: bigint): string => {
  const [whole = "", fraction = ""] = text.split(".")
  const digits = String(BigInt(whole + fraction) * factor).padStart(fraction.length + 1, "0")
  const point = digits.length - fraction.length
  const decimals = digits.slice(point).replace(/0+$/, "")
  return decimals === "" ? digits.slice(0, point) : `${digits.slice(0, point)}.${decimals}`
}

const formats = {
  ".": [/^(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?$/, ","],
  ",": [/^(?:\d+|\d{1,3}(?:\.\d{3})+)(?:,\d+)?$/, "."],
} as const

/** Returns a number with this decimal separator as JSON; undefined if it has another format. */
const plain = (text: string, mark: "." | ","): string | undefined => {
  const [format, grouping] = formats[mark]
  return format.test(text) ? text.replaceAll(grouping, "").replace(",", ".") : undefined
}

/** Meters in the unit of distances for people; kilometers for all other sports. */
const units = new Map([["Swim", 1n], ["Sail", 1852n]])

/**
 * Returns a distance for people in meters: kilometers, nautical miles of sailing, or whole meters
 * of swims, with separators of the language. Undefined if it cannot be read.
 *
 * One or two digits after the only separator are decimals in any language. `decimal` is the
 * language's separator, undefined if the language is unknown.
 */
export const metersOf = (
  cell: string,
  sport: string | undefined,
  decimal: "." | "," | undefined,
): string | undefined => {
  if (cell.length > longestNumber) return undefined
  const text = cell.replace(/[\s\u00a0\u202f'’]/g, "")
  // Swims have no decimals, so that each separator groups digits.
  const only = sport === "Swim" && /^\d{1,3}[.,]\d{3}$/.test(text)
    ? text.includes(",") ? "." : ","
    : /^\d+([.,])\d{1,2}$/.exec(text)?.[1] ?? decimal
  const [usual, other] = only === "," ? [",", "."] as const : [".", ","] as const
  const number = plain(text, usual) ?? plain(text, other)
  return number === undefined ? undefined : product(number, units.get(sport ?? "") ?? 1000n)
}
