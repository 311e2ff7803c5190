/**
 * The Strava client: one method per endpoint. Every request has a token, reserves quota first, has a
 * deadline, is retried if the failure may pass, and otherwise fails with a typed error.
 */
import { Context, Effect, Layer, Option, Ref } from "effect"
import { FetchHttpClient, HttpClient } from "effect/http"
import { makeAccess } from "./access.ts"
import {
  type ParsedResponse,
  readAny,
  readList,
  readObject,
  readStreams,
} from "./ParsedResponse.ts"
import { makeFetchResponse } from "./fetchResponse.ts"
import { Tokens } from "./auth/Tokens.ts"
import { athleteRequest, listRequest } from "./errors.ts"
import type { ItemRequest } from "./ItemRequest.ts"
import { Quota } from "./quota/Quota.ts"
import { untracedFetch } from "./http/untraced.ts"
import { StravaConfig } from "./StravaConfig.ts"
import type { StravaError } from "./StravaError.ts"

/** Maximum number of activities on a page of Strava's list. */
export const pageSize = 200

const readers = {
  list: readList,
  object: readObject,
  streams: readStreams,
  any: readAny,
} as const

export class Strava extends Context.Service<Strava, {
  /** `GET /athlete`: an object. */
  athlete: Effect.Effect<ParsedResponse, StravaError>
  /**
   * One page, from 1, of the activities that started after `after` and before `before` (seconds since
   * 1970), if given: an array in no guaranteed order.
   */
  activities(list: {
    readonly after?: number | undefined
    readonly before?: number | undefined
    readonly page: number
  }): Effect.Effect<ParsedResponse, StravaError>
  /** One item; none if Strava has no such item (404) and the request allows that. */
  item(request: ItemRequest): Effect.Effect<Option.Option<ParsedResponse>, StravaError>
  /** Requests sent and bytes received (decoded) so far. */
  traffic: Effect.Effect<{ readonly requests: number; readonly bytes: number }>
}>()("paceline/strava/Strava") {
  static readonly layer = Layer.effect(
    Strava,
    Effect.gen(function* () {
      const { apiUrl } = yield* StravaConfig
      const traffic = yield* Ref.make({ requests: 0, bytes: 0 })
      const fetchResponse = makeFetchResponse({
        client: yield* HttpClient.HttpClient,
        apiUrl,
        tokens: yield* Tokens,
        quota: yield* Quota,
        access: yield* makeAccess(
          Effect.suspend((): Effect.Effect<ParsedResponse, StravaError> => athlete),
        ),
        traffic,
      })
      const athlete = fetchResponse(athleteRequest, "/athlete", readObject, "athlete")

      return Strava.of({
        athlete,
        activities: ({ after, before, page }) =>
          fetchResponse(
            `${listRequest} (page ${page})`,
            `/athlete/activities?${after === undefined ? "" : `after=${after}&`}` +
              `${before === undefined ? "" : `before=${before}&`}per_page=${pageSize}&page=${page}`,
            readList,
            "list",
          ),
        item: ({ mayBeMissing, path, shape, what }) => {
          const response = fetchResponse(what, path, readers[shape], "one")
          return mayBeMissing ? unlessMissing(response) : Effect.asSome(response)
        },
        traffic: Ref.get(traffic),
      })
    }),
  )

  /** HTTP by `fetch`, without trace headers; a client of its own, which no other settings reach. Redirects are not followed, because they would send the token elsewhere. */
  static readonly layerFetch = Layer.fresh(FetchHttpClient.layer).pipe(
    Layer.provide(Layer.succeed(FetchHttpClient.RequestInit, { redirect: "manual" })),
    Layer.provide(Layer.succeed(FetchHttpClient.Fetch, untracedFetch)),
  )
}

/** Returns none for a 404, which is a result for an item. */
const unlessMissing = <R>(request: Effect.Effect<ParsedResponse, StravaError, R>) =>
  Effect.catchIf(
    Effect.asSome(request),
    (error) => error._tag === "Refused" && error.status === 404,
    () => Effect.succeed(Option.none<ParsedResponse>()),
  )
