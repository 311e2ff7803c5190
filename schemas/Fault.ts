/** Strava's error body. `errors` has been seen as a list, empty, absent and, once, as a string. */
import { Option, Schema } from "effect"
import { maybe, open } from "./open.ts"

const FaultDetail = open({
  resource: maybe(Schema.String),
  field: maybe(Schema.String),
  code: maybe(Schema.String),
})

export const StravaFault = open({
  message: maybe(Schema.String),
  errors: maybe(Schema.Union([Schema.Array(FaultDetail), Schema.String])),
})
export type StravaFault = typeof StravaFault.Type

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(StravaFault))

/** Returns the fault in `text`; an empty one if it is anything else, such as an HTML page. */
export const faultFrom = (text: string): StravaFault => Option.getOrElse(decode(text), () => ({}))

/** True if the fault names this resource, field and code, in any letter case. */
export const namesFault = (
  fault: StravaFault,
  resource: string,
  field: RegExp,
  code: RegExp,
): boolean =>
  Array.isArray(fault.errors) &&
  fault.errors.some((error) =>
    error.resource?.toLowerCase() === resource.toLowerCase() &&
    field.test(error.field ?? "") && code.test(error.code ?? "")
  )

/**
 * Returns the scope that the token lacks, in Strava's own word (`activity:read_permission`,
 * `profile:read_all`); undefined if the fault is another one, such as an invalid token.
 */
export const missingScope = (fault: StravaFault): string | undefined => {
  if (!Array.isArray(fault.errors)) return undefined
  const found = fault.errors.find(({ code, field, resource }) =>
    /^access_?token$/i.test(resource ?? "") && /missing/i.test(code ?? "") &&
    !/^(access_?)?token$/i.test(field ?? "")
  )
  return found && (found.field || "one that Strava does not name")
}

/**
 * Returns the fault on one line, as Strava words it: `Bad Request: RefreshToken refresh_token
 * invalid`.
 */
export const describeFault = (fault: StravaFault): string => {
  const details = typeof fault.errors === "string"
    ? [fault.errors]
    : (fault.errors ?? []).map((error) =>
      [error.resource, error.field, error.code].filter(Boolean).join(" ")
    )
  return [fault.message || "no message", ...details].join(": ")
}
