/** Errors of a request to Strava. */
import type { StateError } from "../state/StateError.ts"
import type { TokenError } from "./auth/Tokens.ts"
import type {
  ApplicationInactive,
  DeadlineReached,
  LimitReached,
  Refused,
  ScopeMissing,
  Unauthorized,
  Unreachable,
  UnreadableResponse,
} from "./errors.ts"

export type StravaError =
  | Unreachable
  | UnreadableResponse
  | Refused
  | ApplicationInactive
  | ScopeMissing
  | Unauthorized
  | LimitReached
  | DeadlineReached
  | TokenError
  | StateError
