/** The paths under `/oauth`: the browser's agreement, tokens, and taking it all back. */
import { fault, value } from "./answers.ts"
import type { SimulatedRequest, SimulatedResponse } from "./protocol.ts"
import { simulatedAccessToken, simulatedClientId, type Tokens } from "./Tokens.ts"

/** What the browser of somebody who agrees at once is sent back with. */
const authorize = (tokens: Tokens, query: URLSearchParams): SimulatedResponse => {
  if (query.get("client_id") !== simulatedClientId) {
    return fault(400, "Application", "client_id", query.has("client_id") ? "invalid" : "missing")
  }
  const target = URL.parse(query.get("redirect_uri") ?? "")
  if (target === null) return fault(400, "Application", "redirect_uri")
  const scope = query.get("scope")
  if (scope === null) return fault(400, "Authorize", "scope")
  target.searchParams.set("state", query.get("state") ?? "")
  target.searchParams.set("code", tokens.code(scope))
  target.searchParams.set("scope", scope)
  return { status: 302, headers: { location: target.href }, body: "" }
}

/** Answer a path under `/oauth` (given without it) at the server's second `now`. */
export const oauth = (
  tokens: Tokens,
  path: string,
  query: URLSearchParams,
  { body, method }: Pick<SimulatedRequest, "body" | "method">,
  now: number,
): SimulatedResponse => {
  if (method === "POST" && path === "/token") {
    const form = new URLSearchParams(body)
    for (const [name, given] of query) if (!form.has(name)) form.set(name, given)
    return tokens.answer(form, now)
  }
  if (method === "GET" && (path === "/authorize" || path === "/mobile/authorize")) {
    return authorize(tokens, query)
  }
  if (method === "POST" && (path === "/revoke" || path === "/deauthorize")) {
    tokens.revoke()
    return value(path === "/revoke" ? {} : { access_token: `${simulatedAccessToken}-revoked` })
  }
  return fault(404, "resource", "path")
}
