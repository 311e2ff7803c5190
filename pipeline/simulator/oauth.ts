/** Paths under `/oauth`: authorization in the browser, tokens, and revocation. */
import { faultResponse, value } from "./responses/common.ts"
import { acceptForm, authorize } from "./authorize.ts"
import type { SimulatedRequest, SimulatedResponse } from "./protocol.ts"
import {
  simulatedAccessToken,
  simulatedClientId,
  simulatedClientSecret,
  type SimulatedTokens,
} from "./Tokens.ts"

const basic = `Basic ${btoa(`${simulatedClientId}:${simulatedClientSecret}`)}`

/** Revokes a token, for the application itself only. An unknown token counts as revoked. */
const revoke = (
  tokens: SimulatedTokens,
  authorization: string | undefined,
  form: URLSearchParams,
) => {
  if (authorization !== basic) return faultResponse(401, "Application", "client_secret")
  const token = form.get("token")
  if (token === null) return faultResponse(400, "Token", "token", "missing")
  if (tokens.isAlive(token)) tokens.revoke()
  return value({})
}

/** Responds to a path under `/oauth` (without that prefix) at `now` (seconds). */
export const oauth = (
  tokens: SimulatedTokens,
  path: string,
  query: URLSearchParams,
  { body, headers, method }: Pick<SimulatedRequest, "body" | "headers" | "method">,
  now: number,
): SimulatedResponse => {
  const form = new URLSearchParams(body)
  switch (`${method} ${path}`) {
    case "GET /authorize":
    case "GET /mobile/authorize":
      return authorize(tokens, query, now)
    case "POST /accept_application":
      return acceptForm(tokens, query, form, now)
    case "POST /token":
      for (const [name, given] of query) if (!form.has(name)) form.set(name, given)
      return tokens.respond(form, now)
    case "POST /revoke":
      return revoke(tokens, headers["authorization"], form)
    case "POST /deauthorize":
      tokens.revoke()
      return value({ access_token: `${simulatedAccessToken}-revoked` })
    default:
      return faultResponse(404, "resource", "path")
  }
}
