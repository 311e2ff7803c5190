/** An item whose response was parsed and checked, so that no sink repeats that. */
import { Predicate, Result } from "effect"
import type { AthleteId } from "../Athlete.ts"
import { namedEntries } from "./entryNames.ts"
import {
  idRuleOf,
  isIdOf,
  isListed,
  type Item,
  type ItemKey,
  type Resource,
  type ResponseObject,
} from "../Item.ts"
import { declarationOf } from "../resources.ts"
import { packed } from "./compress.ts"
import { hashOf } from "./hash.ts"
import { idIn } from "./Json.ts"
import { bytesOf } from "./utf8.ts"

type Content = Pick<Item, "text" | "hash" | "fetchedAt" | "packed">

/** Returns the response that the text of an item is, or the reason why it is none. */
export const parseResponse = (
  { id, resource, text }: Pick<Item, "id" | "resource" | "text">,
  parse: () => unknown = () => JSON.parse(text),
): Result.Result<ResponseObject, string> => {
  if (!isIdOf(resource, id)) {
    return Result.fail(`its id is not ${idRuleOf(resource).words}: ${JSON.stringify(id)}`)
  }
  const parsed = Result.try(parse)
  if (Result.isFailure(parsed)) return Result.fail("its text is not JSON")
  const value = isListed(resource) && Array.isArray(parsed.success)
    ? namedEntries(parsed.success)
    : parsed.success
  if (!Predicate.isReadonlyObject(value)) {
    return Result.fail("its text is not a response: an object is missing")
  }
  if (!declarationOf(resource).named) return Result.succeed(value)
  const own = idIn(text, value)
  return own === id
    ? Result.succeed(value)
    : Result.fail(`its text has another id: ${own ?? "none"}`)
}

/** Never spread it: the copy would lack `value`. */
class ParsedItem implements Item {
  readonly athlete: AthleteId
  readonly resource: Resource
  readonly id: string
  readonly text: string
  readonly hash: string
  readonly fetchedAt: number
  readonly isResponse = true
  #value: ResponseObject | undefined
  #packed: Uint8Array | undefined

  constructor(
    { athlete, id, resource }: ItemKey,
    content: Content,
    value: ResponseObject | undefined,
  ) {
    this.athlete = athlete
    this.resource = resource
    this.id = id
    this.text = content.text
    this.hash = content.hash
    this.fetchedAt = content.fetchedAt
    this.#packed = content.packed
    this.#value = value
  }

  /** Parsed again, and not kept, if it was released. */
  get value(): ResponseObject {
    if (this.#value !== undefined) return this.#value
    const parsed = JSON.parse(this.text)
    return isListed(this.resource) ? namedEntries(parsed) : parsed
  }

  /** Compressed once, for both the state file and PostgreSQL. */
  get packed(): Uint8Array {
    return this.#packed ??= packed(bytesOf(this.text))
  }

  release(): void {
    this.#value = undefined
    this.#packed = undefined
  }
}

interface Parsing {
  /** Returns the parsed text if the caller has it. */
  readonly parse?: () => unknown
  /** True unless the value would take too much memory. */
  readonly keepsValue?: boolean
}

/** Returns an item that is checked; streams, and a text that is no response, are left to the sinks. */
export const checkedItem = (
  key: ItemKey,
  content: Content,
  { keepsValue = true, parse }: Parsing = {},
): Item => {
  const response = key.resource === "streams"
    ? Result.fail("")
    : parseResponse({ ...key, text: content.text }, parse)
  return Result.isSuccess(response)
    ? new ParsedItem(key, content, keepsValue ? response.success : undefined)
    : { ...key, ...content }
}

/** Returns the item of a response that was received at `fetchedAt` (milliseconds since 1970). */
export const itemFrom = (
  key: ItemKey,
  text: string,
  fetchedAt: number,
  parse?: () => unknown,
): Item =>
  checkedItem(key, { text, hash: hashOf(text), fetchedAt }, parse === undefined ? {} : { parse })
