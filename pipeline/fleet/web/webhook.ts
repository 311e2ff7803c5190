/** Strava's webhook: each event is durable before the response, which Strava awaits for two seconds. */
import { Clock, Effect, Redacted, Schema } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { createHmac } from "node:crypto"
import { Athlete } from "../Athlete.ts"
import { StravaEvent } from "../StravaEvent.ts"
import { FleetKeys } from "../work/TokenRow.ts"
import { noContent, page } from "./pages.ts"

/** Largest event that is read, in characters: real ones have a few hundred. */
const largest = 10_000

/** Time for making an event durable; then Strava is asked to send it again, up to three times in all. */
const patience = "1800 millis"

/**
 * Secrets of the webhook, derived from the key that encrypts tokens: events are not signed, so the path is secret, and
 * the verify token proves that a subscription is ours.
 */
export const webhookSecrets = Effect.map(FleetKeys, ([key]) => {
  const derive = (name: string) =>
    createHmac("sha256", key === undefined ? "" : Redacted.value(key.secret))
      .update(`paceline webhook ${name}`).digest("base64url").slice(0, 32)
  return { path: `/strava/${derive("path")}`, verifyToken: derive("verify token") }
})

const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(StravaEvent))

/** Responds to the request with which Strava validates a new subscription. */
export const confirmSubscription = Effect.fnUntraced(function* ({ searchParams }: URL) {
  const { verifyToken } = yield* webhookSecrets
  const isOurs = searchParams.get("hub.mode") === "subscribe" &&
    searchParams.get("hub.verify_token") === verifyToken
  return isOurs
    ? Response.json({ "hub.challenge": searchParams.get("hub.challenge") })
    : page(403, "The verify token is wrong.")
})

/** Sends an event to its athlete. An event of an unknown one is accepted, because Strava would send it again. */
const receive = Effect.fnUntraced(function* (text: string) {
  const sql = yield* SqlClient
  const event = yield* decode(text)
  const [known] = yield* sql<{ athlete: boolean; subscription: boolean }>`select
    exists (select 1 from fleet.athlete
      where athlete_id = ${event.owner_id}::bigint and status = 'active') as athlete,
    not exists (select 1 from fleet.subscription)
      or exists (select 1 from fleet.subscription where id = ${event.subscription_id}::bigint)
      as subscription`
  if (known?.subscription !== true) return noContent(403)
  if (known.athlete) {
    const clientOf = yield* Athlete.client
    const received = yield* Clock.currentTimeMillis
    yield* clientOf(String(event.owner_id)).Event({ event, received }, { discard: true })
  }
  return noContent(200)
})

/** Responds to an event. */
export const receiveEvent = (text: string) =>
  text.length > largest ? Effect.succeed(noContent(413)) : receive(text).pipe(
    Effect.timeout(patience),
    Effect.catchTag("SchemaError", () => Effect.succeed(noContent(400))),
    Effect.catchCause((cause) =>
      Effect.as(Effect.logWarning("an event was not stored", cause), noContent(503))
    ),
  )
