/**
 * One HTTP exchange as Strava deserves it: a deadline on the whole of it, a cap on the decoded body, no
 * redirect followed, nothing about us but the request itself.
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
import { type Exchanged, Recorder } from "../Recorder.ts"
import { plain } from "../sanitize.ts"
import { scrubbed, secretsOf } from "../redact.ts"

/** An answer in memory. */
export interface Raw {
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
export const mayPass = (error: { readonly _tag: string; readonly reason?: string }): boolean =>
  error._tag === "ExchangeFailed" && error.reason !== "oversized" && error.reason !== "untrusted"

export interface HttpLimits {
  /** From the first byte sent to the last received. */
  readonly deadline: Duration.Input
  /** Most bytes a decoded body may have. */
  readonly maxBytes: number
}

export const defaultLimits: HttpLimits = { deadline: "60 seconds", maxBytes: 64 * 1024 * 1024 }

/** Target of a redirect, which is not followed; undefined if the response is none. */
export const redirected = (status: number, headers: Raw["headers"]): string | undefined =>
  status >= 300 && status < 400 && headers["location"] !== undefined
    ? `a redirect to ${URL.parse(headers["location"] ?? "")?.host || "elsewhere"}, not followed`
    : undefined

/** Half a second, one, two … at most thirty, each ±20 %; five retries; never of an oversized body. */
export const retryPolicy = Schedule.min([
  Schedule.exponential("500 millis"),
  Schedule.spaced("30 seconds"),
]).pipe(
  Schedule.jittered,
  Schedule.upTo({ times: 5 }),
)

/** The innermost words say why: that the name is unknown, the connection refused, the certificate bad. */
const innermost = (error: unknown): string =>
  error instanceof Error
    ? error.cause instanceof Error ? innermost(error.cause) : error.message
    : String(error)

/** The fix of a certificate that is not trusted; never to trust it unchecked. */
const certificateAdvice = (why: string): string =>
  /expired|not yet valid|NotValidYet/i.test(why)
    ? "Set this machine's clock"
    : /issuer|self.signed|authority/i.test(why)
    ? "If a proxy or a virus scanner in your network signs certificates itself, set DENO_CERT to the " +
      "path of its CA certificate, or DENO_TLS_CA_STORE=system"
    : "Something between here and Strava answers in its place: check the network"

/** An error can quote the header or the address that it is about, so the secrets of `request` go. */
const transport = (request: HttpClientRequest.HttpClientRequest) => (cause: unknown) => {
  const words = innermost(HttpClientError.isHttpClientError(cause) ? cause.reason : cause)
  const why = plain(scrubbed(words, secretsOf(request)))
  return /certificate/i.test(why)
    ? new ExchangeFailed({
      reason: "untrusted",
      detail: `${why}; nothing was sent there. ${certificateAdvice(why)}`,
    })
    : new ExchangeFailed({ reason: "transport", detail: why })
}

/** Part of a response that was received so far; it is recorded if the exchange fails. */
interface Come {
  status: number
  headers: Raw["headers"]
  readonly body: Body
  /** True if the deadline passed before the end. */
  late: boolean
}

const read = Effect.fnUntraced(function* (
  client: HttpClient.HttpClient,
  request: HttpClientRequest.HttpClientRequest,
  maxBytes: number,
  come: Come,
) {
  const response = yield* client.execute(request).pipe(Effect.mapError(transport(request)))
  const { headers, status } = response
  come.status = status
  come.headers = headers
  const web = Option.getOrThrow(HttpClientResponse.toWeb(response))
  // A status without a body, such as 204, is a response too.
  const isWhole = web.body === null || (yield* come.body.read(web.body, maxBytes).pipe(
    Effect.mapError(transport(request)),
  ))
  if (!isWhole) {
    return yield* new ExchangeFailed({
      reason: "oversized",
      detail: `the body is larger than ${maxBytes} bytes`,
    })
  }
  const body = come.body.bytes
  return {
    status,
    headers,
    body,
    // A byte order mark is no part of JSON, and some proxies add one.
    text: () => textOf(body).replace(/^\uFEFF+/, ""),
  } satisfies Raw
})

/** Kind of early end that a failure stands for; undefined if the whole response was received. */
const endOf = (reason: ExchangeFailed["reason"], { late, status }: Come): Exchanged["ended"] =>
  reason === "oversized"
    ? "oversized"
    : reason !== "transport"
    ? undefined
    : late
    ? "stalled"
    : status === 0
    ? "reset"
    : "broken"

/** Send `request` and read the whole answer, whatever its status. Never retries. */
export const exchange = Effect.fnUntraced(function* (
  client: HttpClient.HttpClient,
  request: HttpClientRequest.HttpClientRequest,
  { deadline, maxBytes }: HttpLimits,
) {
  const recorder = yield* Recorder
  const come: Come = { status: 0, headers: {}, body: new Body(), late: false }
  const note = (ended?: Exchanged["ended"]) =>
    recorder.note(request, {
      status: come.status,
      headers: come.headers,
      body: () => come.body.bytes,
      ...(ended && { ended }),
    })
  return yield* read(client, request, maxBytes, come).pipe(
    Effect.timeoutOrElse({
      duration: deadline,
      orElse: () => {
        come.late = true
        const time = Duration.format(Duration.fromInputUnsafe(deadline))
        return Effect.fail(
          new ExchangeFailed({ reason: "transport", detail: `no whole answer within ${time}` }),
        )
      },
    }),
    // After the deadline's part, so that a slow disk makes no good answer late.
    Effect.tapError(({ reason }) =>
      // After a bad certificate there is nothing to replay.
      reason === "untrusted" ? Effect.void : note(endOf(reason, come))
    ),
    Effect.tap(() => note()),
    Effect.provideService(HttpClient.TracerDisabledWhen, () => true),
  )
})
