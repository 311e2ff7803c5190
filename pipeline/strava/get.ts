/** `getPath` sends a request of a script: under the same quota, retries, token and errors as all others. */
import { Effect, Option, Schema } from "effect"
import { errorExitCode, exitCodes } from "../base/exit.ts"
import type { ParsedResponse } from "./ParsedResponse.ts"
import { Strava } from "./Strava.ts"

/** A response of Strava. */
export interface StravaResponse<out A> {
  /** The response as Strava sent it, byte for byte. */
  readonly text: string
  /** The response as `JSON.parse` reads it, so that numbers may be rounded. */
  readonly json: unknown
  /** The response, decoded with the schema. */
  readonly value: A
  /** Time of the response, in milliseconds since 1970. */
  readonly receivedAt: number
}

declare const service: unique symbol

/** The client that `get` uses. A run provides it. */
export interface StravaService {
  readonly [service]: true
}

/** An error of a request; `message` says what happened, what is kept, and what to do. */
export interface RequestError extends Error {
  readonly _tag: string
}

export interface GetOptions {
  /** Words for messages, such as `read segment 1`; by default the path. */
  readonly what?: string
}

/** A path below Strava's API: no other host can get the token, and no path leaves the API. */
const isPath = /^\/(?!\/)[\w./,~%-]+(\?[\w.,~%=&+:-]*)?$/

const isWithin = (path: string): boolean =>
  isPath.test(path) && !path.split(/[/?]/).some((part) => /^(\.|%2e){1,2}$/i.test(part))

/** The path of a request could lead to another host, or out of the API. */
class PathError extends Schema.TaggedError<PathError>()("PathError", { path: Schema.String }) {
  override get message() {
    return `Cannot request ${
      JSON.stringify(this.path)
    }: it is not a path of Strava's API, such as ` +
      "/segments/1"
  }
}

/** The schema of a script does not accept a response. */
export class UnexpectedResponse
  extends Schema.TaggedError<UnexpectedResponse>()("UnexpectedResponse", {
    request: Schema.String,
    detail: Schema.String,
    response: Schema.declare((_: unknown): _ is ParsedResponse => true),
  }) {
  override get message() {
    return `Cannot ${this.request}: the schema does not accept the response (${this.detail})`
  }
  override readonly [errorExitCode] = exitCodes.data
}

/**
 * Requests `path`, such as `/segments/1`, and decodes the response with `schema`. Returns none if Strava has
 * nothing there (404). Fails with `UnexpectedResponse` if the schema does not accept the response: a stage then
 * quarantines the item.
 */
export const getPath = <A>(
  path: string,
  schema: Schema.Decoder<A>,
  { what = `read ${path.replace(/\?.*/, "")}` }: GetOptions = {},
): Effect.Effect<Option.Option<StravaResponse<A>>, RequestError, StravaService> =>
  Effect.gen(function* () {
    if (!isWithin(path)) return yield* new PathError({ path })
    const response = yield* (yield* Strava).item({ what, path, shape: "any", mayBeMissing: true })
    if (Option.isNone(response)) return Option.none()
    const { json, receivedAt, text } = response.value
    const value = yield* Schema.decodeUnknownEffect(schema)(json).pipe(
      Effect.mapError(({ message }) =>
        new UnexpectedResponse({
          request: what,
          detail: message.replaceAll(/\s+/g, " "),
          response: response.value,
        })
      ),
    )
    return Option.some({ text, json, receivedAt, value })
  }) as unknown as Effect.Effect<Option.Option<StravaResponse<A>>, RequestError>
