/** What Strava's answer, or that there is none, says of the application, the sign-in, the limits, the clock. */
import { Option } from "effect"
import { faultFrom, missingScope, namesFault } from "../../../schemas/Fault.ts"
import { exitCodes } from "../../base/exit.ts"
import {
  ApplicationInactive,
  ClientRefused,
  NotConfigured,
  Refused,
  Unreachable,
} from "../../strava/errors.ts"
import type { ExchangeFailed } from "../../strava/http/exchange.ts"
import { type ProbeResponse, skewOf } from "../../strava/http/probe.ts"
import type { QuotaSnapshot, SnapshotWindow } from "../../strava/quota/QuotaSnapshot.ts"
import { lacksOf, type MissingScope } from "../../strava/auth/scopes.ts"
import { TokenFileError } from "../../strava/auth/TokenFileError.ts"
import { isoTime } from "../../output/kit/times.ts"
import { taskLine } from "../../output/kit/line.ts"
import type { SignIn, StravaCheck } from "./ask.ts"
import { type Finding, ok, trouble, troubleOf, unknown, warning } from "./Finding.ts"

const clockTime = (at: number) => `${new Date(at).toISOString().slice(11, 16)} UTC`

const network =
  "Check the network, a proxy or firewall, and STRAVA_API_URL and STRAVA_OAUTH_URL if they are set"

const inactive = troubleOf(
  "application",
  new ApplicationInactive(),
  "Strava has switched it off (403, Application Status Inactive)",
  "Since June 2026 the owner of an application needs a paid Strava subscription: renew it, or see " +
    "https://www.strava.com/settings/api",
)

const unreached = (detail: string) =>
  trouble("strava", `it cannot be reached: ${detail}`, network, exitCodes.unavailable)

/** What a sign-in that fails by this is a case of. */
const noToken = (
  error: Extract<StravaCheck, { readonly _tag: "NoToken" }>["error"],
  folder: string,
): Finding => {
  const anew = `Sign in again: ${taskLine("auth", folder)}`
  if (error instanceof ApplicationInactive) return inactive
  if (error instanceof Unreachable) return unreached(error.detail)
  if (error instanceof Refused) {
    const says = `it refuses to renew the token: ${error.status} (${error.detail})`
    return troubleOf("strava", error, says, "Run it again later")
  }
  if (error instanceof ClientRefused) {
    const says = `Strava does not know this id with this secret (${error.detail})`
    const remedy = "Compare them with https://www.strava.com/settings/api: deno task setup"
    return troubleOf("application", error, says, remedy)
  }
  if (error instanceof NotConfigured) {
    return troubleOf("sign-in", error, error.missing, error.remedy)
  }
  return error instanceof TokenFileError
    ? troubleOf("sign-in", error, error.message, "As said, or anew: " + taskLine("auth", folder))
    : troubleOf(
      "sign-in",
      error,
      `Strava no longer takes it (${error.detail}): another program has used it, or the access was ` +
        "withdrawn at https://www.strava.com/settings/apps",
      anew,
    )
}

const lackOf = ({ fatal, lost, scope }: MissingScope, folder: string): Finding => {
  const says = `${scope} was not granted: ${lost}`
  const remedy = `${taskLine("auth --force", folder)}, and leave every box ticked`
  return fatal
    ? trouble("scopes", says, remedy, exitCodes.credentials)
    : warning("scopes", says, remedy)
}

/** What was granted, by what the sign-in told, and by the answer where it did not tell. */
const scopes = (
  { scope }: SignIn,
  probed: ProbeResponse | undefined,
  folder: string,
): ReadonlyArray<Finding> => {
  const missing = probed?.status === 401 ? missingScope(faultFrom(probed.text())) : undefined
  if (missing !== undefined) {
    return [
      trouble(
        "scopes",
        `the token lacks a permission (${missing}); one that was copied from the settings page can only read ` +
          "the profile",
        `${taskLine("auth --force", folder)}, and leave every box ticked`,
        exitCodes.credentials,
      ),
    ]
  }
  if (scope === undefined) {
    return [
      probed?.status === 200
        ? ok("scopes", "activities can be read; the sign-in did not tell what else was granted")
        : unknown("scopes", "the sign-in did not tell what was granted"),
    ]
  }
  const lacks = lacksOf(scope)
  return lacks.length === 0
    ? [ok("scopes", `all that is of use was granted: ${scope}`)]
    : lacks.map((lack) => lackOf(lack, folder))
}

const signedIn = ({ expires }: SignIn) =>
  ok(
    "sign-in",
    "it is stored" + Option.match(expires, {
      onNone: () => "",
      onSome: (at) => `; the access token is good until ${isoTime(at)}, and is renewed when needed`,
    }),
  )

const used = ({ cap, used }: SnapshotWindow) =>
  `${used.toLocaleString("en")} of ${cap.toLocaleString("en")}`

const quota = ({ day, quarter }: QuotaSnapshot, until: number | undefined): Finding => {
  const says = `${used(quarter)} reads used this quarter of an hour, ${used(day)} today (UTC)`
  const ends = until ??
    [day, quarter].find(({ cap, used }) => used >= cap)?.end
  return ends === undefined
    ? ok("quota", says)
    : warning("quota", says, `Nothing to do: it goes on at ${clockTime(ends)}`)
}

const tolerable = 30_000

const inWords = (milliseconds: number): string => {
  const minutes = milliseconds / 60_000
  return minutes < 2
    ? `${Math.round(milliseconds / 1_000)} seconds`
    : minutes < 120
    ? `${Math.round(minutes)} minutes`
    : `${Math.round(minutes / 60)} hours`
}

const clock = (probed: ProbeResponse): Finding => {
  const skew = skewOf(probed)
  if (skew === undefined) return unknown("clock", "Strava's answer does not tell the time")
  return Math.abs(skew) < tolerable ? ok("clock", "it agrees with Strava's") : warning(
    "clock",
    `this machine's is ${inWords(Math.abs(skew))} ${skew > 0 ? "behind" : "ahead of"} Strava's`,
    "Let the network set it (Linux: timedatectl set-ntp true). Limits and tokens do not go by it, but " +
      "a schedule does, and certificates",
  )
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const reached = ({ receivedAt, sentAt }: ProbeResponse) =>
  ok("strava", `it answered in ${receivedAt - sentAt} ms`)

/** Reached or not, switched off or not, and whether it takes the token. */
const answer = (
  { probed, renewed, says, signIn }: Extract<StravaCheck, { readonly _tag: "Answered" }>,
  folder: string,
): ReadonlyArray<Finding> => {
  const { status, text } = probed
  const fault = faultFrom(text())
  const active = ok("application", "it is active")
  if (status === 200 && !isJson(text())) {
    return [
      trouble(
        "strava",
        "it answers with a page, not with data",
        "Run it again later",
        exitCodes.data,
      ),
    ]
  }
  if (status === 200 || status === 429 || missingScope(fault) !== undefined) {
    return [reached(probed), active, signedIn(signIn)]
  }
  if (status === 403 && namesFault(fault, "Application", /status/i, /inactive/i)) {
    return [reached(probed), inactive]
  }
  if (renewed !== undefined) {
    return [
      reached(probed),
      Option.match(renewed, {
        onSome: (error) => noToken(error, folder),
        onNone: () =>
          warning(
            "sign-in",
            `Strava refused the access token (${says}), and has given another`,
            `Nothing to do, unless it happens again: ${taskLine("auth --force", folder)}`,
          ),
      }),
    ]
  }
  return [
    trouble(
      "strava",
      `it answered ${status} (${says})`,
      status >= 500 ? "It is Strava's own trouble: run it again later" : network,
      exitCodes.unavailable,
    ),
  ]
}

const failed = ({ detail, reason }: ExchangeFailed) =>
  reason === "untrusted"
    ? trouble(
      "strava",
      `its certificate is not trusted: ${detail}`,
      "Something between here and Strava reads along, such as a company's proxy; Deno trusts its certificate " +
        "with DENO_TLS_CA_STORE=system",
      exitCodes.unavailable,
    )
    : unreached(detail)

export const stravaFindings = (asked: StravaCheck, folder: string): ReadonlyArray<Finding> => {
  switch (asked._tag) {
    case "NotSignedIn":
      return [
        asked.by.length === 0
          ? trouble(
            "sign-in",
            "nobody has signed in yet",
            taskLine("auth", folder),
            exitCodes.configuration,
          )
          : warning(
            "sign-in",
            `nobody has signed in yet; ${asked.by.join(" and ")} can be used for it`,
            taskLine("auth", folder),
          ),
      ]
    case "NotAsked":
      return [
        ...(asked.signIn === undefined
          ? [unknown("sign-in", "tokens are stored")]
          : [signedIn(asked.signIn), ...scopes(asked.signIn, undefined, folder)]),
        unknown("strava", `not asked: ${asked.why}`),
      ]
    case "NoToken":
      return [noToken(asked.error, folder)]
    case "UsedUp":
      return [
        signedIn(asked.signIn),
        ...scopes(asked.signIn, undefined, folder),
        unknown(
          "strava",
          `not asked: ${
            asked.quota.pause === undefined ? "no request is left" : "it asked for a pause"
          }`,
        ),
        quota(asked.quota, asked.until),
      ]
    case "Failed":
      return [
        signedIn(asked.signIn),
        ...scopes(asked.signIn, undefined, folder),
        failed(asked.error),
        quota(asked.quota, undefined),
      ]
    case "Answered":
      return [
        ...answer(asked, folder),
        ...scopes(asked.signIn, asked.probed, folder),
        quota(asked.quota, undefined),
        clock(asked.probed),
      ]
  }
}

/** Requests to the API that it took. */
export const checkRequests = ({ _tag }: StravaCheck): number =>
  _tag === "Answered" || _tag === "Failed" ? 1 : 0
