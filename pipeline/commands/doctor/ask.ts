/** The single request of `doctor`, sent only if it can be counted, is available and disturbs no run. */
import { Effect, Layer, Option, Path } from "effect"
import { faultFrom, missingScope } from "../../../schemas/Fault.ts"
import { signInLayer } from "../../run/layers.ts"
import { Progress } from "../../base/Progress.ts"
import { openCounters } from "../../state/counters.ts"
import { lockDataDirectory } from "../../state/file/lock.ts"
import { StateError } from "../../state/StateError.ts"
import type { NotConfigured } from "../../strava/errors.ts"
import { ExchangeFailed } from "../../strava/http/exchange.ts"
import { probe, type ProbeResponse } from "../../strava/http/probe.ts"
import { QuotaLedger } from "../../strava/quota/QuotaLedger.ts"
import type { QuotaSnapshot } from "../../strava/quota/QuotaSnapshot.ts"
import { faultText } from "../../strava/sanitize.ts"
import { StravaConfig } from "../../strava/StravaConfig.ts"
import { TokenFile } from "../../strava/auth/TokenFile.ts"
import { type TokenError, Tokens } from "../../strava/auth/Tokens.ts"
import { isDemo } from "../process/demoFolder.ts"
import { real } from "../pipeline.ts"
import { isThere } from "../process/isThere.ts"
import type { StateFound } from "./state.ts"

/** Granted scope and expiry of the access token, from the stored sign-in. */
export interface SignIn {
  readonly scope: string | undefined
  readonly expires: Option.Option<number>
}

export type StravaCheck =
  /** Not signed in; `by` are variables that a sign-in could use. */
  | { readonly _tag: "NotSignedIn"; readonly by: ReadonlyArray<string> }
  /** `signIn` is undefined if it could not be read. */
  | { readonly _tag: "NotAsked"; readonly why: string; readonly signIn: SignIn | undefined }
  | { readonly _tag: "NoToken"; readonly error: TokenError | NotConfigured }
  | {
    readonly _tag: "UsedUp"
    readonly why: string
    readonly until: number
    readonly signIn: SignIn
    readonly quota: QuotaSnapshot
  }
  | {
    readonly _tag: "Failed"
    readonly error: ExchangeFailed
    readonly signIn: SignIn
    readonly quota: QuotaSnapshot
  }
  | {
    readonly _tag: "Answered"
    readonly probed: ProbeResponse
    readonly signIn: SignIn
    readonly quota: QuotaSnapshot
    /** Message of Strava if it refuses the request. */
    readonly says: string
    /** Reason that a refused token could not be renewed; undefined if it was not refused. */
    readonly renewed: Option.Option<TokenError> | undefined
  }

/** Returns a path that also tests reading activities if the granted scope is unknown. */
const pathFor = (scope: string | undefined) =>
  scope === undefined ? "/athlete/activities?per_page=1&page=1" : "/athlete"

const isRefused = ({ status, text }: ProbeResponse) =>
  status === 401 && missingScope(faultFrom(text())) === undefined

const ask = Effect.fnUntraced(function* (folder: string, signIn: SignIn) {
  const tokens = yield* Tokens
  const ledger = yield* QuotaLedger.open(yield* openCounters(folder), 0)
  const { now } = yield* ledger.readClock
  const blocked = ledger.blocked(now)
  if (blocked !== undefined) {
    const quota = ledger.snapshot(now)
    return { _tag: "UsedUp", ...blocked, signIn, quota } satisfies StravaCheck
  }
  const token = yield* tokens.get
  const about = { ...signIn, expires: yield* tokens.expires }
  return yield* probe(ledger, pathFor(signIn.scope), token).pipe(
    Effect.flatMap((probed) =>
      Effect.gen(function* () {
        if (probed.status === 200) yield* tokens.confirm(token)
        return {
          _tag: "Answered",
          probed,
          says: faultText(faultFrom(probed.text()), [token, ...yield* tokens.secrets]),
          signIn: about,
          quota: ledger.snapshot(now),
          // A successful renewal distinguishes a lost token from withdrawn access.
          renewed: isRefused(probed)
            ? yield* Effect.option(Effect.flip(tokens.renew(token)))
            : undefined,
        } satisfies StravaCheck
      })
    ),
    Effect.catchIf(
      (error) => error instanceof ExchangeFailed,
      (error) =>
        Effect.succeed(
          {
            _tag: "Failed",
            error,
            signIn: about,
            quota: ledger.snapshot(now),
          } satisfies StravaCheck,
        ),
    ),
  )
})

const stored = ["tokens.json", "tokens.other.json"]

/** Variables that a sign-in could use. */
const seeds = ({ authorizationCode, refreshToken }: StravaConfig["Service"]) => [
  ...(Option.isSome(authorizationCode) ? ["STRAVA_AUTHORIZATION_CODE"] : []),
  ...(Option.isSome(refreshToken) ? ["STRAVA_REFRESH_TOKEN"] : []),
]

/** Holds the lock of the data directory, so that no two processes refresh a token at once. */
const askAlone = Effect.fnUntraced(
  function* (folder: string, closed: string | undefined) {
    yield* lockDataDirectory(folder)
    const found = yield* (yield* TokenFile).read
    if (Option.isNone(found)) return { _tag: "NotSignedIn", by: [] } satisfies StravaCheck
    const { expires_at, scope } = found.value
    const signIn: SignIn = { scope, expires: Option.some(expires_at * 1_000) }
    const ofDemo = yield* Effect.orElseSucceed(isDemo(folder), () => false)
    const why = ofDemo ? "these tokens belong to the demo" : closed
    if (why !== undefined) return { _tag: "NotAsked", why, signIn } satisfies StravaCheck
    return yield* ask(folder, signIn)
  },
  Effect.scoped,
)

/** Returns the result of the request or the reason for none, and notes about the stored tokens. */
export const checkStrava = Effect.fn("asked")(function* (
  folder: string,
  config: StravaConfig["Service"],
  { closed, holder }: StateFound,
) {
  const path = yield* Path.Path
  const signedIn = yield* Effect.findFirst(
    stored,
    (name) => Effect.orElseSucceed(isThere(path.join(folder, name)), () => true),
  )
  const notes: Array<string> = []
  const noted = (asked: StravaCheck) => ({ asked, notes })
  const notAsked = (why: string): StravaCheck => ({ _tag: "NotAsked", why, signIn: undefined })
  if (Option.isNone(signedIn)) return noted({ _tag: "NotSignedIn", by: seeds(config) })
  if (holder !== undefined) return noted(notAsked(closed ?? "a run is active"))
  // Leave unused codes and tokens in variables to a run or a sign-in.
  const own = { ...config, authorizationCode: Option.none(), refreshToken: Option.none() }
  return yield* askAlone(folder, closed).pipe(
    Effect.provide(
      signInLayer(folder, real).pipe(
        Layer.provideMerge(Layer.succeed(StravaConfig, own)),
      ),
    ),
    Effect.catch((error): Effect.Effect<StravaCheck> =>
      Effect.succeed(
        error instanceof StateError
          ? notAsked(
            error.reason === "busy"
              ? "a run has just started"
              : "the request could not be counted in the state file",
          )
          : { _tag: "NoToken", error },
      )
    ),
    Effect.provideService(Progress, {
      notify: (event) => Effect.sync(() => void (event._tag === "Note" && notes.push(event.text))),
    }),
    Effect.map(noted),
  )
})
