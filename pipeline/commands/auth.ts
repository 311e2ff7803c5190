/** `paceline auth`: signs in to Strava, checks the sign-in that is stored, or takes it back. */
import { Clock, Duration, Effect, Layer, Option, Path, Schema } from "effect"
import { Command, Flag } from "effect/cli"
import { signInLayer } from "../run/layers.ts"
import { errorExitCode, exitCodes } from "../base/exit.ts"
import { isoTime } from "../base/isoTime.ts"
import { Progress, type ProgressEvent } from "../base/Progress.ts"
import { complain, endWith, print } from "../base/runMain.ts"
import { type NewSignIn, signIn, type Ways } from "../strava/signIn/signIn.ts"
import { SignInFailed } from "../strava/signIn/SignInFailed.ts"
import { lockDataDirectory } from "../state/file/lock.ts"
import { StateFile } from "../state/StateFile.ts"
import { layerRecorder } from "../strava/Recorder.ts"
import { revoke } from "../strava/auth/revoke.ts"
import { lacksOf, type MissingScope } from "../strava/auth/scopes.ts"
import { StravaConfig } from "../strava/StravaConfig.ts"
import { TokenFile } from "../strava/auth/TokenFile.ts"
import { defaultLifeLeft, LifeLeft } from "../strava/auth/LifeLeft.ts"
import { type TokenError, Tokens } from "../strava/auth/Tokens.ts"
import { dataFlag, jsonFlag, millis, runFlags, time } from "./process/flags.ts"
import { taskLine } from "../output/kit/line.ts"
import { notTheDemo, real } from "./pipeline.ts"
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
      `and is kept. Run the same command again from ${
        isoTime(renewable)
      } on, or with at most --for 1h`
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

/** How a sign-in stands. */
interface Standing {
  /** Whether it was made now. */
  readonly isNew: boolean
  /** Of the access token, in milliseconds since 1970. */
  readonly expires: Option.Option<number>
  readonly scope: string | undefined
  readonly lacks: ReadonlyArray<MissingScope>
}

interface Asked extends Ways {
  readonly data: string
  /** Sign in anew, whatever is stored. */
  readonly force: boolean
}

/** What a new sign-in mends: there is none, it is dead, or it cannot be read. */
const isMended = (error: TokenError): boolean =>
  error._tag === "NotConfigured" || error._tag === "RefreshTokenRefused" ||
  error._tag === "AuthorizationCodeRefused" ||
  (error._tag === "TokenFileError" && error.reason === "damaged")

/** By what is stored or set, without a browser; else why not. */
const withoutBrowser = (force: boolean) =>
  Effect.gen(function* () {
    const { authorizationCode } = yield* StravaConfig
    const tokens = yield* Tokens
    // What cannot be replaced is found before anybody goes to Strava.
    yield* (yield* TokenFile).read
    if (!force) return yield* Effect.as(tokens.get, { why: undefined, isNew: false })
    if (Option.isNone(authorizationCode)) return { why: undefined, isNew: undefined }
    return yield* Effect.as(tokens.exchange(authorizationCode.value, undefined), {
      why: undefined,
      isNew: true,
    })
  }).pipe(
    Effect.catchIf(isMended, (why) => Effect.succeed({ why, isNew: undefined })),
  )

/** Data of one athlete is not gone on with by another. */
const sayIfAnother = Effect.fnUntraced(function* (folder: string, { athlete }: NewSignIn) {
  if (!(yield* isThere((yield* Path.Path).join(folder, "state.db")))) return
  const owner = yield* Effect.flatMap(StateFile, (state) => state.athlete).pipe(
    Effect.provide(StateFile.layerReadOnly(folder, [])),
    Effect.orElseSucceed(() => undefined),
  )
  if (owner === undefined || athlete === undefined || owner === athlete) return
  yield* complain(
    `This is the sign-in of athlete ${athlete}, but ${folder} holds what is athlete ${owner}'s: a run ` +
      "would refuse to mix the two. Give each a folder of their own: --data FOLDER",
  )
})

/**
 * The sign-in that works, or a new one. Runs are kept away meanwhile, since two that refresh a token at once
 * lose it.
 */
export const authenticate = Effect.fn("authenticate")(function* (asked: Asked) {
  const { data, force } = asked
  yield* lockDataDirectory(data)
  const { isNew, why } = yield* withoutBrowser(force)
  if (isNew === undefined) {
    if (why !== undefined && why._tag !== "NotConfigured") {
      yield* complain(`${why.message}.\n`)
    }
    const made = yield* signIn(asked).pipe(
      Effect.mapError((error) =>
        // Where nobody can sign in, what was wrong before is what has to be mended.
        error instanceof SignInFailed && error.reason === "noWay" && why !== undefined &&
          why._tag !== "NotConfigured"
          ? why
          : error
      ),
    )
    yield* sayIfAnother(data, made)
  }
  const stored = yield* (yield* TokenFile).read
  const scope = Option.getOrUndefined(stored)?.scope
  return {
    isNew: isNew !== false,
    expires: yield* (yield* Tokens).expires,
    scope,
    lacks: scope === undefined ? [] : lacksOf(scope),
  } satisfies Standing
}, Effect.scoped)

export const renderStanding = (
  { expires, isNew, lacks }: Standing,
  folder: string,
): string =>
  [
    `Signed in. The access token is good until ${
      Option.match(expires, { onNone: () => "some time", onSome: isoTime })
    }, and is\nrenewed when needed; both tokens are in ${folder}/tokens.json.`,
    ...(lacks.length === 0 ? [] : ["\nNot granted, so something will be missing:"]),
    ...lacks.map(({ lost, scope }) => `  ${scope}: ${lost}`),
    ...(lacks.length > 0
      ? [`To grant it: ${taskLine("auth --force", folder)}, and leave every box ticked`]
      : isNew
      ? []
      : [`This was so before. To sign in again: ${taskLine("auth --force", folder)}`]),
  ].join("\n")

const standingJson = ({ expires, isNew, lacks, scope }: Standing) => ({
  signedIn: true,
  new: isNew,
  expires: Option.match(expires, { onNone: () => null, onSome: isoTime }),
  scope: scope ?? null,
  missing: lacks.map(({ lost, scope }) => ({ scope, lost })),
})

const takenBack = (folder: string) =>
  `The access is withdrawn at Strava, and ${folder}/tokens.json is gone.

What remains: what was copied before, your application at
https://www.strava.com/settings/api, and what is in .env. A refresh token or a
code there, and copies of the tokens elsewhere, are of no use any more. The
application should be gone from https://www.strava.com/settings/apps; look there
if you want to be sure.

To delete what was copied: ${taskLine("purge", folder)}
To sign in again: ${taskLine("auth", folder)}`

const takeBack = Effect.fnUntraced(function* (folder: string, json: boolean) {
  yield* lockDataDirectory(folder)
  const revoked = yield* revoke()
  yield* print(
    json
      ? JSON.stringify({ revoked })
      : revoked
      ? takenBack(folder)
      : `There is no sign-in in ${folder} that could be taken back, so nothing was asked of Strava. Access that ` +
        "was given elsewhere can be withdrawn at https://www.strava.com/settings/apps",
  )
}, Effect.scoped)

/** What the user should know of how the tokens were kept, or of a variable that is of no use. */
export const sayNotes = {
  notify: (event: ProgressEvent) =>
    event._tag === "Note" ? complain(`${event.text}.\n`) : Effect.void,
}

export const noBrowserFlag = Flag.Boolean("no-browser").pipe(
  Flag.withoutNegation,
  Flag.withDescription("Print Strava's address, and take the code or address that is pasted"),
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
      Flag.withDescription("Sign in again, even if the stored sign-in works"),
      Flag.withDefault(false),
    ),
    for: time(
      "for",
      "Get an access token that is valid for this long, or exit with 75; up to 1h always works " +
        "(default 30s)",
    ),
    revoke: Flag.Boolean("revoke").pipe(
      Flag.withDescription("Withdraw the access at Strava, and delete the tokens here"),
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
      if (revoke) return yield* takeBack(data, json)
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
    }).pipe(Effect.provide(layer), Effect.provideService(Progress, sayNotes))
  }, Effect.provide(StravaConfig.layer)),
).pipe(
  Command.withDescription(
    "Sign in to Strava, check that the stored sign-in works, or take it back",
  ),
  Command.withExamples([
    { command: "paceline auth", description: "In the browser of this machine" },
    { command: "paceline auth --no-browser", description: "In the browser of another machine" },
    { command: "paceline auth --force", description: "Anew, such as to tick another box" },
    { command: "paceline auth --for 20m", description: "Before a run that is not to renew it" },
    { command: "paceline auth --revoke", description: "No access any more" },
  ]),
)
