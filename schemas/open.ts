/** Structs as Strava sends them: more fields than documented, fewer than promised, nulls anywhere. */
import { Effect, Schema } from "effect"

/**
 * A field that may be absent or null. A value of another type decodes to null, so that one odd field
 * never costs the item: sinks keep it as sent, and the program goes on without it.
 */
export const maybe = <S extends Schema.Constraint>(schema: S) =>
  Schema.optionalKey(
    Schema.NullOr(schema).pipe(Schema.catchDecoding(() => Effect.succeedSome(null))),
  )

/** A struct that keeps the fields it does not know. */
export const open = <const F extends Schema.Struct.Fields>(fields: F) =>
  Schema.StructWithRest(Schema.Struct(fields), [Schema.Record(Schema.String, Schema.Unknown)])
