/** The check of an item before a sink writes it. Delivered items were checked once, at their checkpoint. */
import { Effect, Predicate, Result } from "effect"
import { isIdOf, type Item, type ResponseObject } from "../schemas/Item.ts"
import { parseResponse } from "../schemas/json/ParsedItem.ts"
import type { StreamSet } from "../schemas/StreamSet.ts"
import type { Refusal } from "./Sink.ts"

/** An item and its response as `JSON.parse` reads it, for decisions, since numbers may be rounded. */
interface Accepted<A> {
  readonly item: Item
  /** Read it once, because it may be parsed then. */
  readonly value: A
}

/** Returns the item with its response, or the reason why it can never be stored. */
export const accept = (item: Item): Result.Result<Accepted<ResponseObject>, Refusal> =>
  item.isResponse === true
    ? Result.succeed({
      item,
      get value(): ResponseObject {
        return item.value ?? {}
      },
    })
    : Result.mapBoth(parseResponse(item), {
      onFailure: (reason): Refusal => ({ item, reason }),
      onSuccess: (value): Accepted<ResponseObject> => ({ item, value }),
    })

const isStreamSet = (value: unknown): value is StreamSet =>
  Predicate.isReadonlyObject(value) || Array.isArray(value)

/** Returns streams with their response, or the reason why they can never be stored. */
export const acceptStreams = (item: Item): Result.Result<Accepted<StreamSet>, Refusal> => {
  const refuse = (reason: string) => Result.fail({ item, reason })
  if (!isIdOf("streams", item.id)) {
    return refuse(`its id is not a number: ${JSON.stringify(item.id)}`)
  }
  // A scan exists only for valid streams.
  if (item.scan !== undefined) {
    return Result.succeed({
      item,
      get value(): StreamSet {
        return JSON.parse(item.text)
      },
    })
  }
  const parsed = Result.try((): unknown => JSON.parse(item.text))
  if (Result.isFailure(parsed)) return refuse("its text is not JSON")
  return isStreamSet(parsed.success)
    ? Result.succeed({ item, value: parsed.success })
    : refuse("its text is not a response: an object is missing")
}

const refusalOf = (item: Item): Refusal | undefined =>
  Result.getOrUndefined(
    Result.flip(item.resource === "streams" ? acceptStreams(item) : accept(item)),
  )

/** Separates the items that can be stored from those that never can be. */
export const checkItems = Effect.fnUntraced(function* (items: ReadonlyArray<Item>) {
  const accepted: Array<Item> = []
  const refused: Array<Refusal> = []
  for (const item of items) {
    const refusal = item.isResponse === true ? undefined : refusalOf(item)
    if (refusal === undefined) accepted.push(item)
    else refused.push(refusal)
    if (item.isResponse !== true) yield* Effect.yieldNow
  }
  return { accepted, refused }
})
