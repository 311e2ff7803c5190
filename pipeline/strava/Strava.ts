/**
 * The Strava client: one method per endpoint. Every request has a token, reserves quota first, has a
 * deadline, is retried if the failure may pass, and otherwise fails with a typed error.
 */
import { Context, Effect, Layer, Option, Ref } from "effect"
import { FetchHttpClient, HttpClient } from "effect/http"
import type { AthleteId } from "../../schemas/Athlete.ts"
import { streamTypes } from "../../schemas/StreamSet.ts"
import { makeAccess } from "./access.ts"
import { type ParsedResponse, type Reader, readList, readObject, readStreams } from "./Answer.ts"
import { makeAsk } from "./ask.ts"
import { Tokens } from "./auth/Tokens.ts"
import { athleteRequest, listRequest } from "./errors.ts"
import { Quota } from "./quota/Quota.ts"
import { StravaConfig } from "./StravaConfig.ts"
import type { StravaError } from "./StravaError.ts"

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
  /** The detailed activity with all efforts: an object; none if Strava has none (404). `id` is in digits. */
  details(id: string): Effect.Effect<Option.Option<ParsedResponse>, StravaError>
  /** `GET /athlete/zones`: an object. */
  zones: Effect.Effect<ParsedResponse, StravaError>
  /** `GET /athletes/{id}/stats`: an object. */
  stats(id: AthleteId): Effect.Effect<ParsedResponse, StravaError>
  /** `GET /gear/{id}`: an object; none if Strava has none (404). */
  gear(id: string): Effect.Effect<Option.Option<ParsedResponse>, StravaError>
  /** All streams of an activity; none if Strava has none (404), which is a result. */
  streams(id: string): Effect.Effect<Option.Option<ParsedResponse>, StravaError>
  /** Requests sent and bytes received (decoded) so far. */
  traffic: Effect.Effect<{ readonly requests: number; readonly bytes: number }>
}>()("paceline/strava/Strava") {
  static readonly layer = Layer.effect(
    Strava,
    Effect.gen(function* () {
      const { apiUrl } = yield* StravaConfig
      const traffic = yield* Ref.make({ requests: 0, bytes: 0 })
      const ask = makeAsk({
        client: yield* HttpClient.HttpClient,
        apiUrl,
        tokens: yield* Tokens,
        quota: yield* Quota,
        access: yield* makeAccess(
          Effect.suspend((): Effect.Effect<ParsedResponse, StravaError> => athlete),
        ),
        traffic,
      })
      const athlete = ask(athleteRequest, "/athlete", readObject, "athlete")
      const askOne = (what: string, path: string, read: Reader) => ask(what, path, read, "one")

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

  /** HTTP by `fetch`. Redirects are not followed, because they would send our token elsewhere. */
  static readonly layerFetch = FetchHttpClient.layer.pipe(
    Layer.provide(Layer.succeed(FetchHttpClient.RequestInit, { redirect: "manual" })),
  )
}

/** Returns none for a 404, which is a result for an item. */
const unlessMissing = <R>(request: Effect.Effect<ParsedResponse, StravaError, R>) =>
  Effect.catchIf(
    Effect.asSome(request),
    (error) => error._tag === "Refused" && error.status === 404,
    () => Effect.succeed(Option.none<ParsedResponse>()),
  )
