/** Text of JSON as bytes, written number by number without a string for each. */

const minus = 0x2d
const point = 0x2e
const zero = 0x30

/** Bytes that one number can take: 16 digits and decimals, or a text of 40 characters. */
const longestNumber = 64

/** Returns how many decimal digits a whole number of at least zero has. */
const digitCount = (value: number): number => {
  let count = 1
  for (let power = 10; value >= power; power *= 10) count++
  return count
}

/** Bytes of memory that are kept for the next text, so that an import allocates only what it stores. */
const mostSpare = 4 * 1024 * 1024

let spare = new Uint8Array(0)

export class JsonBytes {
  #bytes: Uint8Array<ArrayBuffer>
  #length = 0

  constructor(capacity: number) {
    const least = Math.max(capacity, longestNumber)
    this.#bytes = spare.length >= least ? spare : new Uint8Array(least)
    spare = new Uint8Array(0)
  }

  /** Makes room for that many more bytes. */
  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + count))
    grown.set(this.#bytes)
    this.#bytes = grown
  }

  /** Writes a text in ASCII. */
  text(text: string): void {
    this.#reserve(text.length)
    const bytes = this.#bytes
    let at = this.#length
    for (let i = 0; i < text.length; i++) bytes[at++] = text.charCodeAt(i)
    this.#length = at
  }

  /** Writes one character, by its ASCII code. */
  code(code: number): void {
    this.#reserve(1)
    this.#bytes[this.#length++] = code
  }

  /** Writes `value` / 10^`decimals` with exactly that many decimals; `value` is a safe integer. */
  scaled(value: number, decimals: number): void {
    this.#reserve(longestNumber)
    const bytes = this.#bytes
    let rest = value
    if (rest < 0) {
      bytes[this.#length++] = minus
      rest = -rest
    }
    const first = this.#length
    const digits = Math.max(digitCount(rest), decimals + 1)
    let at = first + digits + (decimals > 0 ? 1 : 0)
    this.#length = at
    for (let i = 0; i < digits; i++) {
      if (i === decimals && i > 0) bytes[--at] = point
      const tenth = rest < 0x7fff_ffff ? (rest / 10) | 0 : Math.floor(rest / 10)
      bytes[--at] = rest - tenth * 10 + zero
      rest = tenth
    }
  }

  /** Returns a copy of what was written, and is empty again. */
  take(): Uint8Array<ArrayBuffer> {
    const taken = this.#bytes.slice(0, this.#length)
    if (this.#bytes.length <= mostSpare) spare = this.#bytes
    this.#bytes = new Uint8Array(0)
    this.#length = 0
    return taken
  }
}
