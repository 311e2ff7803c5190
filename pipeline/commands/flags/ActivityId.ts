/** Id of an activity as a user types it: the number, or the address of its page. */
import { Schema, SchemaGetter } from "effect"

const pattern =
  /^(?:https?:\/\/(?:www\.)?strava\.com\/activities\/)?([1-9][0-9]{0,18})(?:[/?#].*)?$/

/** Decodes `123` or `https://www.strava.com/activities/123` to `123`. */
export const ActivityId = Schema.String.check(
  Schema.isPattern(pattern, { expected: "the number of an activity, or its address at Strava" }),
).pipe(Schema.decodeTo(Schema.String, {
  decode: SchemaGetter.transform((typed) => pattern.exec(typed)?.[1] ?? typed),
  encode: SchemaGetter.passthrough(),
}))
