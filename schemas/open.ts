/** Structs as Strava sends them: more fields than documented, fewer than promised, nulls anywhere. */
import { Schema } from "effect"

/** A field that may be absent or null. */
export const maybe = <S extends Schema.Constraint>(schema: S) =>
  Schema.optionalKey(Schema.NullOr(schema))

/** A struct that keeps the fields it does not know. */
export const open = <const F extends Schema.Struct.Fields>(fields: F) =>
  Schema.StructWithRest(Schema.Struct(fields), [Schema.Record(Schema.String, Schema.Unknown)])
