/** What PostgreSQL may be sent of an answer: not its depths, nor what jsonb cannot hold. */
import { Result } from "effect"
import type { Item } from "../../../schemas/Item.ts"
import { parseExact } from "../../../schemas/json/Json.ts"
import type { Refusal } from "../../Sink.ts"
import type { JsonFields } from "../schema/column.ts"

const largestId = 2n ** 63n - 1n

/** An item whose id, in digits, is small enough for a `bigint`. */
export const fitsBigint = (item: Item): Result.Result<Item, Refusal> =>
  item.resource === "gear" || BigInt(item.id) <= largestId
    ? Result.succeed(item)
    : Result.fail({ item, reason: `its id is more than a bigint holds: ${item.id}` })

/** PostgreSQL reads JSON by recursion; the embedded one has little stack, and does not survive its end. */
const deepest = 2000

/** Whether lists and objects in the JSON `text` lie in one another more than `deepest` deep. */
const isTooDeep = (text: string): boolean => {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    switch (text[i]) {
      case '"':
        for (i++; i < text.length && text[i] !== '"'; i++) if (text[i] === "\\") i++
        break
      case "[":
      case "{":
        if (++depth > deepest) return true
        break
      case "]":
      case "}":
        depth--
    }
  }
  return false
}

/** An item that PostgreSQL may be sent. */
export const sendable = (item: Item): Result.Result<Item, Refusal> =>
  isTooDeep(item.text)
    ? Result.fail({ item, reason: "nested too deeply for PostgreSQL" })
    : fitsBigint(item)

const unstorable = /\\u(?:0000|[dD][89a-fA-F])/
const escapes =
  /\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u0000|\\u[dD][89a-fA-F][0-9a-fA-F]{2}/g

/** Most digits that jsonb holds of a number, before its point and after it. */
const mostWhole = 131_072
const mostDecimals = 16_383

/** Digits in a row that a text is searched for: a longer number fills such a block. */
const block = 8_000

const holdsLongNumber = (text: string): boolean => {
  for (let at = 0; at + block <= text.length; at += block) {
    if (/^[\d.]/.test(text.charAt(at)) && /^[\d.]+$/.test(text.slice(at, at + block))) return true
  }
  return false
}

const stringOrNumber = /"[^"\\]*(?:\\.[^"\\]*)*"|-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?/g

/** The JSON with every number as text that is beyond what jsonb holds of one. */
const withoutHuge = (text: string): string =>
  /\d[eE][+-]?\d{4}/.test(text) || holdsLongNumber(text)
    ? text.replaceAll(stringOrNumber, (found, whole, decimals = "", exponent = "0") => {
      if (whole === undefined) return found
      const fits = whole.length + Number(exponent) <= mostWhole &&
        decimals.length - Number(exponent) <= mostDecimals
      return fits ? found : `"${found}"`
    })
    : text

/**
 * JSON text that jsonb takes: NUL and half surrogate pairs, escaped or not, become U+FFFD, and a number
 * of more digits than it holds becomes text. All else stays as sent, so that jsonb keeps every digit.
 */
export const storableJson = (text: string): string => {
  const wellFormed = withoutHuge(text.toWellFormed())
  return unstorable.test(wellFormed)
    ? wellFormed.replaceAll(
      escapes,
      (escape) => escape.length === 12 || escape === "\\\\" ? escape : "\\ufffd",
    )
    : wellFormed
}

/** Whether a whole number in `text` may be one that JavaScript would round. */
const holdsLong = (text: string): boolean => /\d{16}/.test(text)

/** `value`, which is what `text` says, with each number as sent that JavaScript would round. */
export const exactly = (text: string, value: JsonFields): JsonFields =>
  holdsLong(text) ? parseExact(text) as JsonFields : value
