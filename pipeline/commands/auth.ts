/** `paceline auth`: signs in to Strava, checks the stored sign-in, or revokes it. */
import { Clock, Duration, Effect, Layer, Option, Path, Schema } from "effect"
import { Command, Flag } from "effect/cli"
import { signInLayer } from "../run/layers.ts"
import { errorExitCode, exitCodes } from "../base/exit.ts"
import { isoTime } from "../output/kit/times.ts"
import { Progress, type ProgressEvent } from "../base/Progress.ts"
import { complain, complainWrapped, endWith, print } from "../base/runMain.ts"
import { type NewSignIn, type NewSignInOptions, signIn } from "../strava/signIn/signIn.ts"
import { SignInFailed } from "../strava/signIn/SignInFailed.ts"
import { lockDataDirectory } from "../state/file/lock.ts"
import { StateFile } from "../state/StateFile.ts"
import { layerRecorder } from "../strava/Recorder.ts"
import { revoke } from "../strava/auth/revoke.ts"
import { type MissingScope, missingScopes } from "../strava/auth/scopes.ts"
import { StravaConfig } from "../strava/StravaConfig.ts"
import { TokenFile } from "../strava/auth/TokenFile.ts"
import { defaultLifeLeft, LifeLeft } from "../strava/auth/LifeLeft.ts"
import { type TokenError, Tokens } from "../strava/auth/Tokens.ts"
import { time } from "./flags/valueFlags.ts"
import { dataFlag, jsonFlag, millis, runFlags } from "./process/flags.ts"
import { taskLine } from "../output/kit/line.ts"
import { wrap } from "../output/kit/wrap.ts"
import { real } from "./pipeline.ts"
import { notTheDemo } from "./process/ready.ts"
import { isThere } from "./process/isThere.ts"

/** The access token ends before the time that `--for` asked for. */
class TokenTooShort extends Schema.TaggedError<TokenTooShort>()("TokenTooShort", {
  wanted: Schema.String,
  /** Time when it expires, in milliseconds since 1970. */
  expires: Schema.Finite,
}) {
  override get message() {
    const renewable = this.expires - lastHour
    return `Cannot get an access token that is valid for ${this.wanted}: this one expires at ` +
      `${
        isoTime(this.expires)
      }, and Strava issues a new one only in its last hour. The sign-in works ` +
      `and is kept. Run the same command again after ${
        isoTime(renewable)
      }, or with at most --for 1h`
  }
  override readonly [errorExitCode] = exitCodes.again
}

const lastHour = 60 * 60_000

/** Fails unless the access token is valid as long as `--for` says, less the time of a request. */
const ensureLife = Effect.fnUntraced(function* ({ expires }: Standing, wanted: number) {
  if (wanted <= defaultLifeLeft || Option.isNone(expires)) return
  const left = expires.value - (yield* Clock.currentTimeMillis)
  if (left >= (wanted - defaultLifeLeft) * 1_000) return
  return yield* new TokenTooShort({
    wanted: Duration.format(Duration.seconds(wanted)),
    expires: expires.value,
  })
})

/** State of a sign-in. */
interface Standing {
  /** True if this command made it. */
  readonly isNew: boolean
  /** Time when the access token expires, in milliseconds since 1970. */
  readonly expires: Option.Option<number>
  readonly scope: string | undefined
  readonly lacks: ReadonlyArray<MissingScope>
}

interface SignInOptions extends NewSignInOptions {
  readonly data: string
  /** True to sign in again even if a sign-in is stored. */
  readonly force: boolean
}

/** True if a new sign-in fixes the error: none is stored, it is invalid, or it cannot be read. */
const isFixedBySignIn = (error: TokenError): boolean =>
  error._tag === "NotConfigured" || error._tag === "RefreshTokenRefused" ||
  error._tag === "AuthorizationCodeRefused" ||
  (error._tag === "TokenFileError" && error.reason === "damaged")

/** Signs in from stored tokens or variables, without a browser; otherwise returns the reason. */
const withoutBrowser = (force: boolean) =>
  Effect.gen(function* () {
    const { authorizationCode } = yield* StravaConfig
    const tokens = yield* Tokens
    // Fail before the browser opens if the token file cannot be replaced.
    yield* (yield* TokenFile).read
    if (!force) return yield* Effect.as(tokens.get, { why: undefined, isNew: false })
    if (Option.isNone(authorizationCode)) return { why: undefined, isNew: undefined }
    return yield* Effect.as(tokens.exchange(authorizationCode.value, undefined), {
      why: undefined,
      isNew: true,
    })
  }).pipe(
    Effect.catchIf(isFixedBySignIn, (why) => Effect.succeed({ why, isNew: undefined })),
  )

/** Warns if the data directory belongs to another athlete. */
const warnIfAnotherAthlete = Effect.fnUntraced(function* (folder: string, { athlete }: NewSignIn) {
  if (!(yield* isThere((yield* Path.Path).join(folder, "state.db")))) return
  const owner = yield* Effect.flatMap(StateFile, (state) => state.athlete).pipe(
    Effect.provide(StateFile.layerReadOnly(folder, [])),
    Effect.orElseSucceed(() => undefined),
  )
  if (owner === undefined || athlete === undefined || owner === athlete) return
  yield* complainWrapped(
    `You signed in as athlete ${athlete}, but ${folder} holds data of athlete ${owner}. A run will not ` +
      "mix them. Use one data directory per athlete: --data DIR",
  )
})

/**
 * Returns the stored sign-in if it works, otherwise a new one. Holds the lock of the data directory, because
 * two processes that refresh a token at once lose it.
 */
export const authenticate = Effect.fn("authenticate")(function* (options: SignInOptions) {
  const { data, force } = options
  yield* lockDataDirectory(data)
  const { isNew, why } = yield* withoutBrowser(force)
  if (isNew === undefined) {
    if (why !== undefined && why._tag !== "NotConfigured") {
      yield* complainWrapped(`${why.message}.`)
      yield* complain("")
    }
    const made = yield* signIn(options).pipe(
      Effect.mapError((error) =>
        // If no sign-in is possible, report the original error, which has to be fixed.
        error instanceof SignInFailed && error.reason === "noWay" && why !== undefined &&
          why._tag !== "NotConfigured"
          ? why
          : error
      ),
    )
    yield* warnIfAnotherAthlete(data, made)
  }
  const stored = yield* (yield* TokenFile).read
  const scope = Option.getOrUndefined(stored)?.scope
  return {
    isNew: isNew !== false,
    expires: yield* (yield* Tokens).expires,
    scope,
    lacks: scope === undefined ? [] : missingScopes(scope),
  } satisfies Standing
}, Effect.scoped)

export const renderStanding = (
  { expires, isNew, lacks }: Standing,
  folder: string,
): string =>
  [
    ...wrap(
      `Signed in. The access token is valid until ${
        Option.match(expires, { onNone: () => "an unknown time", onSome: isoTime })
      } and is renewed automatically. Both tokens are in ${folder}/tokens.json.`,
    ),
    ...(lacks.length === 0 ? [] : ["\nPermissions not granted:"]),
    ...lacks.flatMap(({ lost, scope }) => wrap(`${scope}: ${lost}`, { first: "  ", rest: "    " })),
    ...(lacks.length > 0
      ? wrap(`To grant them, run ${taskLine("auth --force", folder)} and leave every box ticked`)
      : isNew
      ? []
      : wrap(
        `You were already signed in. To sign in again: ${taskLine("auth --force", folder)}`,
      )),
  ].join("\n")

const standingJson = ({ expires, isNew, lacks, scope }: Standing) => ({
  signedIn: true,
  new: isNew,
  expires: Option.match(expires, { onNone: () => null, onSome: isoTime }),
  scope: scope ?? null,
  missing: lacks.map(({ lost, scope }) => ({ scope, lost })),
})

const renderRevoked = (folder: string) =>
  [
    ...wrap(`Access was withdrawn at Strava, and ${folder}/tokens.json was deleted.`),
    "",
    ...wrap(
      "Still there: the data copied so far, your application at https://www.strava.com/settings/api, " +
        "and .env. Any refresh token or code in .env, and all copies of the tokens, no longer work. The " +
        "application should be gone from https://www.strava.com/settings/apps.",
    ),
    "",
    `To delete the data: ${taskLine("purge", folder)}`,
    `To sign in again: ${taskLine("auth", folder)}`,
  ].join("\n")

/** Withdraws access at Strava and deletes the tokens. */
const revokeAccess = Effect.fnUntraced(function* (folder: string, json: boolean) {
  yield* lockDataDirectory(folder)
  const revoked = yield* revoke()
  yield* print(
    json ? JSON.stringify({ revoked }) : revoked ? renderRevoked(folder) : wrap(
      `${folder} has no sign-in to revoke. No request was sent to Strava. To withdraw access given ` +
        "elsewhere, see https://www.strava.com/settings/apps",
    ).join("\n"),
  )
}, Effect.scoped)

/** Prints notes about stored tokens and unused variables. */
export const printSignInNotes = {
  notify: (event: ProgressEvent) =>
    event._tag === "Note"
      ? Effect.andThen(complainWrapped(`${event.text}.`), complain(""))
      : Effect.void,
}

export const noBrowserFlag = Flag.Boolean("no-browser").pipe(
  Flag.withoutNegation,
  Flag.withDescription("Print the address; paste the code or address back"),
  Flag.withDefault(false),
)

const stdinIsTerminal = Effect.sync(() => Deno.stdin.isTerminal())

export const authCommand = Command.make(
  "auth",
  {
    data: dataFlag,
    json: jsonFlag,
    quiet: runFlags.quiet,
    record: runFlags.record,
    noBrowser: noBrowserFlag,
    force: Flag.Boolean("force").pipe(
      Flag.withDescription("Sign in again even if the stored sign-in works"),
      Flag.withDefault(false),
    ),
    for: time(
      "for",
      "Get a token valid this long, up to 1h (default 30s)",
    ),
    revoke: Flag.Boolean("revoke").pipe(
      Flag.withDescription("Withdraw access at Strava and delete the stored tokens"),
      Flag.withDefault(false),
    ),
  },
  Effect.fnUntraced(function* ({ data, force, json, noBrowser, quiet, record, revoke, ...flags }) {
    if (revoke && (force || noBrowser)) {
      return yield* endWith(
        exitCodes.usage,
        "--revoke cannot be combined with --force or --no-browser: it only withdraws access. " +
          "Leave them out",
      )
    }
    yield* notTheDemo(data)
    yield* (yield* StravaConfig).credentials
    const layer = signInLayer(data, real).pipe(
      Layer.provideMerge(
        Option.match(record, { onNone: () => Layer.empty, onSome: layerRecorder }),
      ),
    )
    yield* Effect.gen(function* () {
      if (revoke) return yield* revokeAccess(data, json)
      const wanted = millis(flags.for, 1_000 * defaultLifeLeft) / 1_000
      const standing = yield* authenticate({
        data,
        force,
        browser: !noBrowser,
        terminal: yield* stdinIsTerminal,
        next: `Then run \`${taskLine("pipeline", data)}\`.`,
        again: taskLine("auth", data),
      }).pipe(Effect.provideService(LifeLeft, wanted))
      yield* ensureLife(standing, wanted)
      if (json) yield* print(JSON.stringify(standingJson(standing)))
      else if (!quiet) yield* print(renderStanding(standing, data))
    }).pipe(Effect.provide(layer), Effect.provideService(Progress, printSignInNotes))
  }, Effect.provide(StravaConfig.layer)),
).pipe(
  Command.withDescription(
    "Sign in to Strava, check the sign-in, or revoke it",
  ),
  Command.withExamples([
    { command: "paceline auth", description: "Sign in with the browser on this machine" },
    {
      command: "paceline auth --no-browser",
      description: "Sign in with a browser on another machine",
    },
    {
      command: "paceline auth --force",
      description: "Sign in again, for example to tick another box",
    },
    {
      command: "paceline auth --for 20m",
      description: "Prepare a token so that the next run need not renew it",
    },
    { command: "paceline auth --revoke", description: "Withdraw access" },
  ]),
)
