/**
 * A new sign-in. Strava sends the browser back to this machine, or the user pastes the resulting address. Then
 * the code is exchanged and the pair of tokens stored.
 */
import { Clock, Duration, Effect, Option, Queue, type Scope, Terminal } from "effect"
import { openBrowser } from "../../base/openBrowser.ts"
import { complain, complainWrapped } from "../../base/runMain.ts"
import {
  authorizeUrl,
  type Callback,
  callbackFrom,
  callbackOf,
  randomState,
} from "../auth/authorization.ts"
import type { NotConfigured } from "../errors.ts"
import { type MissingScope, missingScopes } from "../auth/scopes.ts"
import { StravaConfig } from "../StravaConfig.ts"
import { type SignedIn, type TokenError, Tokens } from "../auth/Tokens.ts"
import { listen, type Listening } from "./callback.ts"
import type { SignInPage } from "./page.ts"
import * as pages from "./pages.ts"
import { SignInFailed } from "./SignInFailed.ts"
import { browserPhrase, byHand, unreachableUri } from "./phrases.ts"

export interface NewSignInOptions {
  /** True to open a browser on this machine; otherwise the user pastes the address. */
  readonly browser: boolean
  /** True if a person is at the terminal. */
  readonly terminal: boolean
  /** Next step, for the page that the browser shows. */
  readonly next: string
  /** Command that starts the sign-in again. */
  readonly again: string
}

export interface NewSignIn extends SignedIn {
  /** Scopes that were not granted; empty also if that is unknown. */
  readonly lacks: ReadonlyArray<MissingScope>
}

/** Long enough to find a password. */
const patience = Duration.minutes(10)

/** An address that might end the sign-in, and the way to show the result. */
interface Event {
  readonly answer: Callback
  readonly show: (page: SignInPage) => Effect.Effect<void>
  /** True if another answer can follow. */
  readonly mayRepeat: boolean
}

type Next = Effect.Effect<Event, SignInFailed, Terminal.Terminal>

const pasted = (state: string, { again, terminal }: NewSignInOptions): Next =>
  Effect.flatMap(Terminal.Terminal, ({ readLine }) => readLine).pipe(
    Effect.repeat({ until: (line) => line.trim() !== "" }),
    Effect.map((line) => ({
      answer: callbackFrom(line, state),
      show: () => Effect.void,
      mayRepeat: terminal,
    })),
    Effect.catchTag("QuitError", () => new SignInFailed({ reason: "noCode", detail: "", again })),
  )

/** Waits for the browser, or for an address that the user pastes. */
const arrived = (state: string, { visits }: Listening, ways: NewSignInOptions): Next => {
  const visit = Effect.map(Queue.take(visits), ({ query, show }) => ({
    answer: callbackOf(query, state),
    show,
    mayRepeat: true,
  }))
  const orPasted = Effect.catch(pasted(state, ways), () => Effect.never)
  return ways.terminal ? Effect.raceFirst(visit, orPasted) : visit
}

/** Prepares the source of the next answer, and asks the user for it. */
const begin = Effect.fnUntraced(function* (state: string, ways: NewSignInOptions): Effect.fn.Return<
  Next,
  SignInFailed | NotConfigured,
  StravaConfig | Scope.Scope
> {
  const { credentials, oauthUrl } = yield* StravaConfig
  const { clientId } = yield* credentials
  const urlFor = (redirectUri: string) => authorizeUrl(oauthUrl, { clientId, redirectUri, state })
  const noWay = () =>
    new SignInFailed({
      reason: "noWay",
      detail: authorizeUrl(oauthUrl, { clientId, redirectUri: unreachableUri }),
      again: ways.again,
    })
  const byPasting = Effect.as(complain(byHand(urlFor(unreachableUri))), pasted(state, ways))
  if (!ways.browser) return yield* byPasting

  const server = yield* Effect.option(
    Effect.tapError(listen, ({ message }) => complainWrapped(message)),
  )
  if (Option.isNone(server)) return yield* ways.terminal ? byPasting : noWay()
  const url = urlFor(server.value.redirectUri)
  // For a script, only print it if a browser opened.
  if (ways.terminal) yield* complain(browserPhrase(url, true))
  const opened = yield* openBrowser(url)
  if (!opened && !ways.terminal) return yield* noWay()
  if (!ways.terminal) yield* complain(browserPhrase(url, false))
  if (!opened) yield* complain("Cannot open a browser. Open the address yourself.")
  return arrived(state, server.value, ways)
})

const settledBy = Effect.fnUntraced(function* (
  { answer, show }: Event,
  { again, next }: NewSignInOptions,
): Effect.fn.Return<NewSignIn, SignInFailed | TokenError, Tokens> {
  switch (answer._tag) {
    case "Denied":
      yield* show(pages.denied(again))
      return yield* new SignInFailed({ reason: "denied", detail: answer.why, again })
    case "Code": {
      const fatal = answer.scope && missingScopes(answer.scope).find(({ fatal }) => fatal)
      if (fatal) {
        yield* show(pages.noActivitiesPage(again))
        return yield* new SignInFailed({ reason: "noActivities", detail: fatal.lost, again })
      }
      const signedIn = yield* (yield* Tokens).exchange(answer.code, answer.scope).pipe(
        Effect.tapError(({ message }) => show(pages.signInFailed(message, again))),
      )
      const lacks = signedIn.scope === undefined ? [] : missingScopes(signedIn.scope)
      yield* show(pages.signedIn(lacks, next, again))
      return { ...signedIn, lacks }
    }
    default: {
      const { page, words } = pages.rejectedCallbacks[answer._tag]
      yield* show(page)
      return yield* new SignInFailed({ reason: "notACode", detail: words, again })
    }
  }
})

/** True for errors that another answer can resolve. */
const isOpen = ({ mayRepeat }: Event) => (error: SignInFailed | TokenError) =>
  mayRepeat &&
  (error._tag === "AuthorizationCodeRefused" ||
    (error._tag === "SignInFailed" && error.reason === "notACode"))

/** Text about an answer that did not end the sign-in. */
const tryAgain = (error: SignInFailed | TokenError): string =>
  error._tag === "AuthorizationCodeRefused"
    ? `Strava refused this code (${error.detail}). A code works once and expires within minutes. Open ` +
      "the address again to get another"
    : error.message

/** Signs in, whatever is stored; stored tokens are replaced only if that succeeds. */
export const signIn = Effect.fn("signIn")(
  function* (ways: NewSignInOptions) {
    const next = yield* begin(randomState(), ways)
    const ends = (yield* Clock.currentTimeMillis) + Duration.toMillis(patience)
    for (;;) {
      const event = yield* Effect.timeoutOrElse(next, {
        duration: Math.max(0, ends - (yield* Clock.currentTimeMillis)),
        orElse: () =>
          new SignInFailed({
            reason: "late",
            detail: Duration.format(patience),
            again: ways.again,
          }),
      })
      const settled = yield* settledBy(event, ways).pipe(
        Effect.asSome,
        Effect.catchIf(
          isOpen(event),
          (error) =>
            Effect.as(complainWrapped(`${tryAgain(error)}. Still waiting.`), Option.none()),
        ),
      )
      if (Option.isSome(settled)) return settled.value
    }
  },
  Effect.scoped,
)
