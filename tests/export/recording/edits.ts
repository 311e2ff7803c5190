/** Random changes of the bytes of a file. */
import { Schema } from "effect"
import { concat } from "../../../sinks/files/atomic.ts"

/** Schema of integers from `minimum` to `maximum`. */
export const integerBetween = (minimum: number, maximum: number) =>
  Schema.Int.check(Schema.isBetween({ minimum, maximum }))

/** A change at a ten-thousandth of the length. */
export const Edit = Schema.Struct({
  at: integerBetween(0, 9_999),
  kind: Schema.Literals(["set", "cut", "insert", "repeat", "truncate"]),
  byte: integerBetween(0, 255),
  length: integerBetween(0, 64),
})

/** Returns the bytes before and after the place of an edit. */
export const splitAt = (bytes: Uint8Array, at: number) => {
  const place = Math.floor(bytes.length * at / 10_000)
  return { before: bytes.subarray(0, place), after: bytes.subarray(place) }
}

/** Returns a copy of the bytes with one edit. */
export const withEdit = (
  bytes: Uint8Array,
  { at, byte, kind, length }: typeof Edit.Type,
): Uint8Array<ArrayBuffer> => {
  const { after, before } = splitAt(bytes, at)
  switch (kind) {
    case "set":
      return concat([before, Uint8Array.of(byte), after.subarray(1)])
    case "cut":
      return concat([before, after.subarray(length)])
    case "insert":
      return concat([before, new Uint8Array(length).fill(byte), after])
    case "repeat":
      return concat([before, after.subarray(0, length), after])
    case "truncate":
      return concat([before])
  }
}
