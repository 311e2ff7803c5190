/** Decoding and encoding of arbitrary bytes without loss. */
import { Effect, Schema } from "effect"
import assert from "node:assert/strict"
import { bytesOf, textOf } from "../../schemas/json/utf8.ts"
import { test } from "../testing.ts"

const holds = (name: string, body: () => void) => test(name, () => Effect.sync(body))

const encoder = new TextEncoder()

holds("valid UTF-8 is decoded and encoded without loss, including a byte order mark", () => {
  for (
    const text of ["", "a", "é", "日本語", "🚴🏔️", "\ufeffmark", "nul \0", "x".repeat(100_000)]
  ) {
    assert.equal(textOf(encoder.encode(text)), text)
    assert.deepEqual(bytesOf(text), encoder.encode(text))
  }
})

holds("a byte that is not UTF-8 decodes to its own character, and is encoded again as sent", () => {
  const around = (...bytes: ReadonlyArray<number>) =>
    Uint8Array.of(0x22, 0xc3, 0xa9, ...bytes, 0xf0, 0x9f, 0x9a, 0xb4, 0x22)
  const wrong: ReadonlyArray<ReadonlyArray<number>> = [
    [0xff],
    [0x80],
    [0xc3],
    [0xc0, 0xaf], // too long a spelling
    [0xe0, 0x9f, 0xbf],
    [0xed, 0xa0, 0x80], // half of a surrogate pair
    [0xf0, 0x8f, 0xbf, 0xbf],
    [0xf4, 0x90, 0x80, 0x80], // beyond the last character
    [0xe2, 0x82],
    [0xf0, 0x9f, 0x9a],
  ]
  for (const bytes of wrong) {
    const text = textOf(around(...bytes))
    assert.equal(text.length, 5 + bytes.length, String(bytes))
    assert.equal(text.toWellFormed(), `"é${"\ufffd".repeat(bytes.length)}🚴"`)
    assert.deepEqual(bytesOf(text), around(...bytes), String(bytes))
    assert.equal(typeof JSON.parse(text), "string")
  }
})

test.prop(
  "decoding and encoding returns any bytes unchanged",
  Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 255 }))),
  (numbers) => {
    const bytes = Uint8Array.from(numbers)
    assert.deepEqual(bytesOf(textOf(bytes)), bytes)
    return true
  },
)
