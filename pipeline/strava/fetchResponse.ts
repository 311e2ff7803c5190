/** Fetches and reads a response. Retries temporary failures; others are typed errors. */
import { Clock, Effect } from "effect"
import { metrics, recordMetric } from "../base/metrics.ts"
import type { Reader } from "./ParsedResponse.ts"
import { Unreachable, UnreadableResponse } from "./errors.ts"
import { ExchangeFailed, isTemporary, retryPolicy } from "./http/exchange.ts"
import { refusal, refusalOf } from "./refusal.ts"
import { type RequestSubject, send, type Wire } from "./send.ts"

/**
 * Maximum number of requests per run for a response (200) that cannot be read, because Strava counts
 * each.
 */
const maxGarbled = 2

/** Counts the responses of a run that could not be read, by path. */
const makeGarbled = () => {
  const garbled = new Map<string, { readonly count: number; readonly detail: string }>()
  return {
    /** True if another request for this path would only use up quota. */
    isHopeless: (path: string) => (garbled.get(path)?.count ?? 0) >= maxGarbled,
    errorOf: (path: string) =>
      new ExchangeFailed({ reason: "garbled", detail: garbled.get(path)?.detail ?? "" }),
    note: (path: string, error: { readonly _tag: string }) => {
      if (!(error instanceof ExchangeFailed) || error.reason !== "garbled") return
      const count = (garbled.get(path)?.count ?? 0) + 1
      garbled.set(path, { count, detail: error.detail })
    },
  }
}

/** Converts the error of the last attempt to that of the request. */
const fromExchange = (request: string) => <E>(error: E | ExchangeFailed) => {
  if (!(error instanceof ExchangeFailed)) return error
  const { detail, reason } = error
  return reason === "garbled" || reason === "oversized"
    ? new UnreadableResponse({ request, detail })
    : new Unreachable({ request, detail, hasResponse: reason === "server" })
}

/** Sends one request and reads its response. Fails with the error of its status. */
const fetchOnce = Effect.fnUntraced(function* (
  wire: Wire,
  what: string,
  path: string,
  read: Reader,
  subject: RequestSubject,
) {
  const { access, tokens } = wire
  const raw = yield* send(wire, what, path, subject)
  if (raw.status >= 500) {
    const detail = `Strava returned ${raw.status}`
    return yield* new ExchangeFailed({ reason: "server", detail })
  }
  if (raw.status !== 200) {
    const error = refusal(what, raw)
    if (error._tag !== "ApplicationInactive") return yield* error
    if (subject === "athlete") {
      access.applicationRefused(error)
      return yield* error
    }
    if (!access.believes(raw.token)) yield* access.prove(raw.order, raw.token)
    return yield* refusalOf(what, raw)
  }
  const response = yield* read(raw, yield* Clock.currentTimeMillis)
  yield* tokens.confirm(raw.token)
  return response
})

/** Notes a failure after which the request is sent again, unless it was the last attempt. */
const noteFailure = (what: string, { message }: { readonly message: string }) =>
  Effect.andThen(
    recordMetric(metrics.retries, 1),
    Effect.logDebug("request failed").pipe(Effect.annotateLogs({ request: what, detail: message })),
  )

/** Returns the function that fetches `path`; `what` names the request in errors. */
export const makeFetchResponse = (wire: Wire) => {
  const garbled = makeGarbled()
  return Effect.fn("Strava.fetchResponse")(
    function* (what: string, path: string, read: Reader, subject: RequestSubject) {
      if (garbled.isHopeless(path)) return yield* garbled.errorOf(path)
      return yield* fetchOnce(wire, what, path, read, subject)
    },
    (effect, what, path) =>
      effect.pipe(
        Effect.tapError((error) => Effect.sync(() => garbled.note(path, error))),
        Effect.tapError((error) => isTemporary(error) ? noteFailure(what, error) : Effect.void),
        Effect.retry({
          schedule: retryPolicy,
          while: (error) => isTemporary(error) && !garbled.isHopeless(path),
        }),
        Effect.mapError(fromExchange(what)),
      ),
  )
}
