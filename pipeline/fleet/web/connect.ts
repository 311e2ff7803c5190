/** Sign-in of an athlete in the browser: an invite leads to Strava, which returns a code to the callback. */
import { Clock, Effect, Redacted } from "effect"
import { HttpClient } from "effect/http"
import { SqlClient } from "effect/sql/SqlClient"
import { AthleteId } from "../../../schemas/Athlete.ts"
import { athleteOf, expiryOf, scopeOf } from "../../../schemas/Token.ts"
import { authorizeUrl, randomState } from "../../strava/auth/authorization.ts"
import { requestTokens } from "../../strava/auth/grant.ts"
import { missingScopes } from "../../strava/auth/scopes.ts"
import { StravaConfig } from "../../strava/StravaConfig.ts"
import { isInviteOpen, takeInvite } from "../invites.ts"
import { addWork, workClass } from "../work/grants.ts"
import { textOfAthlete } from "../work/TokenRow.ts"
import { cookieIn, page, redirect } from "./pages.ts"

/** Cookie with the state of the sign-in and the invite, for ten minutes. */
const cookie = "paceline_connect"
const cookieSeconds = 600

/** Starts a sign-in: a redirect to Strava with a state that the browser's cookie repeats. */
export const startConnect = Effect.fn("fleet.connect")(function* (invite: string, base: string) {
  if (!(yield* isInviteOpen(invite))) {
    return page(410, "This invite was used or has expired. Ask for a new one.")
  }
  const { credentials, oauthUrl } = yield* StravaConfig
  const { clientId } = yield* credentials
  const state = randomState()
  const redirectUri = `${base}/callback`
  return redirect(authorizeUrl(oauthUrl, { clientId, redirectUri, state }), [
    `${cookie}=${state}.${invite}; Path=/callback; Max-Age=${cookieSeconds}; HttpOnly; SameSite=Lax` +
    (base.startsWith("https:") ? "; Secure" : ""),
  ])
})

/** Stores the athlete with the tokens and lists the first work, if the invite is still open. */
const store = Effect.fnUntraced(function* (
  invite: string,
  athlete: AthleteId,
  tokens: Parameters<Effect.Success<ReturnType<typeof textOfAthlete>>["write"]>[0],
) {
  const sql = yield* SqlClient
  const text = yield* (yield* textOfAthlete(athlete)).write(tokens)
  return yield* sql.withTransaction(Effect.gen(function* () {
    if (!(yield* takeInvite(invite, athlete))) return false
    yield* sql`insert into fleet.athlete (athlete_id, scope, tokens)
      values (${athlete}::bigint, ${tokens.scope ?? ""}, ${text})
      on conflict (athlete_id) do update set status = 'active', scope = excluded.scope,
        tokens = excluded.tokens, revoked_at = null`
    const start = yield* Clock.currentTimeMillis
    const first = (resource: string, id: string) => ({
      resource,
      class: workClass.list,
      items: [{ id, start }],
    })
    yield* addWork(athlete, first("athlete", String(athlete)))
    yield* addWork(athlete, first("list", "1"))
    return true
  }))
})

/** Ends a sign-in: checks the state, exchanges the code, and stores the athlete. */
export const endConnect = Effect.fn("fleet.callback")(function* (url: URL, cookies: string) {
  const [state, invite] = cookieIn(cookies, cookie)?.split(".") ?? []
  if (state === undefined || invite === undefined || url.searchParams.get("state") !== state) {
    return page(403, "This sign-in was not started here, or took too long. Open the invite again.")
  }
  const code = url.searchParams.get("code")
  if (code === null) return page(400, "Access was not granted. Nothing is stored.")
  if (!(yield* isInviteOpen(invite))) {
    return page(410, "This invite was used or has expired. Ask for a new one.")
  }
  const { credentials, oauthUrl } = yield* StravaConfig
  const asked = (yield* Clock.currentTimeMillis) / 1_000
  const { access, fields, refresh } = yield* requestTokens(
    yield* HttpClient.HttpClient,
    oauthUrl,
    yield* credentials,
    { type: "authorization_code", code: Redacted.make(code) },
  )
  const id = athleteOf(fields)
  if (id === undefined) return page(502, "Strava did not say which athlete this is. Try again.")
  const scope = scopeOf(fields) ?? url.searchParams.get("scope") ?? ""
  const stored = yield* store(invite, AthleteId.make(id), {
    access_token: access,
    refresh_token: refresh,
    expires_at: expiryOf(fields, asked),
    previous_refresh_token: null,
    seeds: [],
    scope,
  })
  if (!stored) return page(410, "This invite was used or has expired. Ask for a new one.")
  const lost = missingScopes(scope).map(({ lost }) => `Not granted: ${lost}.`)
  return page(200, ["You are connected. Your history is being fetched.", ...lost].join("\n"))
})
