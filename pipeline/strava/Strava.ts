/**
 * The Strava client: what can be asked, and the policy every request obeys: token in the header, quota
 * reserved first, deadline, retries for what may pass, and a typed error for what will not.
 */
import { Clock, Context, Effect, Layer, Option, Redacted, Ref } from "effect"
import { FetchHttpClient, HttpClient, HttpClientRequest } from "effect/http"
import type { AthleteId } from "../../schemas/Athlete.ts"
import { faultFrom, missingScope } from "../../schemas/Fault.ts"
import { streamTypes } from "../../schemas/StreamSet.ts"
import { failpoint } from "../../sinks/failpoints.ts"
import type { StateError } from "../state/StateError.ts"
import { makeAccess } from "./access.ts"
import {
  type ApplicationInactive,
  athleteRequest,
  type DeadlineReached,
  type LimitReached,
  listRequest,
  type Refused,
  ScopeMissing,
  Unauthorized,
  Unreachable,
  UnreadableResponse,
} from "./errors.ts"
import { type ParsedResponse, type Reader, readList, readObject, readStreams } from "./Answer.ts"
import { defaultLimits, exchange, ExchangeFailed, mayPass, retryPolicy } from "./http.ts"
import { Quota } from "./quota/Quota.ts"
import { refusal, refusalOf } from "./refusal.ts"
import { plain, said } from "./sanitize.ts"
import { StravaConfig } from "./StravaConfig.ts"
import { type TokenError, Tokens } from "./auth/Tokens.ts"

export type StravaError =
  | Unreachable
  | UnreadableResponse
  | Refused
  | ApplicationInactive
  | ScopeMissing
  | Unauthorized
  | LimitReached
  | DeadlineReached
  | TokenError
  | StateError

/** A refusal (401) of one thing or of a list concerns the sign-in only if the athlete is refused too. */
type Subject = "athlete" | "list" | "one"

/** Refusals by the limit (429) of one thing, each in another window, before others are compared. */
const mostLimited = 3

/** Requests of a run for a response (200) that cannot be read: Strava counts each of them. */
const mostGarbled = 2

/** Most activities Strava lists at once. */
export const pageSize = 200

export class Strava extends Context.Service<Strava, {
  /** `GET /athlete`: an object. */
  athlete: Effect.Effect<ParsedResponse, StravaError>
  /**
   * One page, from 1, of the activities that began after `after` and before `before` (seconds since
   * 1970), if they are given: an array, in an order that is not promised.
   */
  activities(list: {
    readonly after?: number | undefined
    readonly before?: number | undefined
    readonly page: number
  }): Effect.Effect<ParsedResponse, StravaError>
  /** The activity of this id, in digits, in detail with all efforts: an object; none where Strava has none (404). */
  details(id: string): Effect.Effect<Option.Option<ParsedResponse>, StravaError>
  /** `GET /athlete/zones`: an object. */
  zones: Effect.Effect<ParsedResponse, StravaError>
  /** `GET /athletes/{id}/stats`: an object. */
  stats(id: AthleteId): Effect.Effect<ParsedResponse, StravaError>
  /** `GET /gear/{id}`: an object; none where Strava has none (404). */
  gear(id: string): Effect.Effect<Option.Option<ParsedResponse>, StravaError>
  /** All samples of an activity; none where Strava has none (404), which is a result. */
  streams(id: string): Effect.Effect<Option.Option<ParsedResponse>, StravaError>
  /** Requests sent and bytes received (decoded) so far. */
  traffic: Effect.Effect<{ readonly requests: number; readonly bytes: number }>
}>()("paceline/strava/Strava") {
  static readonly layer = Layer.effect(
    Strava,
    Effect.gen(function* () {
      const client = yield* HttpClient.HttpClient
      const { apiUrl } = yield* StravaConfig
      const tokens = yield* Tokens
      const quota = yield* Quota
      const traffic = yield* Ref.make({ requests: 0, bytes: 0 })

      const access = yield* makeAccess(
        Effect.suspend((): Effect.Effect<ParsedResponse, StravaError> => athlete),
      )

      /**
       * Reserves, sends and learns; sends again after a refusal by the limit, and once with a new token.
       * A refusal that concerns one thing is returned.
       */
      const send = Effect.fnUntraced(function* (what: string, path: string, subject: Subject) {
        let renewed = false
        let limited = 0
        yield* tokens.get
        for (;;) {
          const permit = yield* quota.take
          yield* failpoint("request.reserved")
          const token = yield* tokens.get.pipe(Effect.onError(() => quota.lost(permit)))
          const request = HttpClientRequest.get(`${apiUrl}${path}`).pipe(
            HttpClientRequest.acceptJson,
            HttpClientRequest.bearerToken(Redacted.value(token)),
          )
          yield* Ref.update(traffic, (sum) => ({ ...sum, requests: sum.requests + 1 }))
          const order = access.send()
          const raw = yield* exchange(client, request, defaultLimits).pipe(
            Effect.onError(() => quota.lost(permit)),
          )
          yield* failpoint("request.answered")
          yield* Ref.update(traffic, (sum) => ({ ...sum, bytes: sum.bytes + raw.body.length }))
          yield* quota.learn(permit, raw)
          if (raw.status === 429) {
            if (subject !== "one" || ++limited < mostLimited) continue
            // Refused in several windows: if it is so right after another request, it is of this one.
            if (limited === mostLimited) {
              yield* access.prove(order, token)
              continue
            }
          }
          const secrets = [token, ...yield* tokens.secrets]
          // Seen with both: 401, and in some years 403.
          const denied = raw.status === 401 || raw.status === 403
          const fault = denied ? faultFrom(raw.text()) : {}
          const scope = missingScope(fault)
          if (scope !== undefined) {
            return yield* new ScopeMissing({ request: what, scope: plain(scope, secrets) })
          }
          if (raw.status === 200) access.succeeded(order, token)
          if (raw.status !== 401) return { ...raw, order, secrets, token }
          const believed = subject !== "athlete" && access.believes(token)
          if (!renewed && !believed) {
            yield* tokens.renew(token)
            renewed = true
            continue
          }
          if (subject === "athlete") {
            const error = new Unauthorized({ request: what, detail: said(fault, secrets) })
            access.applicationRefused(error)
            return yield* error
          }
          if (!believed) yield* access.prove(order, token)
          return { ...raw, order, secrets, token }
        }
      })

      /** Number of responses to a path in this run that could not be read, and what was wrong. */
      const garbled = new Map<string, { readonly count: number; readonly detail: string }>()
      const isHopeless = (path: string) => (garbled.get(path)?.count ?? 0) >= mostGarbled
      const noteGarbled = (path: string) => (error: { readonly _tag: string }) =>
        Effect.sync(() => {
          if (!(error instanceof ExchangeFailed) || error.reason !== "garbled") return
          const count = (garbled.get(path)?.count ?? 0) + 1
          garbled.set(path, { count, detail: error.detail })
        })

      const ask = Effect.fn("Strava.ask")(
        function* (
          what: string,
          path: string,
          read: Reader,
          subject: Subject,
        ) {
          yield* Effect.annotateCurrentSpan({ path })
          if (isHopeless(path)) {
            const detail = garbled.get(path)?.detail ?? ""
            return yield* new ExchangeFailed({ reason: "garbled", detail })
          }
          const raw = yield* send(what, path, subject)
          if (raw.status >= 500) {
            const detail = `Strava answered ${raw.status}`
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
          const answer = yield* read(raw, yield* Clock.currentTimeMillis)
          yield* tokens.confirm(raw.token)
          return answer
        },
        (effect, what, path) =>
          effect.pipe(
            Effect.tapError(noteGarbled(path)),
            Effect.retry({
              schedule: retryPolicy,
              while: (error) => mayPass(error) && !isHopeless(path),
            }),
            Effect.mapError(fromExchange(what)),
          ),
      )

      const askOne = (what: string, path: string, read: Reader) => ask(what, path, read, "one")

      const athlete = ask(athleteRequest, "/athlete", readObject, "athlete")

      return Strava.of({
        athlete,
        activities: ({ after, before, page }) =>
          ask(
            `${listRequest} (page ${page})`,
            `/athlete/activities?${after === undefined ? "" : `after=${after}&`}` +
              `${before === undefined ? "" : `before=${before}&`}per_page=${pageSize}&page=${page}`,
            readList,
            "list",
          ),
        details: (id) =>
          unlessMissing(
            askOne(
              `read activity ${id}`,
              `/activities/${id}?include_all_efforts=true`,
              readObject,
            ),
          ),
        zones: askOne("read the athlete's zones", "/athlete/zones", readObject),
        stats: (id) => askOne("read the athlete's totals", `/athletes/${id}/stats`, readObject),
        gear: (id) =>
          unlessMissing(askOne(`read gear ${id}`, `/gear/${encodeURIComponent(id)}`, readObject)),
        streams: (id) =>
          unlessMissing(
            askOne(
              `read the streams of activity ${id}`,
              `/activities/${id}/streams?keys=${streamTypes.join(",")}&key_by_type=true`,
              readStreams,
            ),
          ),
        traffic: Ref.get(traffic),
      })
    }),
  )

  /** HTTP as the real Strava needs it: by `fetch`, and no redirect ever takes our token elsewhere. */
  static readonly layerFetch = FetchHttpClient.layer.pipe(
    Layer.provide(Layer.succeed(FetchHttpClient.RequestInit, { redirect: "manual" })),
  )
}

/** None for a 404, which is a result where an item is asked for. */
const unlessMissing = <R>(asked: Effect.Effect<ParsedResponse, StravaError, R>) =>
  Effect.catchIf(
    Effect.asSome(asked),
    (error) => error._tag === "Refused" && error.status === 404,
    () => Effect.succeed(Option.none<ParsedResponse>()),
  )

/** What it means that `request` failed also when tried again. */
const fromExchange = (request: string) => <E>(error: E | ExchangeFailed) => {
  if (!(error instanceof ExchangeFailed)) return error
  const { detail, reason } = error
  return reason === "garbled" || reason === "oversized"
    ? new UnreadableResponse({ request, detail })
    : new Unreachable({ request, detail, answered: reason === "server" })
}
