/**
 * One HTTP exchange: a deadline for all of it, a limit for the decoded body, no redirects, and no
 * headers that reveal more than the request needs.
 */
import { Duration, Effect, Option, Schedule, Schema } from "effect"
import {
  HttpClient,
  HttpClientError,
  type HttpClientRequest,
  HttpClientResponse,
} from "effect/http"
import { textOf } from "../../../schemas/json/utf8.ts"
import { Body } from "./Body.ts"
import { type RecordedExchange, Recorder } from "../Recorder.ts"
import { sanitize } from "../sanitize.ts"
import { redact, secretsOf } from "../redact.ts"

/** A response in memory. */
export interface RawResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
  /** The decoded body. */
  readonly body: Uint8Array
  /** Returns the text of the body. */
  readonly text: () => string
}

/** Failure of one attempt. A body over the cap or a bad certificate fails again; the others may pass. */
export class ExchangeFailed extends Schema.TaggedError<ExchangeFailed>()("ExchangeFailed", {
  reason: Schema.Literals(["transport", "untrusted", "garbled", "server", "oversized"]),
  detail: Schema.String,
}) {
  override get message() {
    return this.detail
  }
}

/** True if another attempt might succeed. */
export const isTemporary = (error: { readonly _tag: string; readonly reason?: string }): boolean =>
  error._tag === "ExchangeFailed" && error.reason !== "oversized" && error.reason !== "untrusted"

export interface HttpLimits {
  /** Time from the first byte sent to the last byte received. */
  readonly deadline: Duration.Input
  /** Maximum size of the decoded body, in bytes. */
  readonly maxBytes: number
}

export const defaultLimits: HttpLimits = { deadline: "60 seconds", maxBytes: 64 * 1024 * 1024 }

/** Target of a redirect, which is not followed; undefined if the response is none. */
export const describeRedirect = (
  status: number,
  headers: RawResponse["headers"],
): string | undefined =>
  status >= 300 && status < 400 && headers["location"] !== undefined
    ? `a redirect to ${URL.parse(headers["location"] ?? "")?.host || "elsewhere"}, not followed`
    : undefined

/** Exponential backoff from 500 ms, at most 30 s, each ±20 %, five retries. */
export const retryPolicy = Schedule.min([
  Schedule.exponential("500 millis"),
  Schedule.spaced("30 seconds"),
]).pipe(
  Schedule.jittered,
  Schedule.upTo({ times: 5 }),
)

/**
 * Returns the message of the innermost cause, which names the problem: unknown host, refused
 * connection, bad certificate.
 */
const innermostMessage = (error: unknown): string =>
  error instanceof Error
    ? error.cause instanceof Error ? innermostMessage(error.cause) : error.message
    : String(error)

/** Returns a fix for an untrusted certificate; never to disable the check. */
const certificateAdvice = (why: string): string =>
  /expired|not yet valid|NotValidYet/i.test(why)
    ? "Set this machine's clock"
    : /issuer|self.signed|authority/i.test(why)
    ? "If a proxy or a virus scanner in your network signs certificates itself, set DENO_CERT to the " +
      "path of its CA certificate, or DENO_TLS_CA_STORE=system"
    : "Another server responds in place of Strava: check the network"

/**
 * Converts an error of the transport. Removes the secrets of `request`, because an error can quote its
 * header or address.
 */
const transport = (request: HttpClientRequest.HttpClientRequest) => (cause: unknown) => {
  const words = innermostMessage(HttpClientError.isHttpClientError(cause) ? cause.reason : cause)
  const why = sanitize(redact(words, secretsOf(request)))
  return /certificate/i.test(why)
    ? new ExchangeFailed({
      reason: "untrusted",
      detail: `${why}; no request was sent there. ${certificateAdvice(why)}`,
    })
    : new ExchangeFailed({ reason: "transport", detail: why })
}

/** Part of a response that was received so far; it is recorded if the exchange fails. */
interface PartialResponse {
  status: number
  headers: RawResponse["headers"]
  readonly body: Body
  /** True if the deadline passed before the end. */
  late: boolean
}

const read = Effect.fnUntraced(function* (
  client: HttpClient.HttpClient,
  request: HttpClientRequest.HttpClientRequest,
  maxBytes: number,
  partial: PartialResponse,
) {
  const response = yield* client.execute(request).pipe(Effect.mapError(transport(request)))
  const { headers, status } = response
  partial.status = status
  partial.headers = headers
  const web = Option.getOrThrow(HttpClientResponse.toWeb(response))
  // A status without a body, such as 204, is a complete response.
  const isWhole = web.body === null || (yield* partial.body.read(web.body, maxBytes).pipe(
    Effect.mapError(transport(request)),
  ))
  if (!isWhole) {
    return yield* new ExchangeFailed({
      reason: "oversized",
      detail: `the body is larger than ${maxBytes} bytes`,
    })
  }
  const body = partial.body.bytes
  return {
    status,
    headers,
    body,
    // Some proxies add a byte order mark, which is not part of JSON.
    text: () => textOf(body).replace(/^\uFEFF+/, ""),
  } satisfies RawResponse
})

/** Kind of early end that a failure stands for; undefined if the whole response was received. */
const endOf = (
  reason: ExchangeFailed["reason"],
  { late, status }: PartialResponse,
): RecordedExchange["ended"] =>
  reason === "oversized"
    ? "oversized"
    : reason !== "transport"
    ? undefined
    : late
    ? "stalled"
    : status === 0
    ? "reset"
    : "broken"

/** Sends `request` and reads the whole response, whatever its status. Never retries. */
export const exchange = Effect.fnUntraced(function* (
  client: HttpClient.HttpClient,
  request: HttpClientRequest.HttpClientRequest,
  { deadline, maxBytes }: HttpLimits,
) {
  const recorder = yield* Recorder
  const partial: PartialResponse = { status: 0, headers: {}, body: new Body(), late: false }
  const note = (ended?: RecordedExchange["ended"]) =>
    recorder.note(request, {
      status: partial.status,
      headers: partial.headers,
      body: () => partial.body.bytes,
      ...(ended && { ended }),
    })
  return yield* read(client, request, maxBytes, partial).pipe(
    Effect.timeoutOrElse({
      duration: deadline,
      orElse: () => {
        partial.late = true
        const time = Duration.format(Duration.fromInputUnsafe(deadline))
        return Effect.fail(
          new ExchangeFailed({
            reason: "transport",
            detail: `no complete response within ${time}`,
          }),
        )
      },
    }),
    // Outside of the deadline, so that a slow disk does not delay a good response past it.
    Effect.tapError(({ reason }) =>
      // After a bad certificate there is nothing to replay.
      reason === "untrusted" ? Effect.void : note(endOf(reason, partial))
    ),
    Effect.tap(() => note()),
    Effect.provideService(HttpClient.TracerDisabledWhen, () => true),
  )
})
