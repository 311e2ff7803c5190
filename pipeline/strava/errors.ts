/** Errors of requests to Strava, each with its message and exit code. */
import { Schema } from "effect"
import { errorExitCode, exitCodes } from "../base/exit.ts"
import { isoTime } from "../output/kit/times.ts"

/** Requests that all others depend on, as named in messages. */
export const athleteRequest = "read the athlete"
export const tokenRequest = "get an access token"

/** Request for a page of the list, as named in messages. */
export const listRequest = "list activities"

/** No response, or only server errors, after all retries. A later run might succeed. */
export class Unreachable extends Schema.TaggedError<Unreachable>()("Unreachable", {
  request: Schema.String,
  detail: Schema.String,
  /** True if Strava sent a response, so that other requests might succeed. */
  hasResponse: Schema.Boolean,
}) {
  override get message() {
    return `Cannot ${this.request}: ${this.detail}. Everything fetched so far is kept. ` +
      "Run the same command again later to continue"
  }
  override readonly [errorExitCode] = exitCodes.unavailable
}

/** A response with status 200 that cannot be read, not even after a retry. */
export class UnreadableResponse extends Schema.TaggedError<UnreadableResponse>()("Unreadable", {
  request: Schema.String,
  detail: Schema.String,
}) {
  override get message() {
    return `Cannot ${this.request}: Strava's response cannot be read (${this.detail}). It was ` +
      "discarded; everything fetched before it is kept. Run the same command again later"
  }
  override readonly [errorExitCode] = exitCodes.data
}

/** Strava refuses the request. A retry would not help. */
export class Refused extends Schema.TaggedError<Refused>()("Refused", {
  request: Schema.String,
  status: Schema.Finite,
  detail: Schema.String,
}) {
  override get message() {
    return `Cannot ${this.request}: Strava returned ${this.status} (${this.detail}). ` +
      "Everything fetched so far is kept"
  }
  override readonly [errorExitCode] = exitCodes.unavailable
}

/**
 * Strava refuses all requests: the subscription of the application's owner or its API permission has
 * expired.
 */
export class ApplicationInactive
  extends Schema.TaggedError<ApplicationInactive>()("ApplicationInactive", {}) {
  override get message() {
    return "Strava has disabled this API application (403, Application Status Inactive). Since June " +
      "2026 its owner needs a paid Strava subscription. Everything fetched so far is kept. Renew the " +
      "subscription, or see https://www.strava.com/settings/api"
  }
  override readonly [errorExitCode] = exitCodes.credentials
}

/** The token is valid, but the athlete has not granted the permission for this request. */
export class ScopeMissing extends Schema.TaggedError<ScopeMissing>()("ScopeMissing", {
  request: Schema.String,
  /** Strava's name of the permission, such as `activity:read_permission`. */
  scope: Schema.String,
}) {
  override get message() {
    return `Cannot ${this.request}: the token lacks the permission ${this.scope}. (A token copied from ` +
      "the settings page can read only the profile.) Everything fetched so far is kept. Sign in again " +
      "and leave every box ticked: deno task auth --force"
  }
  override readonly [errorExitCode] = exitCodes.credentials
}

/**
 * Reason that Strava withholds a response from this athlete or this token, in a few words; undefined for
 * other errors. A retry does not help, and other responses are not affected.
 */
export const withheld = (
  error: { readonly _tag: string; readonly status?: number; readonly scope?: string },
): string | undefined =>
  error._tag === "ScopeMissing"
    ? `the token lacks a permission (${error.scope ?? "unknown"})`
    : error._tag === "Refused" && error.status === 402
    ? "available to Strava subscribers only (402)"
    : undefined

/** Strava no longer accepts the refresh token. */
export class RefreshTokenRefused
  extends Schema.TaggedError<RefreshTokenRefused>()("RefreshTokenRefused", {
    detail: Schema.String,
  }) {
  override get message() {
    return `Strava refused the refresh token (${this.detail}). Another program has probably used it, or ` +
      "access was withdrawn at https://www.strava.com/settings/apps. Everything fetched so far is kept. " +
      "Sign in again: deno task auth (without a browser: set a new STRAVA_AUTHORIZATION_CODE or " +
      "STRAVA_REFRESH_TOKEN first)"
  }
  override readonly [errorExitCode] = exitCodes.credentials
}

/** The authorization code was used already, has expired, or is wrong. */
export class AuthorizationCodeRefused
  extends Schema.TaggedError<AuthorizationCodeRefused>()("AuthorizationCodeRefused", {
    detail: Schema.String,
  }) {
  override get message() {
    return `Strava refused the authorization code (${this.detail}). A code works once and expires within ` +
      "minutes. Sign in again: deno task auth (without a browser: set a new STRAVA_AUTHORIZATION_CODE " +
      "first)"
  }
  override readonly [errorExitCode] = exitCodes.credentials
}

/** Strava does not accept the client ID and secret. */
export class ClientRefused extends Schema.TaggedError<ClientRefused>()("ClientRefused", {
  detail: Schema.String,
}) {
  override get message() {
    return `Strava refused the application (${this.detail}). Check STRAVA_CLIENT_ID and ` +
      "STRAVA_CLIENT_SECRET against https://www.strava.com/settings/api"
  }
  override readonly [errorExitCode] = exitCodes.credentials
}

/** Strava refuses a new token as well: access was withdrawn. */
export class Unauthorized extends Schema.TaggedError<Unauthorized>()("Unauthorized", {
  request: Schema.String,
  detail: Schema.String,
}) {
  override get message() {
    return `Cannot ${this.request}: Strava refused the access token and a new one (${this.detail}). ` +
      "Access was probably withdrawn. Everything fetched so far is kept. Sign in again: " +
      "deno task auth --force"
  }
  override readonly [errorExitCode] = exitCodes.credentials
}

/** The run stopped because it can send no request before `until`. No data was lost. */
export class LimitReached extends Schema.TaggedError<LimitReached>()("LimitReached", {
  /** Time in milliseconds since 1970, by the local clock. */
  until: Schema.Finite,
  why: Schema.String,
}) {
  override get message() {
    return `${this.why}. Everything fetched so far is kept. ` +
      `To continue, run the same command again after ${isoTime(this.until)}`
  }
  override readonly [errorExitCode] = exitCodes.again
}

export class DeadlineReached extends Schema.TaggedError<DeadlineReached>()("DeadlineReached", {}) {
  override get message() {
    return "The run stopped at its deadline. Everything fetched so far is kept. " +
      "Run the same command again to continue"
  }
  override readonly [errorExitCode] = exitCodes.again
}

/** A setting is missing or unusable. */
export class NotConfigured extends Schema.TaggedError<NotConfigured>()("NotConfigured", {
  missing: Schema.String,
  remedy: Schema.String,
}) {
  override get message() {
    return `${this.missing}. ${this.remedy}`
  }
  override readonly [errorExitCode] = exitCodes.configuration
}

export type CredentialError =
  | RefreshTokenRefused
  | AuthorizationCodeRefused
  | ClientRefused
  | ApplicationInactive
  | NotConfigured
