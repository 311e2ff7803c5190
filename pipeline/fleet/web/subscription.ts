/** The subscription of the webhook at Strava: one per application. */
import { Effect, Redacted, Schema } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { SqlClient } from "effect/sql/SqlClient"
import { errorExitCode, exitCodes } from "../../base/exit.ts"
import { StravaConfig } from "../../strava/StravaConfig.ts"
import { webhookSecrets } from "./webhook.ts"

/** Strava did not create the subscription. */
class SubscriptionRefused extends Schema.TaggedError<SubscriptionRefused>()("SubscriptionRefused", {
  detail: Schema.String,
}) {
  override get message() {
    return `Strava did not create the subscription: ${this.detail}. A runner must be reachable at the ` +
      "public address. If there is one already, delete it at Strava first"
  }
  override readonly [errorExitCode] = exitCodes.unavailable
}

const Created = Schema.Struct({ id: Schema.Int })

/** Subscribes the webhook at `base`, the public address of the web port; returns the id of the subscription. */
export const createSubscription = Effect.fn("fleet.subscribe")(function* (base: string) {
  const { apiUrl, credentials } = yield* StravaConfig
  const { clientId, clientSecret } = yield* credentials
  const { path, verifyToken } = yield* webhookSecrets
  const client = yield* HttpClient.HttpClient
  const request = HttpClientRequest.post(`${apiUrl}/push_subscriptions`).pipe(
    HttpClientRequest.bodyUrlParams({
      client_id: clientId,
      client_secret: Redacted.value(clientSecret),
      callback_url: `${base}${path}`,
      verify_token: verifyToken,
    }),
  )
  const refused = (detail: string) => new SubscriptionRefused({ detail })
  const response = yield* Effect.mapError(
    client.execute(request),
    ({ message }) => refused(message),
  )
  const text = yield* Effect.orElseSucceed(response.text, () => "")
  const { id } = yield* Effect.mapError(
    Schema.decodeEffect(Schema.fromJsonString(Created))(text),
    () => refused(`${response.status} ${text.slice(0, 200)}`),
  )
  const sql = yield* SqlClient
  yield* sql.withTransaction(Effect.andThen(
    sql`delete from fleet.subscription`,
    sql`insert into fleet.subscription (id) values (${id}::bigint)`,
  ))
  return id
})
