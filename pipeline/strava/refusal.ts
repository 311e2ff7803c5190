/** Interprets a response: its body as JSON, or the error that its status means. */
import { Effect, Option, type Redacted } from "effect"
import { describe, faultFrom, names } from "../../schemas/Fault.ts"
import { elementsOf, isWholeList } from "../../schemas/Json.ts"
import { ApplicationInactive, Refused } from "./errors.ts"
import { ExchangeFailed, type Raw, redirected } from "./http.ts"
import { plain } from "./said.ts"

/** Secrets that no message made of a response may show. */
interface Hidden {
  readonly secrets: ReadonlyArray<Redacted.Redacted>
}

const parse = (text: string): unknown => JSON.parse(text)

const parseOption = Option.liftThrowable(parse)

/**
 * Parses a list whose elements might not all be JSON, for example because of a control character in a
 * name: such an element is undefined, so that it does not cost the others. Throws a `SyntaxError`.
 */
const parseList = (text: string): unknown =>
  Option.getOrElse(
    parseOption(text),
    () =>
      isWholeList(text)
        ? elementsOf(text).map((element) => Option.getOrUndefined(parseOption(element)))
        : parse(text),
  )

/** Parses the body as JSON of the right shape. Anything else might be a maintenance page or a cut. */
export const parsed = (
  { text, headers, secrets }: Raw & Hidden,
  shape: (json: unknown) => boolean,
  isList: boolean,
) =>
  Effect.try({
    try: () => isList ? parseList(text) : parse(text),
    catch: () =>
      new ExchangeFailed({
        reason: "garbled",
        detail: `not whole JSON, but ${
          plain(headers["content-type"] ?? "something unnamed", secrets)
        }`,
      }),
  }).pipe(
    Effect.filterOrFail(
      shape,
      () => new ExchangeFailed({ reason: "garbled", detail: "JSON of another shape" }),
    ),
  )

/** Returns the error for a response that is neither a success nor a server error. */
export const refused = (request: string, { headers, secrets, status, text }: Raw & Hidden) =>
  new Refused({
    request,
    status,
    detail: plain(redirected(status, headers) ?? describe(faultFrom(text)), secrets),
  })

/** Same as `refused`, or `ApplicationInactive` if the response says so. */
export const refusal = (request: string, raw: Raw & Hidden) =>
  raw.status === 403 && names(faultFrom(raw.text), "Application", /status/i, /inactive/i)
    ? new ApplicationInactive()
    : refused(request, raw)
