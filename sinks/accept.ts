/** What an item must be before a sink takes it: a key that may name a file, and an answer of Strava's. */
import { Result, Schema } from "effect"
import { SummaryActivity } from "../schemas/Activity.ts"
import { DetailedAthlete } from "../schemas/Athlete.ts"
import { isDecimalId, type Item } from "../schemas/Item.ts"
import { StreamSet } from "../schemas/StreamSet.ts"
import type { Refusal } from "./Sink.ts"

/** An item, and its text as `JSON.parse` reads it: for decisions, since numbers may be rounded. */
export interface Accepted<A> {
  readonly item: Item
  readonly value: A
}

const accepting = <S extends Schema.ConstraintDecoder<unknown>>(
  schema: S,
  idOf: (value: S["Type"], item: Item) => string,
) => {
  const decode = Schema.decodeUnknownResult(schema)
  return (item: Item): Result.Result<Accepted<S["Type"]>, Refusal> => {
    const refuse = (reason: string) => Result.fail({ item, reason })
    if (!isDecimalId(item.id)) return refuse(`its id is not a number: ${JSON.stringify(item.id)}`)
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

export const acceptAthlete = accepting(DetailedAthlete, ({ id }) => String(id))
export const acceptActivity = accepting(SummaryActivity, ({ id }) => String(id))
export const acceptStreams = accepting(StreamSet, (_streams, { id }) => id)
