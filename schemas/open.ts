/**
 * Structs as Strava sends them: more fields than documented, fewer than promised, and null for any
 * of them.
 */
import { Effect, Schema } from "effect"

/**
 * A field that can be absent or null. A value of another type decodes to null, so that one odd
 * field never loses the item: sinks store it as sent, and the program continues without it.
 */
export const maybe = <S extends Schema.Constraint>(schema: S) =>
  Schema.optionalKey(
    Schema.NullOr(schema).pipe(Schema.catchDecoding(() => Effect.succeedSome(null))),
  )

/** A struct that keeps unknown fields. */
export const open = <const F extends Schema.Struct.Fields>(fields: F) =>
  Schema.StructWithRest(Schema.Struct(fields), [Schema.Record(Schema.String, Schema.Unknown)])
