/**
 * Responses from a directory of recordings, one JSON file each, as `--record` writes them:
 * `{ request: { method, uri }, status, headers, body }`. The body is any JSON value, or text; `ended` says
 * how a response failed in transit, and a body that is not text has the `encoding` base64.
 */
import { Effect, FileSystem, Path, Schema } from "effect"
import { value } from "./responses/common.ts"
import { parseExact } from "../../schemas/json/Json.ts"
import {
  lowerCase,
  type SimulatedBody,
  type SimulatedRequest,
  type SimulatedResponse,
} from "./protocol.ts"

const Recording = Schema.Struct({
  request: Schema.Struct({ method: Schema.String, uri: Schema.String }),
  status: Schema.Int,
  headers: Schema.optionalKey(
    Schema.Record(Schema.String, Schema.Union([Schema.String, Schema.Array(Schema.String)])),
  ),
  ended: Schema.optionalKey(Schema.Literals(["reset", "broken", "stalled", "oversized"])),
  encoding: Schema.optionalKey(Schema.Literal("base64")),
  body: Schema.Unknown,
})
type Recording = typeof Recording.Type

/** Exceeds the limit of any client. */
const hugeSize = 1e12

const bodyOf = ({ body, encoding, ended }: Recording): SimulatedBody => {
  const text = typeof body === "string" ? body : JSON.stringify(body ?? null)
  const whole = encoding === "base64"
    ? Uint8Array.from(atob(text), (byte) => byte.charCodeAt(0))
    : text
  const sent = () => typeof whole === "string" ? new TextEncoder().encode(whole) : whole
  switch (ended) {
    case "reset":
      return { _tag: "Reset" }
    case "broken":
      return { _tag: "Truncated", sent: sent() }
    case "stalled":
      return { _tag: "Stalled", sent: sent() }
    case "oversized":
      return { _tag: "Bomb", bytes: hugeSize }
    default:
      return whole
  }
}

/** The directory, or a file in it, contains no recordings. */
class RecordingError extends Schema.TaggedError<RecordingError>()("RecordingError", {
  file: Schema.String,
  cause: Schema.Defect(),
}) {
  override get message() {
    return `Cannot replay ${this.file}: it is not a recorded response`
  }
}

interface RecordedResponse {
  readonly method: string
  readonly path: string
  readonly query: ReadonlyMap<string, string>
  readonly response: SimulatedResponse
}

/** Parameters that depend on the time and the client. They only select between several recordings. */
const lenientParameters = new Set(["before", "per_page"])
/** A parameter whose value depends on the time, but whose presence matters. */
const timeParameter = "after"
/** Headers of the recorded transport, which do not apply to the replay. */
const transportHeaders = /^(content-length|content-encoding|transfer-encoding|connection)$/i

/** Returns the path without host and `/api/v3`, because Strava's next address has no such prefix. */
const pathOf = ({ pathname }: URL): string => pathname.replace(/^\/api\/v3(?=\/)/, "")

const read = Effect.fnUntraced(function* (file: string) {
  const fs = yield* FileSystem.FileSystem
  const recording = yield* fs.readFileString(file).pipe(
    Effect.flatMap((text) =>
      Effect.try({
        try: () => parseExact(text),
        catch: (cause) => new RecordingError({ file, cause }),
      })
    ),
    Effect.flatMap(Schema.decodeUnknownEffect(Recording)),
    Effect.mapError((cause) =>
      cause instanceof RecordingError ? cause : new RecordingError({ file, cause })
    ),
  )
  const url = URL.parse(recording.request.uri, "https://www.strava.com")
  if (url === null) {
    return yield* new RecordingError({ file, cause: new Error("request.uri is no URL") })
  }
  const headers = Object.entries(recording.headers ?? {})
    .filter(([name]) => !transportHeaders.test(name))
    .map(([name, values]) => [name, typeof values === "string" ? values : values.join(", ")])
  return {
    method: recording.request.method.toUpperCase(),
    path: pathOf(url),
    query: new Map(url.searchParams),
    response: {
      status: recording.status || 200,
      headers: lowerCase(Object.fromEntries(headers)),
      body: bodyOf(recording),
    },
  } satisfies RecordedResponse
})

/**
 * Returns how well a recorded query matches; undefined if it does not. Counts lenient parameters that
 * are equal.
 */
const similarity = (
  requested: ReadonlyMap<string, string>,
  known: ReadonlyMap<string, string>,
): number | undefined => {
  const names = new Set([...requested.keys(), ...known.keys()])
  let equal = 0
  for (const name of names) {
    const same = requested.get(name) === known.get(name)
    const counts = lenientParameters.has(name) ||
      (name === timeParameter && requested.has(name) && known.has(name))
    if (!same && !counts) return undefined
    if (same && counts) equal++
    if (!same) equal--
  }
  return equal
}

const isOauth = (path: string) => path.endsWith("/oauth/token")

const token = (now: number): SimulatedResponse =>
  value({
    token_type: "Bearer",
    access_token: "recorded-access-token",
    expires_at: Math.floor(now / 1000) + 21_600,
    expires_in: 21_600,
    refresh_token: "recorded-refresh-token",
  })

/** Returns the best matching recordings for this request, in file order. */
const matching = (
  recordings: ReadonlyArray<RecordedResponse>,
  query: ReadonlyMap<string, string>,
) => {
  const rated = recordings.map((recording) => similarity(query, recording.query))
  const best = Math.max(...rated.map((rate) => rate ?? -Infinity))
  return recordings.filter((_, i) => rated[i] === best && rated[i] !== undefined)
}

/**
 * Reads the recordings of `folder` (by file name, numbers by value). Requests are matched by method,
 * path and query. Several recordings of one request are returned in turn, the last one repeatedly; a
 * `page` past the recorded ones is `[]`; without recordings of `/oauth/token` a made-up pair is
 * returned; anything else is a 404 that says so.
 */
export const loadRecordings = Effect.fn("loadRecordings")(function* (folder: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const names = yield* fs.readDirectory(folder).pipe(
    Effect.mapError((cause) => new RecordingError({ file: folder, cause })),
  )
  const order = new Intl.Collator("en", { numeric: true })
  const files = names.filter((name) => name.endsWith(".json")).sort(order.compare)
  const all = yield* Effect.forEach(files, (name) => read(path.join(folder, name)))
  const uses = new Map<RecordedResponse, number>()

  return ({ method }: SimulatedRequest, url: URL, now: number): SimulatedResponse => {
    const candidates = all.filter((recording) =>
      recording.method === method.toUpperCase() && recording.path === pathOf(url)
    )
    const query = new Map(url.searchParams)
    const fits = matching(candidates, query)
    const next = fits.find((recording) => !uses.has(recording)) ?? fits[fits.length - 1]
    if (next !== undefined) {
      uses.set(next, (uses.get(next) ?? 0) + 1)
      return next.response
    }
    if (isOauth(url.pathname) && method.toUpperCase() === "POST") {
      return token(now)
    }
    const others = new Map([...query].filter(([name]) => name !== "page"))
    const pages = candidates.filter((recording) =>
      similarity(others, new Map([...recording.query].filter(([name]) => name !== "page"))) !==
        undefined
    ).map((recording) => Number(recording.query.get("page") ?? 1))
    if (pages.length > 0 && Number(query.get("page") ?? 1) > Math.max(...pages)) return value([])
    return value({
      message: "Not Recorded",
      errors: [{
        resource: `${method.toUpperCase()} ${url.pathname}${url.search}`,
        field: "",
        code: "not recorded",
      }],
    }, 404)
  }
})
