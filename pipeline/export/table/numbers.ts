/** Cells as JSON numbers with the digits of the table: none of them is ever a float. */

/** Digits of the longest number that is read. */
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

/** Returns the number times 1000, by moving the decimal point. `text` has no exponent. */
const thousandfold = (text: string): string => {
  const [whole = "", fraction = ""] = text.split(".")
  const digits = `${whole}${fraction.slice(0, 3).padEnd(3, "0")}`.replace(/^0+(?=\d)/, "")
  return fraction.length > 3 ? `${digits}.${fraction.slice(3)}` : digits
}

/**
 * Returns a distance for people in meters: kilometers with decimals, but meters without decimals
 * for swims, both with separators of the language. Undefined if it cannot be read.
 *
 * One or two digits after the only separator are decimals in any language. `decimal` is undefined if
 * the language is unknown.
 */
export const metersOf = (
  cell: string,
  isSwim: boolean,
  decimal: "." | "," | undefined,
): string | undefined => {
  if (cell.length > longestNumber) return undefined
  const text = cell.replace(/[\s\u00a0\u202f'’]/g, "")
  if (isSwim && /^\d{1,3}(?:[.,]?\d{3})*$/.test(text)) {
    return text.replace(/[.,]/g, "").replace(/^0+(?=\d)/, "")
  }
  const mark = /^\d+[.,]\d{1,2}$/.test(text) ? /[.,]/.exec(text)?.[0] : decimal ?? "."
  const [format, number] = mark === ","
    ? [/^(?:\d+|\d{1,3}(?:\.\d{3})+)(?:,\d+)?$/, text.replaceAll(".", "").replace(",", ".")]
    : [/^(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?$/, text.replaceAll(",", "")]
  return format.test(text) ? thousandfold(number) : undefined
}
