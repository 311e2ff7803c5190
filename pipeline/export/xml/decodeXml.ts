/** Text of XML files: encoding, and the blanks that some devices write before the XML declaration. */
import { Result } from "effect"

/** Encodings without a byte order mark are recognized by their first character, `<`. */
const encodings: ReadonlyArray<readonly [label: string, start: ReadonlyArray<number>]> = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
  ["utf-16le", [0x3c, 0x00]],
  ["utf-16be", [0x00, 0x3c]],
]

/** Number of bytes that are searched for the beginning of the XML: ten blanks are common. */
const longestStart = 1024

const isSpace = (byte: number | undefined): boolean =>
  byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09

const startsWith = (bytes: Uint8Array, at: number, start: ReadonlyArray<number>): boolean =>
  start.every((byte, i) => bytes[at + i] === byte)

/** Returns the index of the first byte that is neither blank nor, in UTF-16, half of a blank. */
const afterBlanks = (bytes: Uint8Array): number => {
  let at = 0
  while (at < longestStart) {
    if (isSpace(bytes[at])) at += bytes[at + 1] === 0 ? 2 : 1
    else if (bytes[at] === 0 && isSpace(bytes[at + 1])) at += 2
    else return at
  }
  return at
}

const latin = new TextDecoder("latin1")
const declared = /^<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]{1,40})["']/

/** Labels of encodings that a file in single bytes cannot have, whatever it declares. */
const isWide = (label: string): boolean => /^(utf-?16|utf-?32|ucs-?[24]|iso-10646)/i.test(label)

interface XmlStart {
  /** Index of the first byte of the XML. */
  readonly at: number
  readonly label: string
}

const startOf = (bytes: Uint8Array): XmlStart | undefined => {
  const first = afterBlanks(bytes)
  const [label, mark] = encodings.find(([, start]) => startsWith(bytes, first, start)) ?? []
  if (label !== undefined && mark !== undefined) {
    const isMark = mark[0] !== 0x3c && mark[1] !== 0x3c
    const after = isMark
      ? first + mark.length + afterBlanks(bytes.subarray(first + mark.length))
      : first
    return bytes[after] === 0x3c || bytes[after + 1] === 0x3c ? { at: after, label } : undefined
  }
  if (bytes[first] !== 0x3c) return undefined
  const [, name = "utf-8"] = declared.exec(latin.decode(bytes.subarray(first, first + 200))) ?? []
  return { at: first, label: isWide(name) ? "utf-8" : name.toLowerCase() }
}

/** True if the bytes are XML in an encoding that can be recognized. */
export const isXml = (bytes: Uint8Array): boolean => startOf(bytes) !== undefined

const decoderOf = (label: string): TextDecoder =>
  Result.getOrElse(Result.try(() => new TextDecoder(label)), () => new TextDecoder())

/** Number of bytes of a piece: small, so that a reader can stop soon and holds little text. */
const pieceSize = 1 << 16

/**
 * Yields the text of an XML file in pieces, without the blanks and the byte order mark before it. The byte
 * order mark decides the encoding, then the declaration, otherwise it is UTF-8. Bytes that are wrong in the
 * encoding become U+FFFD. Yields nothing if the bytes are not XML.
 */
export function* xmlPieces(bytes: Uint8Array): Generator<string, void> {
  const start = startOf(bytes)
  if (start === undefined) return
  const decoder = decoderOf(start.label)
  for (let at = start.at; at < bytes.length; at += pieceSize) {
    yield decoder.decode(bytes.subarray(at, at + pieceSize), { stream: true })
  }
  yield decoder.decode()
}
