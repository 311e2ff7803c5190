/** Address that the browser opens at Strava, and the result that it returns with. */
import { Redacted } from "effect"
import { createHash, timingSafeEqual } from "node:crypto"
import { sanitize } from "../sanitize.ts"
import { wantedScope } from "./scopes.ts"

/** Returns a secret for this sign-in only. A result without it was sent by someone else. */
export const randomState = (): string => crypto.getRandomValues(new Uint8Array(32)).toHex()

/** Returns the address of Strava's page for this application, without the application's secret. */
export const authorizeUrl = (
  oauthUrl: string,
  { clientId, redirectUri, state }: {
    readonly clientId: string
    readonly redirectUri: string
    readonly state?: string
  },
): string => {
  const query = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUri,
    response_type: "code",
    // Shows the boxes even to athletes who have approved before.
    approval_prompt: "force",
    scope: wantedScope,
    ...(state === undefined ? {} : { state }),
  })
  return `${oauthUrl}/authorize?${query}`
}

/** Result of a visit to Strava, as the browser returns it. */
export type Callback =
  | { readonly _tag: "Code"; readonly code: Redacted.Redacted; readonly scope: string | undefined }
  /** Strava's reason, such as `access_denied`. */
  | { readonly _tag: "Denied"; readonly why: string }
  /** The result belongs to another sign-in. */
  | { readonly _tag: "WrongState" }
  /** The query has neither a code nor an error. */
  | { readonly _tag: "Nothing" }

const digest = (text: string) => createHash("sha256").update(text).digest()

/** Compares in constant time. */
const isState = (given: string | null, state: string) =>
  timingSafeEqual(digest(given ?? ""), digest(state))

const looksLikeCode = (text: string) => /^[\w-]{6,256}$/.test(text)

/** Reads the query of the address that Strava redirects the browser to. */
export const callbackOf = (query: URLSearchParams, state: string): Callback => {
  const [code, error, scope] = ["code", "error", "scope"].map((name) => query.get(name))
  if (!code && !error) return { _tag: "Nothing" }
  if (!isState(query.get("state"), state)) return { _tag: "WrongState" }
  if (error) return { _tag: "Denied", why: sanitize(error).slice(0, 80) }
  return code && looksLikeCode(code)
    ? { _tag: "Code", code: Redacted.make(code), scope: scope || undefined }
    : { _tag: "Nothing" }
}

/** Reads text that a user pasted: the address, the end of it, or only the code. */
export const callbackFrom = (pasted: string, state: string): Callback => {
  const text = pasted.trim().replace(/^(["'<])(.*)["'>]$/, "$2")
  if (looksLikeCode(text)) return { _tag: "Code", code: Redacted.make(text), scope: undefined }
  const query = text.replace(/^[^?]*\?/, "").replace(/#.*/, "")
  return callbackOf(new URLSearchParams(query), state)
}
