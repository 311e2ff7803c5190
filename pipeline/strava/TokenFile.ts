/** `tokens.json`: the newest pair of tokens, readable by its owner only, durable before its first use. */
import { Context, Effect, FileSystem, Layer, Option, Path, Redacted, Schema } from "effect"
import { syncDirectory, writeFileAtomic } from "../../sinks/files.ts"
import { errorExitCode, exitCodes } from "../exit.ts"

const Secret = Schema.RedactedFromValue(Schema.NonEmptyString)

/** What is kept. Times in seconds since 1970, as Strava gives them. */
export const StoredTokens = Schema.Struct({
  access_token: Schema.NullOr(Secret),
  refresh_token: Secret,
  expires_at: Schema.Finite,
  /** The refresh token before this one, until a call with the new pair has succeeded. */
  previous_refresh_token: Schema.NullOr(Secret),
  /** Fingerprints of the credentials this pair grew from: a changed one wins over what is stored. */
  seeds: Schema.Array(Schema.String),
})
export type StoredTokens = typeof StoredTokens.Type

const Text = Schema.fromJsonString(StoredTokens)

export class TokenFileError extends Schema.TaggedError<TokenFileError>()("TokenFileError", {
  path: Schema.String,
  reason: Schema.Literals(["disk", "damaged"]),
  detail: Schema.String,
}) {
  override get message() {
    return this.reason === "disk"
      ? `Cannot keep the tokens in ${this.path}: ${this.detail}. Mend the folder and run again; ` +
        "if Strava then refuses the refresh token, authorize anew"
      : `The token file ${this.path} cannot be read: ${this.detail}. Delete it and run again with ` +
        "STRAVA_REFRESH_TOKEN or STRAVA_AUTHORIZATION_CODE set"
  }
  override get [errorExitCode]() {
    return this.reason === "disk" ? exitCodes.disk : exitCodes.data
  }
}

export class TokenFile extends Context.Service<TokenFile, {
  readonly path: string
  read: Effect.Effect<Option.Option<StoredTokens>, TokenFileError>
  /** Durable when it succeeds: file and folder are synced. */
  write(tokens: StoredTokens): Effect.Effect<void, TokenFileError>
}>()("paceline/strava/TokenFile") {
  static readonly layer = (directory: string) =>
    Layer.effect(
      TokenFile,
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const services = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
        const path = (yield* Path.Path).join(directory, "tokens.json")
        const disk = (cause: { readonly message: string }) =>
          new TokenFileError({ path, reason: "disk", detail: cause.message })

        return TokenFile.of({
          path,
          // Asked first what it is: whoever opens a pipe waits for another to write into it.
          read: fs.stat(path).pipe(
            Effect.filterOrFail(
              ({ type }) => type === "File",
              () => ({ message: "it is not a file; move it away" }),
            ),
            Effect.andThen(fs.readFileString(path)),
            Effect.map(Option.some),
            Effect.catchReason(
              "PlatformError",
              "NotFound",
              () => Effect.succeed(Option.none<string>()),
            ),
            Effect.mapError(disk),
            Effect.flatMap(Option.match({
              onNone: () => Effect.succeed(Option.none<StoredTokens>()),
              onSome: (text) =>
                Schema.decodeEffect(Text)(text).pipe(
                  Effect.map(Option.some),
                  // The parser's own words could quote a token.
                  Effect.mapError(() =>
                    new TokenFileError({
                      path,
                      reason: "damaged",
                      detail: "it is not what was written",
                    })
                  ),
                ),
            })),
          ),
          write: Effect.fn("TokenFile.write")(
            function* (tokens) {
              const text = JSON.stringify({
                access_token: tokens.access_token && Redacted.value(tokens.access_token),
                refresh_token: Redacted.value(tokens.refresh_token),
                expires_at: tokens.expires_at,
                previous_refresh_token: tokens.previous_refresh_token &&
                  Redacted.value(tokens.previous_refresh_token),
                seeds: tokens.seeds,
              })
              yield* fs.makeDirectory(directory, { recursive: true, mode: 0o700 })
              yield* writeFileAtomic(path, new TextEncoder().encode(text + "\n"), { mode: 0o600 })
              yield* syncDirectory(directory)
            },
            Effect.mapError(disk),
            Effect.provide(services),
          ),
        })
      }),
    )
}
