/** Findings about the application, the sign-in, the rate limit and the clock, from Strava's response. */
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
import { type MissingScope, missingScopes } from "../../strava/auth/scopes.ts"
import { TokenFileError } from "../../strava/auth/TokenFileError.ts"
import { formatNumber } from "../../output/kit/numbers.ts"
import { clockTime, isoTime } from "../../output/kit/times.ts"
import { taskLine } from "../../output/kit/line.ts"
import type { SignIn, StravaCheck } from "./ask.ts"
import { type Finding, findingOf, ok, trouble, unknown, warning } from "./Finding.ts"

const hourAndMinute = (at: number) => `${clockTime(at).slice(0, 5)} UTC`

const network =
  "Check the network, a proxy or firewall, and STRAVA_API_URL and STRAVA_OAUTH_URL if they are set"

const inactive = findingOf(
  "application",
  new ApplicationInactive(),
  "disabled by Strava (403, Application Status Inactive)",
  "Since June 2026 the owner of an application needs a paid Strava subscription. Renew it, or see " +
    "https://www.strava.com/settings/api",
)

const unreached = (detail: string) =>
  trouble("strava", `not reachable: ${detail}`, network, exitCodes.unavailable)

/** Returns the finding for an error of the sign-in. */
const noToken = (
  error: Extract<StravaCheck, { readonly _tag: "NoToken" }>["error"],
  folder: string,
): Finding => {
  const again = `Sign in again: ${taskLine("auth", folder)}`
  if (error instanceof ApplicationInactive) return inactive
  if (error instanceof Unreachable) return unreached(error.detail)
  if (error instanceof Refused) {
    const says = `refused to renew the token: ${error.status} (${error.detail})`
    return findingOf("strava", error, says, "Run it again later")
  }
  if (error instanceof ClientRefused) {
    const says = `Strava does not accept this client ID and secret (${error.detail})`
    const remedy = "Compare them with https://www.strava.com/settings/api: deno task setup"
    return findingOf("application", error, says, remedy)
  }
  if (error instanceof NotConfigured) {
    return findingOf("sign-in", error, error.missing, error.remedy)
  }
  return error instanceof TokenFileError
    ? findingOf("sign-in", error, error.message, again)
    : findingOf(
      "sign-in",
      error,
      `refused by Strava (${error.detail}): another program has used it, or access was withdrawn at ` +
        "https://www.strava.com/settings/apps",
      again,
    )
}

const lackOf = ({ fatal, lost, scope }: MissingScope, folder: string): Finding => {
  const says = `${scope} was not granted: ${lost}`
  const remedy = `Run ${taskLine("auth --force", folder)} and leave every box ticked`
  return fatal
    ? trouble("scopes", says, remedy, exitCodes.credentials)
    : warning("scopes", says, remedy)
}

/** Returns findings about the granted scopes, from the sign-in or from the response. */
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
        `the token lacks a permission (${missing}); a token copied from the settings page can read only the ` +
          "profile",
        `Run ${taskLine("auth --force", folder)} and leave every box ticked`,
        exitCodes.credentials,
      ),
    ]
  }
  if (scope === undefined) {
    return [
      probed?.status === 200
        ? ok("scopes", "activities can be read; other granted permissions are unknown")
        : unknown("scopes", "the granted permissions are unknown"),
    ]
  }
  const lacks = missingScopes(scope)
  return lacks.length === 0
    ? [ok("scopes", `all required permissions are granted: ${scope}`)]
    : lacks.map((lack) => lackOf(lack, folder))
}

const signedIn = ({ expires }: SignIn) =>
  ok(
    "sign-in",
    "stored" + Option.match(expires, {
      onNone: () => "",
      onSome: (at) =>
        `; the access token is valid until ${isoTime(at)} and is renewed automatically`,
    }),
  )

const used = ({ cap, used }: SnapshotWindow) => `${formatNumber(used)} of ${formatNumber(cap)}`

const quota = ({ day, quarter }: QuotaSnapshot, until: number | undefined): Finding => {
  const says = `${used(quarter)} in 15 minutes, ${used(day)} today (UTC)`
  const ends = until ??
    [day, quarter].find(({ cap, used }) => used >= cap)?.end
  return ends === undefined
    ? ok("quota", says)
    : warning("quota", says, `Nothing to do: requests are possible again at ${hourAndMinute(ends)}`)
}

const tolerable = 30_000

const describeSkew = (milliseconds: number): string => {
  const minutes = milliseconds / 60_000
  return minutes < 2
    ? `${Math.round(milliseconds / 1_000)} seconds`
    : minutes < 120
    ? `${Math.round(minutes)} minutes`
    : `${Math.round(minutes / 60)} hours`
}

const clock = (probed: ProbeResponse): Finding => {
  const skew = skewOf(probed)
  if (skew === undefined) return unknown("clock", "Strava's response contains no time")
  return Math.abs(skew) < tolerable ? ok("clock", "agrees with Strava's") : warning(
    "clock",
    `this machine's clock is ${describeSkew(Math.abs(skew))} ${
      skew > 0 ? "behind" : "ahead of"
    } Strava's`,
    "Enable network time (Linux: timedatectl set-ntp true). Rate limits and tokens do not depend on the " +
      "clock, but schedules and certificates do",
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
  ok("strava", `responded in ${receivedAt - sentAt} ms`)

/** Returns findings about the connection, the application and the token. */
const answer = (
  { probed, renewed, says, signIn }: Extract<StravaCheck, { readonly _tag: "Answered" }>,
  folder: string,
): ReadonlyArray<Finding> => {
  const { status, text } = probed
  const fault = faultFrom(text())
  const active = ok("application", "active")
  if (status === 200 && !isJson(text())) {
    return [
      trouble(
        "strava",
        "returned an HTML page instead of data",
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
            `Strava refused the access token (${says}), then issued a new one`,
            `Nothing to do. If this happens again: ${taskLine("auth --force", folder)}`,
          ),
      }),
    ]
  }
  return [
    trouble(
      "strava",
      `returned ${status} (${says})`,
      status >= 500 ? "Strava has a problem. Run this again later" : network,
      exitCodes.unavailable,
    ),
  ]
}

const failed = ({ detail, reason }: ExchangeFailed) =>
  reason === "untrusted"
    ? trouble(
      "strava",
      `the certificate is not trusted: ${detail}`,
      "A proxy between this machine and Strava probably replaces the certificate. To trust the system's " +
        "certificates: DENO_TLS_CA_STORE=system",
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
            "not signed in yet",
            taskLine("auth", folder),
            exitCodes.configuration,
          )
          : warning(
            "sign-in",
            `not signed in yet; ${asked.by.join(" and ")} can be used to sign in`,
            taskLine("auth", folder),
          ),
      ]
    case "NotAsked":
      return [
        ...(asked.signIn === undefined
          ? [unknown("sign-in", "tokens are stored")]
          : [signedIn(asked.signIn), ...scopes(asked.signIn, undefined, folder)]),
        unknown("strava", `no request sent: ${asked.why}`),
      ]
    case "NoToken":
      return [noToken(asked.error, folder)]
    case "UsedUp":
      return [
        signedIn(asked.signIn),
        ...scopes(asked.signIn, undefined, folder),
        unknown(
          "strava",
          `no request sent: ${
            asked.quota.pause === undefined ? "no request is left" : "Strava asked to wait"
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

/** Number of requests that the check sent to the API. */
export const checkRequests = ({ _tag }: StravaCheck): number =>
  _tag === "Answered" || _tag === "Failed" ? 1 : 0
