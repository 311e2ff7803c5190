/** Changes to a file that are kept in memory, page by page; the file itself stays as it is. */

const pageSize = 8192

/** Reads bytes of the file from a position; bytes beyond its end are zero. */
type ReadFile = (into: Int8Array, at: number) => void

export class Patches {
  readonly #pages = new Map<number, Int8Array>()
  /** Bytes of the file that are still valid: fewer than it has after it was truncated. */
  #original: number

  constructor(size: number) {
    this.#original = size
  }

  /** Fills `into` with the bytes from `at`. */
  read(into: Int8Array, at: number, file: ReadFile): void {
    if (this.#pages.size === 0) return this.#readOriginal(into, at, file)
    this.#each(at, into.length, (page, from, length, done) => {
      const part = into.subarray(done, done + length)
      const patched = this.#pages.get(page)
      if (patched === undefined) this.#readOriginal(part, page * pageSize + from, file)
      else part.set(patched.subarray(from, from + length))
    })
  }

  /** Writes `bytes` at `at`. */
  write(bytes: Int8Array, at: number, file: ReadFile): void {
    this.#each(at, bytes.length, (page, from, length, done) => {
      let patched = this.#pages.get(page)
      if (patched === undefined) {
        patched = new Int8Array(pageSize)
        if (length < pageSize) this.#readOriginal(patched, page * pageSize, file)
        this.#pages.set(page, patched)
      }
      patched.set(bytes.subarray(done, done + length), from)
    })
  }

  /** Truncates the file to `size`, or extends it with zeros. */
  resize(size: number): void {
    this.#original = Math.min(this.#original, size)
    for (const [page, patched] of this.#pages) {
      const start = page * pageSize
      if (start >= size) this.#pages.delete(page)
      else if (start + pageSize > size) patched.fill(0, size - start)
    }
  }

  #readOriginal(into: Int8Array, at: number, file: ReadFile): void {
    const length = Math.max(0, Math.min(into.length, this.#original - at))
    if (length > 0) file(into.subarray(0, length), at)
    into.fill(0, length)
  }

  #each(
    at: number,
    length: number,
    use: (page: number, from: number, length: number, done: number) => void,
  ): void {
    for (let done = 0; done < length;) {
      const page = Math.floor((at + done) / pageSize)
      const from = at + done - page * pageSize
      const part = Math.min(pageSize - from, length - done)
      use(page, from, part, done)
      done += part
    }
  }
}
