/** What an item must be before a sink takes it: a key that may name a file, and an answer of Strava's. */
import { Result, Schema } from "effect"
import { type AnswerOf, answers } from "../schemas/answers.ts"
import { digitsOf } from "../schemas/Json.ts"
import { isIdOf, type Item, type Resource } from "../schemas/Item.ts"
import type { Refusal } from "./Sink.ts"

/** An item, and its text as `JSON.parse` reads it: for decisions, since numbers may be rounded. */
export interface Accepted<A> {
  readonly item: Item
  readonly value: A
}

const accepting = <R extends Resource>(
  resource: R,
  schema: Schema.ConstraintDecoder<AnswerOf<R>>,
  idOf: (value: AnswerOf<R>, item: Item) => string,
) => {
  const decode = Schema.decodeUnknownResult(schema)
  return (item: Item): Result.Result<Accepted<AnswerOf<R>>, Refusal> => {
    const refuse = (reason: string) => Result.fail({ item, reason })
    if (!isIdOf(resource, item.id)) {
      const what = resource === "gear" ? "a gear's" : "a number"
      return refuse(`its id is not ${what}: ${JSON.stringify(item.id)}`)
    }
    const parsed = Result.try((): unknown => JSON.parse(item.text))
    if (Result.isFailure(parsed)) return refuse("its text is not JSON")
    const decoded = decode(parsed.success)
    if (Result.isFailure(decoded)) {
      return refuse(`its text is no answer: ${decoded.failure.message}`)
    }
    const id = idOf(decoded.success, item)
    return id === item.id
      ? Result.succeed({ item, value: decoded.success })
      : refuse(`its text is of another id: ${id}`)
  }
}

/** Answers without an id of their own are of the item's. */
const itemsOwn = (_value: unknown, { id }: Item) => id
const named = ({ id }: { readonly id: number | string }, { text }: Item) => digitsOf(text, id)

/** By resource: an item as an accepted answer, or why it never will be one. */
export const accept = {
  athlete: accepting("athlete", answers.athlete, named),
  zones: accepting("zones", answers.zones, itemsOwn),
  stats: accepting("stats", answers.stats, itemsOwn),
  gear: accepting("gear", answers.gear, named),
  activities: accepting("activities", answers.activities, named),
  details: accepting("details", answers.details, named),
  streams: accepting("streams", answers.streams, itemsOwn),
} as const
