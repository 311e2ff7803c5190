/** Makes sure of a usable access token, and pushes a replaced pair before anything else is requested. */
import { Effect, FileSystem, Layer, Option } from "effect"
import { notify } from "../base/Progress.ts"
import { lockDataDirectory } from "../state/file/lock.ts"
import { RefreshTokenRefused } from "../strava/errors.ts"
import { tokenKeys } from "../strava/auth/TokenKey.ts"
import { TokenFile } from "../strava/auth/TokenFile.ts"
import { Tokens } from "../strava/auth/Tokens.ts"
import { Branch } from "./Branch.ts"
import { KeepConfig } from "./KeepConfig.ts"
import { KeepError } from "./KeepError.ts"
import { restored } from "./restore.ts"
import { othersTokens, pushTokens, requireEncrypted } from "./tokens.ts"

/** The new pair is on this machine only, which may be gone in a minute: its encrypted form is printed. */
const printLost = Effect.gen(function* () {
  const { data } = yield* KeepConfig
  const fs = yield* FileSystem.FileSystem
  const text = yield* Effect.option(fs.readFileString(`${data}/tokens.json`))
  if (Option.isNone(text)) return
  yield* notify({
    _tag: "Note",
    text:
      "Strava may have replaced the refresh token, and the new one could not be pushed. To keep " +
      "this sign-in, write the next line, which is encrypted, to tokens.json on the branch. " +
      `Otherwise sign in again: docs/unattended.md#a-new-sign-in\n${text.value.trim()}`,
  })
})

/**
 * Strava no longer accepts the sign-in: of all causes of exit code 77, the one that a new sign-in
 * fixes.
 */
const deadSignIn = (detail: string) =>
  new KeepError({
    reason: "credentials",
    detail:
      `Strava refused the refresh token (${detail}), and no other run has pushed a newer one. ` +
      "Everything fetched so far is kept. Give this job a new sign-in: " +
      "docs/unattended.md#a-new-sign-in",
  })

const mostRounds = 3

/**
 * `signInLayer` provides `Tokens` and `TokenFile` of the data directory. It is built again for each round,
 * because another run might have replaced the file.
 */
export const keepSignIn = Effect.fn("keep.signIn")(function* <E, R>(
  signInLayer: Layer.Layer<Tokens | TokenFile, E, R>,
) {
  const { data } = yield* KeepConfig
  const branch = yield* Branch
  yield* restored
  if ((yield* tokenKeys).length === 0) {
    return yield* new KeepError({
      reason: "configuration",
      detail:
        "PACELINE_TOKEN_KEY is not set, so the tokens could not be stored. Set it as a secret, to " +
        "the output of: openssl rand -base64 32",
    })
  }
  // `save` waits for this lock, so that a pair that arrives while this step is cancelled is saved too.
  yield* lockDataDirectory(data)
  for (let round = 1; round <= mostRounds; round++) {
    const signedIn = Effect.flatMap(Tokens, (tokens) => tokens.get).pipe(
      Effect.provide(Layer.fresh(signInLayer)),
      Effect.as(true),
      // Another run might have used the refresh token; its new pair is then on the branch soon.
      Effect.catchIf(
        (error) => error instanceof RefreshTokenRefused,
        ({ detail }) =>
          Effect.flatMap(
            othersTokens(),
            (found) => found ? Effect.succeed(false) : Effect.fail(deadSignIn(detail)),
          ),
      ),
    )
    if (yield* signedIn) {
      yield* requireEncrypted
      if (yield* Effect.tapError(pushTokens(), () => printLost)) return
    } else {
      const text = "Another run has used the refresh token; this one continues with its new pair"
      yield* notify({ _tag: "Note", text })
    }
    yield* branch.checkOut
  }
  return yield* new KeepError({
    reason: "busy",
    detail:
      "Cannot sign in: other runs kept using the tokens at the same time. Nothing was fetched. Run " +
      "the job again later.",
  })
}, Effect.scoped)
