/**
 * Limits of a response that PostgreSQL accepts: the depth of JSON, and values that jsonb cannot
 * hold.
 */
import { Result } from "effect"
import type { Item, Resource } from "../../../schemas/Item.ts"
import { parseExact } from "../../../schemas/json/Json.ts"
import { declarationOf } from "../../../schemas/resources.ts"
import type { Refusal } from "../../Sink.ts"
import type { JsonFields } from "../schema/column.ts"

const largestId = 2n ** 63n - 1n

/** True if the key of the resource is text, or the id fits a `bigint`. */
export const isStorableId = (resource: Resource, id: string): boolean =>
  ["gear", "other"].includes(declarationOf(resource).per) || BigInt(id) <= largestId

/** Returns the item if its id fits the key, or a refusal. */
export const fitsBigint = (item: Item): Result.Result<Item, Refusal> =>
  isStorableId(item.resource, item.id)
    ? Result.succeed(item)
    : Result.fail({ item, reason: `its id exceeds a bigint: ${item.id}` })

/**
 * PostgreSQL parses JSON by recursion; the embedded one has a small stack, and crashes when it
 * overflows.
 */
const deepest = 2000

/** True if lists and objects in the JSON `text` are nested deeper than `deepest`. */
const isTooDeep = (text: string): boolean => {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    switch (text[i]) {
      case '"':
        for (i++; i < text.length && text[i] !== '"';) i += text[i] === "\\" ? 2 : 1
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

/** Returns the item if PostgreSQL accepts it, or a refusal. */
export const sendable = (item: Item): Result.Result<Item, Refusal> =>
  isTooDeep(item.text)
    ? Result.fail({ item, reason: "its JSON is nested too deeply for PostgreSQL" })
    : fitsBigint(item)

const unstorable = /\\u(?:0000|[dD][89a-fA-F])/
const escapes =
  /\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u0000|\\u[dD][89a-fA-F][0-9a-fA-F]{2}/g

/** Most digits that jsonb holds before and after the decimal point of a number. */
const mostWhole = 131_072
const mostDecimals = 16_383

/** Length of a run of digits to search for: every longer number contains such a run. */
const block = 8_000

const holdsLongNumber = (text: string): boolean => {
  for (let at = 0; at + block <= text.length; at += block) {
    if (/^[\d.]/.test(text.charAt(at)) && /^[\d.]+$/.test(text.slice(at, at + block))) return true
  }
  return false
}

const stringOrNumber = /"[^"\\]*(?:\\.[^"\\]*)*"|-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?/g

/** Returns the JSON with each number that exceeds jsonb's limits as text. */
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
 * Returns JSON that jsonb accepts: NUL and half surrogate pairs, escaped or not, become U+FFFD, and
 * a number with too many digits becomes text. Everything else stays as sent, so that jsonb keeps
 * every digit.
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

/** True if `text` might contain a whole number that JavaScript would round. */
const holdsLong = (text: string): boolean => /\d{16}/.test(text)

/** Returns `value`, parsed from `text`, with each number that JavaScript would round as sent. */
export const exactly = (text: string, value: JsonFields): JsonFields =>
  holdsLong(text) ? parseExact(text) as JsonFields : value
