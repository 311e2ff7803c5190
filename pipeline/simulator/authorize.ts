/** The page where an athlete authorizes an application: a box for each scope, and a way to cancel. */
import { faultResponse } from "./responses/common.ts"
import type { SimulatedResponse } from "./protocol.ts"
import { simulatedClientId, type SimulatedTokens } from "./Tokens.ts"

/** Strava's texts for scopes, as far as known. */
const labels: Readonly<Record<string, string>> = {
  "read": "View data about your public profile (required)",
  "read_all": "View your private non-activity data such as segments and routes",
  "profile:read_all": "View your complete Strava profile",
  "profile:write": "Edit your Strava profile",
  "activity:read": "View data about your activities",
  "activity:read_all": "View data about your private activities",
  "activity:write": "Upload your activities to Strava",
}

const required = "read"

/** Hosts that Strava allows for every application, whatever its callback domain. */
const localHosts = new Set(["localhost", "127.0.0.1"])

interface AuthorizationRequest {
  readonly target: URL
  readonly scopes: ReadonlyArray<string>
}

/** Reads the parameters of the page; returns an error response if they are invalid. */
const read = (query: URLSearchParams): AuthorizationRequest | SimulatedResponse => {
  if (query.get("client_id") !== simulatedClientId) {
    return faultResponse(
      400,
      "Application",
      "client_id",
      query.has("client_id") ? "invalid" : "missing",
    )
  }
  const target = URL.parse(query.get("redirect_uri") ?? "")
  if (target === null || !localHosts.has(target.hostname)) {
    return faultResponse(400, "Application", "redirect_uri")
  }
  if (query.get("response_type") !== "code") return faultResponse(400, "Authorize", "response_type")
  const scopes = query.get("scope")?.split(",") ?? []
  if (scopes.length === 0 || scopes.some((scope) => !(scope in labels))) {
    return faultResponse(400, "Authorize", "scope")
  }
  target.searchParams.set("state", query.get("state") ?? "")
  return { target, scopes }
}

const isAuthorizationRequest = (
  read: AuthorizationRequest | SimulatedResponse,
): read is AuthorizationRequest => "target" in read

const escapeHtml = (text: string) =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;")

const box = (scope: string) =>
  `<p><label><input type="checkbox" name="scope" value="${escapeHtml(scope)}" checked${
    scope === required ? " disabled" : ""
  }> ${labels[scope]}</label></p>`

const page = (
  query: URLSearchParams,
  { scopes, target }: AuthorizationRequest,
): SimulatedResponse => {
  const denied = new URL(target)
  denied.searchParams.set("error", "access_denied")
  return {
    status: 200,
    headers: { "content-type": "text/html; charset=utf-8" },
    body: `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Authorize | simulated Strava</title></head>
<body style="font: 16px/1.5 sans-serif; max-width: 36rem; margin: 3rem auto; padding: 0 1rem">
<h1>Authorize an application to connect to a simulated Strava</h1>
<p>It will be able to:</p>
<form method="post" action="accept_application?${escapeHtml(String(query))}">
${scopes.map(box).join("\n")}
<p><button>Authorize</button> <a href="${escapeHtml(denied.href)}">Cancel</a></p>
</form>
</body></html>
`,
  }
}

const redirectBack = (
  tokens: SimulatedTokens,
  { target }: AuthorizationRequest,
  scope: string,
  now: number,
): SimulatedResponse => {
  target.searchParams.set("code", tokens.code(scope, now))
  target.searchParams.set("scope", scope)
  return { status: 302, headers: { location: target.href }, body: "" }
}

/**
 * Returns the page, or redirects at once if the athlete has agreed before and `approval_prompt` allows
 * it.
 */
export const authorize = (
  tokens: SimulatedTokens,
  query: URLSearchParams,
  now: number,
): SimulatedResponse => {
  const request = read(query)
  if (!isAuthorizationRequest(request)) return request
  return query.get("approval_prompt") !== "force" && tokens.hasAgreed(request.scopes)
    ? redirectBack(tokens, request, request.scopes.join(","), now)
    : page(query, request)
}

/** Handles the submitted form, which contains the ticked boxes. */
export const acceptForm = (
  tokens: SimulatedTokens,
  query: URLSearchParams,
  form: URLSearchParams,
  now: number,
): SimulatedResponse => {
  const request = read(query)
  if (!isAuthorizationRequest(request)) return request
  const ticked = new Set([required, ...form.getAll("scope")])
  return redirectBack(
    tokens,
    request,
    request.scopes.filter((scope) => ticked.has(scope)).join(","),
    now,
  )
}
