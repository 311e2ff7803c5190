/** Converts a simulated response to a web `Response` as `fetch` returns it, including broken bodies. */
import type { SimulatedBody, SimulatedResponse } from "./protocol.ts"

/** Returns the error with which the platform's `fetch` reports a broken connection. */
export const connectionError = (): TypeError =>
  new TypeError("error sending request: connection closed before message completed (simulated)")

/** True if a response of this status cannot have a body. */
export const isBodiless = (status: number): boolean => [204, 205, 304].includes(status)

const blankChunk = new Uint8Array(64 * 1024).fill(0x20)

/** Yields `[`, blanks and `]`, `bytes` in total, one chunk at a time. */
export function* blanks(bytes: number): Generator<Uint8Array<ArrayBuffer>> {
  yield new Uint8Array([0x5b])
  for (let left = bytes - 2; left > 0; left -= blankChunk.length) {
    yield blankChunk.slice(0, Math.min(left, blankChunk.length))
  }
  yield new Uint8Array([0x5d])
}

/** Sends `sent`, then an error or, without one, nothing until `signal` aborts. */
const unfinished = (
  sent: Uint8Array<ArrayBuffer>,
  error: Error | undefined,
  signal: AbortSignal,
): ReadableStream<Uint8Array<ArrayBuffer>> => {
  let isSent = sent.length === 0
  return new ReadableStream({
    start: (controller) =>
      signal.addEventListener("abort", () => controller.error(signal.reason), { once: true }),
    pull: (controller) => {
      if (!isSent) {
        isSent = true
        return controller.enqueue(sent)
      }
      if (error !== undefined) return controller.error(error)
      return new Promise<void>(() => {})
    },
  }, { highWaterMark: 0 })
}

/** Sends a byte of `sent` after each `second`, until `signal` aborts. */
const dripping = (
  sent: Uint8Array<ArrayBuffer>,
  second: () => Promise<void>,
  signal: AbortSignal,
): ReadableStream<Uint8Array<ArrayBuffer>> => {
  let sentCount = 0
  return new ReadableStream({
    start: (controller) =>
      signal.addEventListener("abort", () => controller.error(signal.reason), { once: true }),
    pull: async (controller) => {
      if (sentCount === sent.length) return controller.close()
      await second()
      if (!signal.aborted) controller.enqueue(sent.slice(sentCount, ++sentCount))
    },
  }, { highWaterMark: 0 })
}

const streamOf = (
  chunks: Iterator<Uint8Array<ArrayBuffer>>,
): ReadableStream<Uint8Array<ArrayBuffer>> =>
  new ReadableStream({
    pull: (controller) => {
      const { done, value } = chunks.next()
      if (done === true) controller.close()
      else controller.enqueue(value)
    },
  }, { highWaterMark: 0 })

const bodyOf = (body: SimulatedBody, signal: AbortSignal, second: () => Promise<void>) => {
  if (typeof body === "string" || body instanceof Uint8Array) return body
  switch (body._tag) {
    case "Bomb":
      return streamOf(blanks(body.bytes))
    case "Stalled":
      return unfinished(body.sent, undefined, signal)
    case "Dripping":
      return dripping(body.sent, second, signal)
    case "Truncated":
      return unfinished(body.sent, connectionError(), signal)
    case "Reset":
      return unfinished(new Uint8Array(), connectionError(), signal)
  }
}

/**
 * Returns the response. `signal` aborts an unfinished body; `second` waits a second of the caller's
 * clock.
 */
export const toWeb = (
  { body, headers, status }: SimulatedResponse,
  signal: AbortSignal,
  second: () => Promise<void>,
): Response =>
  new Response(isBodiless(status) ? null : bodyOf(body, signal, second), {
    status,
    headers: { ...headers },
  })
