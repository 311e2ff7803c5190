/**
 * Text of any bytes, without loss. Strava's responses are UTF-8, but a name can hold a byte that is not:
 * such a byte is the character U+DC80 to U+DCFF in our texts, which no UTF-8 decodes to, so that the text
 * still is exactly these bytes. Python calls this `surrogateescape`.
 */

const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })
const encoder = new TextEncoder()

const escapes = 0xdc00

/** Number of bytes of the character that begins at `at`; 0 if it is not UTF-8. */
const lengthAt = (bytes: Uint8Array, at: number): number => {
  const [first = 0, second = 0, third = 0, fourth = 0] = bytes.subarray(at, at + 4)
  const follows = (byte: number) => byte >> 6 === 0b10
  if (first < 0x80) return 1
  if (first >= 0xc2 && first <= 0xdf) return follows(second) ? 2 : 0
  if (first >= 0xe0 && first <= 0xef) {
    // Neither a longer spelling than needed, nor half of a surrogate pair.
    const fits = first === 0xe0 ? second >= 0xa0 : first === 0xed ? second < 0xa0 : true
    return fits && follows(second) && follows(third) ? 3 : 0
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const fits = first === 0xf0 ? second >= 0x90 : first === 0xf4 ? second < 0x90 : true
    return fits && follows(second) && follows(third) && follows(fourth) ? 4 : 0
  }
  return 0
}

const escaping = (bytes: Uint8Array): string => {
  const parts: Array<string> = []
  let begin = 0
  for (let at = 0; at < bytes.length;) {
    const length = lengthAt(bytes, at)
    if (length === 0) {
      parts.push(strict.decode(bytes.subarray(begin, at)))
      parts.push(String.fromCharCode(escapes + (bytes[at] ?? 0)))
      begin = at + 1
    }
    at += length || 1
  }
  parts.push(strict.decode(bytes.subarray(begin)))
  return parts.join("")
}

/** Returns the text of these bytes, which `bytesOf` converts back. */
export const textOf = (bytes: Uint8Array): string => {
  try {
    return strict.decode(bytes)
  } catch {
    return escaping(bytes)
  }
}

const isEscape = (code: number) => code >= 0xdc80 && code <= 0xdcff

/** Returns the bytes of a text: UTF-8, except where `textOf` found a byte that is not. */
export const bytesOf = (text: string): Uint8Array<ArrayBuffer> => {
  if (text.isWellFormed()) return encoder.encode(text)
  // The rest takes at most three bytes for each character.
  const bytes = new Uint8Array(text.length * 3)
  let length = 0
  let begin = 0
  const add = (end: number) => {
    length += encoder.encodeInto(text.slice(begin, end), bytes.subarray(length)).written
  }
  for (let at = 0; at < text.length; at++) {
    const code = text.codePointAt(at) ?? 0
    if (code > 0xffff) at++
    else if (isEscape(code)) {
      add(at)
      bytes[length++] = code - escapes
      begin = at + 1
    }
  }
  add(text.length)
  return bytes.slice(0, length)
}
