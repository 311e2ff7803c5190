/** `getPath` sends a request of a script: under the same quota, retries, token and errors as all others. */
import { Effect, Option, Schema } from "effect"
import type { ItemRequest } from "./ItemRequest.ts"
import type { ParsedResponse } from "./ParsedResponse.ts"
import { UnreadableResponse } from "./errors.ts"
import { Strava } from "./Strava.ts"
import type { StravaError } from "./StravaError.ts"

/** A response: `text` is what Strava sent, byte for byte; `value` is what the schema made of it. */
export interface StravaResponse<out A> extends ParsedResponse {
  readonly value: A
}

export interface GetOptions {
  /** Words for messages, such as `read segment 1`; by default the path. */
  readonly what?: string
}

/** A path below Strava's API: no other host can get the token, and no path leaves the API. */
const isPath = /^\/(?!\/)[\w./,~%-]+(\?[\w.,~%=&+:-]*)?$/

const isWithin = (path: string): boolean =>
  isPath.test(path) && !path.split(/[/?]/).some((part) => /^(\.|%2e){1,2}$/i.test(part))

/** Returns the request for a path. Throws an error if the path could lead elsewhere. */
const requestOf = (path: string, what = `read ${path.replace(/\?.*/, "")}`): ItemRequest => {
  if (!isWithin(path)) {
    throw new Error(
      `Cannot request ${
        JSON.stringify(path)
      }: it is not a path of Strava's API, such as /segments/1`,
    )
  }
  return { what, path, shape: "any", mayBeMissing: true }
}

/**
 * Requests `path`, such as `/segments/1`, and decodes the response with `schema`. Returns none if Strava has
 * nothing there (404). Fails with `Unreadable` if the schema does not accept the response: a stage then
 * quarantines the item.
 */
export const getPath = <A>(
  path: string,
  schema: Schema.Decoder<A>,
  { what }: GetOptions = {},
): Effect.Effect<Option.Option<StravaResponse<A>>, StravaError, Strava> =>
  Effect.gen(function* () {
    const request = requestOf(path, what)
    const response = yield* (yield* Strava).item(request)
    if (Option.isNone(response)) return Option.none()
    const { json, receivedAt, text } = response.value
    const value = yield* Schema.decodeUnknownEffect(schema)(json).pipe(
      Effect.mapError(({ message }) =>
        new UnreadableResponse({
          request: request.what,
          detail: message.replaceAll(/\s+/g, " "),
        })
      ),
    )
    return Option.some({ text, json, receivedAt, value })
  })
