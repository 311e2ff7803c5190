/** The webhook of a simulated application: a subscription, and the events that are sent to it. */
import { Clock, Effect, Schedule } from "effect"
import { type HttpClient, HttpClientRequest } from "effect/http"
import { faultResponse, value } from "./responses/common.ts"
import type { SimulatedResponse } from "./protocol.ts"

/** Strava sends an event up to three times. */
const attempts = 3
const pause = "2 seconds"

interface Subscription {
  readonly id: number
  readonly callback: string
}

/** An event, without the fields that every event has. */
interface ClubEvent {
  readonly object_type: "activity" | "athlete"
  readonly object_id: number
  readonly aspect_type: "create" | "update" | "delete"
  readonly updates?: Readonly<Record<string, string>>
  readonly owner_id: number
}

const refused = (code: string) => faultResponse(400, "PushSubscription", "callback url", code)

/** Returns the webhook of an application; requests to it are sent by `client`. */
export const makeClubWebhook = (client: HttpClient.HttpClient) => {
  let subscription: Subscription | undefined
  /** True if the callback returns the challenge, as Strava requires. */
  const isConfirmed = (callback: URL, verifyToken: string) => {
    const challenge = crypto.randomUUID()
    callback.searchParams.set("hub.mode", "subscribe")
    callback.searchParams.set("hub.challenge", challenge)
    callback.searchParams.set("hub.verify_token", verifyToken)
    return client.get(callback.href).pipe(
      Effect.flatMap(({ text }) => text),
      Effect.map((body) => body.includes(challenge)),
      Effect.orElseSucceed(() => false),
    )
  }
  return {
    /** Responds to a request for a subscription. */
    subscribe: Effect.fnUntraced(function* (form: URLSearchParams) {
      const callback = URL.parse(form.get("callback_url") ?? "")
      if (callback === null) return refused("invalid")
      const { href } = callback
      if (!(yield* isConfirmed(callback, form.get("verify_token") ?? ""))) {
        return refused("GET to callback URL does not return 200")
      }
      subscription = { id: 1, callback: href }
      return { ...value({ id: 1 }), status: 201 } satisfies SimulatedResponse
    }),
    /** Sends an event, if there is a subscription, until it is accepted. True if it was. */
    announce: Effect.fnUntraced(function* (event: ClubEvent) {
      if (subscription === undefined) return false
      const now = yield* Clock.currentTimeMillis
      const request = HttpClientRequest.bodyJsonUnsafe(
        HttpClientRequest.post(subscription.callback),
        {
          updates: {},
          ...event,
          subscription_id: subscription.id,
          event_time: Math.floor(now / 1_000),
        },
      )
      return yield* client.execute(request).pipe(
        Effect.filterOrFail(({ status }) => status === 200, () => "not accepted" as const),
        Effect.retry({ times: attempts - 1, schedule: Schedule.spaced(pause) }),
        Effect.as(true),
        Effect.orElseSucceed(() => false),
      )
    }),
  }
}
