/** Numbers of XML files as JSON numbers, digit by digit, because a float would print other digits. */

/** Maximum number of characters of a number in a stream that is read as bytes. */
const longestNumber = 40

const loose = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/

/** Returns the number without an exponent: its decimal point is moved by `exponent` digits. */
const shifted = (whole: string, decimals: string, exponent: number) => {
  if (exponent >= 0) {
    const digits = decimals.padEnd(exponent, "0")
    return { whole: whole + digits.slice(0, exponent), decimals: digits.slice(exponent) }
  }
  const digits = whole.padStart(-exponent, "0")
  const point = digits.length + exponent
  return { whole: digits.slice(0, point), decimals: digits.slice(point) + decimals }
}

/** Returns a number in any notation as JSON; undefined if it is no number or has too many digits. */
const rewritten = (text: string): string | undefined => {
  const found = loose.exec(text)
  if (found === null) return undefined
  const [, sign, integer = "", fraction = "", exponent = "0"] = found
  if (integer === "" && fraction === "") return undefined
  const { decimals, whole } = shifted(integer, fraction, Number(exponent))
  const head = `${sign === "-" ? "-" : ""}${whole.replace(/^0+/, "") || "0"}`
  if (head.length > longestNumber) return undefined
  if (decimals === "") return head
  return `${head}.${decimals}`.slice(0, longestNumber).replace(/\.$/, "")
}

/** True if the text is already a JSON number without an exponent; a fast check for the common case. */
const isPlain = (text: string): boolean => {
  const { length } = text
  if (length === 0 || length > longestNumber) return false
  let i = text.charCodeAt(0) === 0x2d ? 1 : 0
  const first = i
  while (i < length && (text.charCodeAt(i) ^ 0x30) < 10) i++
  if (i === first || (i - first > 1 && text.charCodeAt(first) === 0x30)) return false
  if (i === length) return true
  if (text.charCodeAt(i) !== 0x2e || i + 1 === length) return false
  for (i++; i < length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x30 || code > 0x39) return false
  }
  return true
}

/**
 * Returns the text of a number as JSON without an exponent, with the same digits: `+.5` is `0.5`, `7.` is
 * `7`, `007` is `7`, `1.2E-5` is `0.000012`. Decimals past 40 characters are cut. Undefined if the text is
 * not a number, such as `NaN`, an empty text or a number with a decimal comma.
 */
export const numberText = (text: string): string | undefined => {
  if (isPlain(text)) return text
  const trimmed = text.trim()
  return isPlain(trimmed) ? trimmed : rewritten(trimmed)
}
