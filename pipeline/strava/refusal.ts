/** The error that the status of a response means. */
import { describe, faultFrom, names } from "../../schemas/Fault.ts"
import type { Hidden } from "./Answer.ts"
import { ApplicationInactive, Refused } from "./errors.ts"
import { type Raw, redirected } from "./http.ts"
import { plain } from "./sanitize.ts"

/** Returns the error for a response that is neither a success nor a server error. */
export const refused = (request: string, { headers, secrets, status, text }: Raw & Hidden) =>
  new Refused({
    request,
    status,
    detail: plain(redirected(status, headers) ?? describe(faultFrom(text())), secrets),
  })

/** Same as `refused`, or `ApplicationInactive` if the response says so. */
export const refusal = (request: string, raw: Raw & Hidden) =>
  raw.status === 403 && names(faultFrom(raw.text()), "Application", /status/i, /inactive/i)
    ? new ApplicationInactive()
    : refused(request, raw)
