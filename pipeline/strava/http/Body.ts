/** Reads the body of a response through one small buffer, so that little memory is left to collect. */
import { Effect } from "effect"
import { release } from "../../../schemas/json/release.ts"

/** Maximum number of bytes per read. The platform's own readers allocate that much for each read. */
const chunkSize = 64 * 1024

/** Size of the first buffer, in bytes. It doubles when it is full. */
const firstSize = 256 * 1024

/** Reads the next bytes, valid until the next call; undefined at the end. */
type Next = () => Promise<Uint8Array | undefined>

/** Reads into one buffer, whose memory is transferred to the stream and back with each read. */
const nextOfBytes = (reader: ReadableStreamBYOBReader): Next => {
  let buffer = new ArrayBuffer(chunkSize)
  return async () => {
    const { done, value } = await reader.read(new Uint8Array(buffer))
    if (value !== undefined) buffer = value.buffer
    if (!done) return value
    release(new Uint8Array(buffer))
    return undefined
  }
}

const nextOf = (reader: ReadableStreamDefaultReader<Uint8Array>): Next => async () =>
  (await reader.read()).value

/**
 * Returns a byte reader if the stream supports it, as that of `fetch` does, otherwise a default one.
 */
const readerOf = (stream: ReadableStream<Uint8Array>) => {
  try {
    const reader = stream.getReader({ mode: "byob" })
    return { reader, next: nextOfBytes(reader) }
  } catch {
    const reader = stream.getReader()
    return { reader, next: nextOf(reader) }
  }
}

/** Bytes of a body received so far. */
export class Body {
  #buffer = new Uint8Array(0)
  #size = 0

  /** Returns the bytes received so far, in a buffer of exactly their size. */
  get bytes(): Uint8Array<ArrayBuffer> {
    if (this.#size < this.#buffer.length) {
      const whole = this.#buffer.slice(0, this.#size)
      release(this.#buffer)
      this.#buffer = whole
    }
    return this.#buffer
  }

  #append(chunk: Uint8Array): void {
    const size = this.#size + chunk.length
    if (size > this.#buffer.length) {
      const larger = new Uint8Array(Math.max(firstSize, size, 2 * this.#buffer.length))
      larger.set(this.#buffer)
      release(this.#buffer)
      this.#buffer = larger
    }
    this.#buffer.set(chunk, this.#size)
    this.#size = size
  }

  async #readAll(next: Next, most: number): Promise<boolean> {
    for (let chunk = await next(); chunk !== undefined; chunk = await next()) {
      if (this.#size + chunk.length > most) return false
      this.#append(chunk)
    }
    return true
  }

  /**
   * Reads all of `stream`. Returns false if it has more than `most` bytes; fails with the stream's
   * error.
   */
  readonly read = (stream: ReadableStream<Uint8Array>, most: number) =>
    Effect.acquireUseRelease(
      Effect.sync(() => readerOf(stream)),
      ({ next }) => Effect.tryPromise(() => this.#readAll(next, most)),
      ({ reader }) => Effect.sync(() => void reader.cancel().catch(() => {})),
    )
}
