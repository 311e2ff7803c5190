/** Addresses of Strava and credentials of the application, from the environment. None is ever printed. */
import { Config, Context, Effect, Layer, Option, Redacted } from "effect"
import { complainWrapped } from "../base/runMain.ts"
import type { Variable } from "../base/variables.ts"
import { NotConfigured } from "./errors.ts"

export interface Credentials {
  readonly clientId: string
  readonly clientSecret: Redacted.Redacted
}

export class StravaConfig extends Context.Service<StravaConfig, {
  /** `https://www.strava.com/api/v3`; a setting because Strava will move it in 2027. */
  readonly apiUrl: string
  /** `https://www.strava.com/oauth`. */
  readonly oauthUrl: string
  readonly credentials: Effect.Effect<Credentials, NotConfigured>
  readonly refreshToken: Option.Option<Redacted.Redacted>
  readonly authorizationCode: Option.Option<Redacted.Redacted>
}>()("paceline/strava/StravaConfig") {
  static readonly layer = Layer.effect(
    StravaConfig,
    Effect.gen(function* () {
      const clientId = yield* text("STRAVA_CLIENT_ID")
      const clientSecret = yield* secret("STRAVA_CLIENT_SECRET")
      return {
        apiUrl: yield* url("STRAVA_API_URL", "https://www.strava.com/api/v3"),
        oauthUrl: yield* url("STRAVA_OAUTH_URL", "https://www.strava.com/oauth"),
        credentials: Effect.gen(function* () {
          if (Option.isNone(clientId)) {
            return yield* missingCredential("STRAVA_CLIENT_ID is not set")
          }
          if (Option.isNone(clientSecret)) {
            return yield* missingCredential("STRAVA_CLIENT_SECRET is not set")
          }
          return { clientId: clientId.value, clientSecret: clientSecret.value }
        }),
        refreshToken: yield* secret("STRAVA_REFRESH_TOKEN"),
        authorizationCode: yield* authorizationCode,
      }
    }),
  )
}

/** Error for a missing credential, with the fix. */
export const missingCredential = (what: string) =>
  new NotConfigured({
    missing: what,
    remedy:
      "Run: deno task setup. For unattended runs, set STRAVA_CLIENT_ID, STRAVA_CLIENT_SECRET and, once, " +
      "STRAVA_AUTHORIZATION_CODE or STRAVA_REFRESH_TOKEN (scopes " +
      "read,profile:read_all,activity:read_all). To try Paceline without an account: deno task demo",
  })

/**
 * Reads a variable. An empty one, as schedulers set it, counts as unset; surrounding blanks come from
 * copying and are removed.
 */
const text = (name: Variable) =>
  Config.String(name).pipe(
    Config.option,
    Config.map(Option.map((value) => value.trim())),
    Config.map(Option.filter((value) => value !== "")),
    Effect.mapError(() => missingCredential(`${name} cannot be read`)),
  )

const secret = (name: Variable) =>
  Effect.map(text(name), Option.map((value) => Redacted.make(value)))

/** Reads the code; under its older name too, with a message that says the new one. */
const authorizationCode = Effect.gen(function* () {
  const code = yield* secret("STRAVA_AUTHORIZATION_CODE")
  const older = yield* secret("STRAVA_USER_AUTHORIZATION_CODE")
  if (Option.isNone(older)) return code
  yield* complainWrapped(
    Option.isSome(code)
      ? "STRAVA_USER_AUTHORIZATION_CODE is ignored, because STRAVA_AUTHORIZATION_CODE is set. " +
        "Remove it."
      : "STRAVA_USER_AUTHORIZATION_CODE is used as STRAVA_AUTHORIZATION_CODE. Rename it. To sign " +
        "in with the browser instead: deno task auth",
  )
  return Option.orElse(code, () => older)
})

const loopback = new Set(["127.0.0.1", "localhost", "[::1]"])

/** Reads an address. Tokens are sent there, so it must be https, or a simulator on this machine. */
const url = (name: Variable, fallback: string) =>
  Effect.flatMap(text(name), (value) => {
    const given = Option.getOrElse(value, () => fallback)
    const parsed = URL.parse(given)
    const safe = parsed !== null && parsed.username === "" && parsed.password === "" &&
      parsed.search === "" && parsed.hash === "" &&
      (parsed.protocol === "https:" ||
        (parsed.protocol === "http:" && loopback.has(parsed.hostname)))
    return safe ? Effect.succeed(parsed.href.replace(/\/+$/, "")) : Effect.fail(
      new NotConfigured({
        missing: `${name} is not a usable address`,
        remedy: `Use an https address (http only for this machine), such as ${fallback}`,
      }),
    )
  })
