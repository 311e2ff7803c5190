/** An event that Strava sends to a webhook. */
import { Schema } from "effect"

/** Fields of an event (developers.strava.com/docs/webhooks). */
export class StravaEvent extends Schema.Class<StravaEvent>("StravaEvent")({
  object_type: Schema.Literals(["activity", "athlete"]),
  object_id: Schema.Int,
  aspect_type: Schema.Literals(["create", "update", "delete"]),
  updates: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown)),
  owner_id: Schema.Int,
  subscription_id: Schema.Int,
  /** In seconds since 1970. */
  event_time: Schema.Int,
}) {}

/** Returns a text that is the same each time that Strava sends the event: it sends one up to three times. */
export const eventKey = (
  { aspect_type, event_time, object_id, object_type, updates = {} }: StravaEvent,
): string =>
  [
    object_type,
    object_id,
    aspect_type,
    event_time,
    ...Object.entries(updates).map(([name, value]) => `${name}=${value}`),
  ].join("/")

/** True if the athlete has withdrawn the application's access. */
export const isDeauthorization = ({ object_type, updates = {} }: StravaEvent): boolean =>
  object_type === "athlete" && String(updates["authorized"]) === "false"
