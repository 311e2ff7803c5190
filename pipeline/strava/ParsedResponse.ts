/** Successful responses, and readers that parse a body as an object, a list, or streams. */
import { Effect, Option, Predicate, type Redacted } from "effect"
import { elementsOf, isWholeList } from "../../schemas/json/Json.ts"
import { textIn } from "../../schemas/json/samples.ts"
import { type Scan, scan } from "../../schemas/json/scan.ts"
import { ExchangeFailed, type RawResponse } from "./http/exchange.ts"
import { sanitize } from "./sanitize.ts"

/**
 * A successful response: its text as sent, and that text parsed for decisions, since numbers may be
 * rounded. An element of a list that is not JSON is undefined.
 */
export interface ParsedResponse {
  readonly text: string
  readonly json: unknown
  /**
   * Scan of streams in the plain format. `text` and `json` are then created only when they are read.
   */
  readonly scan?: Scan
  /** Time in milliseconds since 1970, by the local clock. */
  readonly receivedAt: number
}

/** Secrets that no message about a response may contain. */
export interface WithSecrets {
  readonly secrets: ReadonlyArray<Redacted.Redacted>
}

/**
 * Reads a body. Fails if it is not JSON of the expected shape: it might be a maintenance page or
 * truncated.
 */
export type Reader = (
  raw: RawResponse & WithSecrets,
  receivedAt: number,
) => Effect.Effect<ParsedResponse, ExchangeFailed>

const parse = (text: string): unknown => JSON.parse(text)

const parseOption = Option.liftThrowable(parse)

/**
 * Parses a list. An element that is not JSON, for example because of a control character in a name,
 * becomes undefined, so that the others are not lost. Throws a `SyntaxError`.
 */
const parseList = (text: string): unknown =>
  Option.getOrElse(
    parseOption(text),
    () =>
      isWholeList(text)
        ? elementsOf(text).map((element) => Option.getOrUndefined(parseOption(element)))
        : parse(text),
  )

const reading = (
  read: (text: string) => unknown,
  shape: (json: unknown) => boolean,
): Reader =>
({ headers, secrets, text: textOf }, receivedAt) =>
  Effect.gen(function* () {
    const text = textOf()
    const json = yield* Effect.try({
      try: () => read(text),
      catch: () =>
        new ExchangeFailed({
          reason: "garbled",
          detail: `incomplete or invalid JSON, content type ${
            sanitize(headers["content-type"] ?? "unknown", secrets)
          }`,
        }),
    })
    return shape(json)
      ? { text, json, receivedAt }
      : yield* new ExchangeFailed({ reason: "garbled", detail: "JSON of an unexpected shape" })
  })

export const readObject = reading(parse, Predicate.isObject)
export const readList = reading(parseList, Array.isArray)

/** Reads an object or a list. */
export const readAny = reading(parse, (json) => Predicate.isObject(json) || Array.isArray(json))

const fromScan = (scan: Scan, receivedAt: number): ParsedResponse => ({
  get text() {
    return textIn(scan.bytes, 0, scan.bytes.length)
  },
  get json() {
    return parse(this.text)
  },
  receivedAt,
  scan,
})

/** Reads streams; without parsing them if they are in the plain format. */
export const readStreams: Reader = (raw, receivedAt) => {
  const found = scan(raw.body)
  return found === undefined
    ? readAny(raw, receivedAt)
    : Effect.succeed(fromScan(found, receivedAt))
}
