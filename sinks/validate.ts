/** The check of an item before a sink takes it: a key that may name a file, and a text that is a response. */
import { Predicate, Result } from "effect"
import { idIn } from "../schemas/json/Json.ts"
import { isIdOf, isListed, type Item, recordOf, Resource } from "../schemas/Item.ts"
import { resources } from "../schemas/resources.ts"
import { namedEntries } from "../schemas/entryNames.ts"
import type { StreamSet } from "../schemas/StreamSet.ts"
import type { Refusal } from "./Sink.ts"

/**
 * An item, and its text as `JSON.parse` reads it: for decisions, since numbers may be rounded. The text
 * of an item with a scan is parsed only if `value` is read.
 */
export interface Accepted<A> {
  readonly item: Item
  readonly value: A
}

/** A response that is an object, or a list by the names of its entries. Only its id is checked. */
type Sent = Readonly<Record<string, unknown>>

const isSent = (value: unknown): value is Sent => Predicate.isReadonlyObject(value)

const isStreamSet = (value: unknown): value is StreamSet => isSent(value) || Array.isArray(value)

const accepting = <A>(
  resource: Resource,
  is: (value: unknown) => value is A,
  /** True if the response has its own id, which must be the item's. */
  named: boolean,
) =>
(item: Item): Result.Result<Accepted<A>, Refusal> => {
  const refuse = (reason: string) => Result.fail({ item, reason })
  if (!isIdOf(resource, item.id)) {
    const what = resources[resource].per === "gear" ? "a gear's" : "a number"
    return refuse(`its id is not ${what}: ${JSON.stringify(item.id)}`)
  }
  const parsed = Result.try((): unknown => JSON.parse(item.text))
  if (Result.isFailure(parsed)) return refuse("its text is not JSON")
  const value = isListed(resource) ? namedEntries(parsed.success) : parsed.success
  if (!is(value)) return refuse("its text is no response: an object is missing")
  if (named && idIn(item.text, value) !== item.id) {
    return refuse(`its text is of another id: ${idIn(item.text, value) ?? "none"}`)
  }
  return Result.succeed({ item, value })
}

const parsedStreams = accepting("streams", isStreamSet, false)

/** A scan exists only for valid streams, so they need no check. */
const acceptStreams = (item: Item): Result.Result<Accepted<StreamSet>, Refusal> =>
  item.scan === undefined || !isIdOf("streams", item.id) ? parsedStreams(item) : Result.succeed({
    item,
    get value(): StreamSet {
      return JSON.parse(item.text)
    },
  })

/** By resource: an item as an accepted response, or why it never will be one. */
export const accept = {
  ...recordOf(
    Resource.literals.filter((resource) => resource !== "streams"),
    (resource) => accepting(resource, isSent, resources[resource].named),
  ),
  streams: acceptStreams,
} as const
