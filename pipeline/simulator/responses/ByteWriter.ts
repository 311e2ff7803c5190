/**
 * Writes JSON numbers as bytes, which is ten times cheaper than strings for a response of 40,000
 * numbers.
 */

const comma = 0x2c
const minus = 0x2d
const dot = 0x2e
const zero = 0x30

export class ByteWriter {
  private bytes: Uint8Array<ArrayBuffer>
  private length = 0

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity)
  }

  /** Reserves space for `more` bytes. All other methods assume that there is space. */
  reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more))
    larger.set(this.bytes.subarray(0, this.length))
    this.bytes = larger
  }

  ascii(text: string): void {
    for (let i = 0; i < text.length; i++) this.bytes[this.length++] = text.charCodeAt(i)
  }

  comma(): void {
    this.bytes[this.length++] = comma
  }

  /** Writes a whole number within ±2^31. */
  int(value: number): void {
    let rest = value | 0
    if (rest < 0) {
      this.bytes[this.length++] = minus
      rest = -rest
    }
    let count = 1
    for (let bound = 10; rest >= bound; bound *= 10) count++
    for (let at = this.length + count - 1; at >= this.length; at--) {
      const tenth = (rest / 10) | 0
      this.bytes[at] = zero + rest - tenth * 10
      rest = tenth
    }
    this.length += count
  }

  /** Writes `scaled` / `scale` (a power of ten) with as few decimals as possible, but at least one. */
  fixed(scaled: number, scale: number): void {
    let rest = scaled | 0
    if (rest < 0) {
      this.bytes[this.length++] = minus
      rest = -rest
    }
    const whole = (rest / scale) | 0
    this.int(whole)
    this.bytes[this.length++] = dot
    rest -= whole * scale
    let unit = scale / 10
    do {
      const digit = (rest / unit) | 0
      this.bytes[this.length++] = zero + digit
      rest -= digit * unit
      unit /= 10
    } while (rest > 0)
  }

  /** Returns the written bytes, without a copy. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.length)
  }
}
