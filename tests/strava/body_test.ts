/** Reading bodies of responses from byte streams, as `fetch` provides them, and from other streams. */
import { Effect, Exit } from "effect"
import assert from "node:assert/strict"
import { Body } from "../../pipeline/strava/http/Body.ts"
import { test } from "../testing.ts"

/** More than one buffer, in chunks of every size. */
const sent = Uint8Array.from({ length: 700_000 }, (_, i) => (i * 31) >> 3)

function* pieces(bytes: Uint8Array<ArrayBuffer>) {
  for (let at = 0, size = 1; at < bytes.length; at += size, size = size * 3 % 99_991) {
    yield bytes.slice(at, at + size)
  }
}

const kinds = ["bytes", undefined] as const

/** Returns a stream of `bytes`, followed by `error` if there is one. */
const streamOf = (type: typeof kinds[number], bytes: Uint8Array<ArrayBuffer>, error?: Error) => {
  const source = pieces(bytes)
  const pull = (
    controller: ReadableByteStreamController | ReadableStreamDefaultController<Uint8Array>,
  ) => {
    const { done, value } = source.next()
    if (!done) return controller.enqueue(value)
    if (error !== undefined) return controller.error(error)
    controller.close()
    if ("byobRequest" in controller) controller.byobRequest?.respond(0)
  }
  return type === undefined
    ? new ReadableStream<Uint8Array>({ pull })
    : new ReadableStream({ type, pull })
}

for (const type of kinds) {
  const of = type === undefined ? "a stream of any chunks" : "a stream of bytes"

  test(`${of} is read whole`, () =>
    Effect.gen(function* () {
      const body = new Body()
      assert.equal(yield* body.read(streamOf(type, sent), sent.length), true)
      assert.deepEqual(body.bytes, sent)
      assert.equal(body.bytes.buffer.byteLength, sent.length)
    }))

  test(`${of} is not read beyond the limit`, () =>
    Effect.gen(function* () {
      const body = new Body()
      assert.equal(yield* body.read(streamOf(type, sent), sent.length - 1), false)
      assert.ok(body.bytes.length < sent.length)
    }))

  test(`${of} that breaks keeps the bytes received so far`, () =>
    Effect.gen(function* () {
      const body = new Body()
      const exit = yield* Effect.exit(body.read(streamOf(type, sent, new Error("reset")), 1e9))
      assert.ok(Exit.isFailure(exit))
      assert.deepEqual(body.bytes, sent)
    }))
}
