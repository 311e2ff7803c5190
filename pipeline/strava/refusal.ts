/** Converts the status of a response to an error. */
import { describeFault, faultFrom, namesFault } from "../../schemas/Fault.ts"
import type { WithSecrets } from "./ParsedResponse.ts"
import { ApplicationInactive, Refused } from "./errors.ts"
import { describeRedirect, type RawResponse } from "./http/exchange.ts"
import { sanitize } from "./sanitize.ts"

/** Returns the error for a response that is neither a success nor a server error. */
export const refusalOf = (
  request: string,
  { headers, secrets, status, text }: RawResponse & WithSecrets,
) =>
  new Refused({
    request,
    status,
    detail: sanitize(
      describeRedirect(status, headers) ?? describeFault(faultFrom(text())),
      secrets,
    ),
  })

/** Returns `ApplicationInactive` if the response says so, otherwise the same as `refusalOf`. */
export const refusal = (request: string, raw: RawResponse & WithSecrets) =>
  raw.status === 403 && namesFault(faultFrom(raw.text()), "Application", /status/i, /inactive/i)
    ? new ApplicationInactive()
    : refusalOf(request, raw)
