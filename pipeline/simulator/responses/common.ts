/** Responses that do not depend on the world: JSON, and Strava's error bodies. */
import type { Json } from "../../../schemas/json/Json.ts"
import { encode } from "./json.ts"
import type { SimulatedResponse } from "../protocol.ts"

const jsonType = { "content-type": "application/json; charset=utf-8" }

/** Returns a response with `body`, encoded as JSON unless it is text or bytes already. */
export const jsonResponse = (
  body: string | Uint8Array<ArrayBuffer>,
  status = 200,
): SimulatedResponse => ({ status, headers: jsonType, body })

export const value = (body: Json, status = 200): SimulatedResponse =>
  jsonResponse(encode(body), status)

const messages: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Authorization Error",
  402: "Payment Required",
  403: "Forbidden",
  404: "Resource Not Found",
  429: "Rate Limit Exceeded",
}

/** Returns a Fault in Strava's format; without a resource it lists no error. */
export const faultResponse = (
  status: number,
  resource?: string,
  field = "",
  code = "invalid",
): SimulatedResponse =>
  value({
    message: messages[status] ?? "error",
    errors: resource === undefined ? [] : [{ resource, field, code }],
  }, status)

/** Returns the usual response for a status. */
export const usualResponse = (status: number): SimulatedResponse => {
  switch (status) {
    case 401:
      return faultResponse(401, "Athlete", "access_token")
    case 403:
      return faultResponse(403, "Application", "Status", "Inactive")
    case 404:
      return faultResponse(404)
    case 429:
      return faultResponse(429, "Application", "rate limit", "exceeded")
    case 500:
      return value({ message: "error" }, 500)
    default:
      return status > 500 ? { ...maintenancePage, status } : faultResponse(status)
  }
}

/** The page that a proxy shows while Strava is down. */
export const maintenancePage: SimulatedResponse = {
  status: 200,
  headers: { "content-type": "text/html; charset=utf-8" },
  body: "<!DOCTYPE html><html><head><title>Down for maintenance</title></head>" +
    "<body><h1>We&#8217;ll be right back</h1></body></html>\n",
}
