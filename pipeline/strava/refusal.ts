/** The error that the status of a response means. */
import { describeFault, faultFrom, namesFault } from "../../schemas/Fault.ts"
import type { Hidden } from "./Answer.ts"
import { ApplicationInactive, Refused } from "./errors.ts"
import { type Raw, redirected } from "./http/exchange.ts"
import { plain } from "./sanitize.ts"

/** Returns the error for a response that is neither a success nor a server error. */
export const refusalOf = (request: string, { headers, secrets, status, text }: Raw & Hidden) =>
  new Refused({
    request,
    status,
    detail: plain(redirected(status, headers) ?? describeFault(faultFrom(text())), secrets),
  })

/** Same as `refusalOf`, or `ApplicationInactive` if the response says so. */
export const refusal = (request: string, raw: Raw & Hidden) =>
  raw.status === 403 && namesFault(faultFrom(raw.text()), "Application", /status/i, /inactive/i)
    ? new ApplicationInactive()
    : refusalOf(request, raw)
