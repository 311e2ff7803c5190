/** `tokens.json`: the newest pair of tokens, readable by its owner only, durable before its first use. */
import {
  Context,
  Effect,
  FileSystem,
  Layer,
  Option,
  Path,
  type PlatformError,
  Redacted,
  Schema,
} from "effect"
import { describe, makeDirectory, syncDirectory, writeFileAtomic } from "../../sinks/files.ts"
import { errorExitCode, exitCodes } from "../exit.ts"
import { notify } from "../Progress.ts"

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
  /** What the athlete has granted, with commas between; absent where nobody has told. */
  scope: Schema.optionalKey(Schema.String),
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
      ? `Cannot keep the tokens in ${this.path}: ${this.detail}; ` +
        "if Strava then refuses the refresh token, authorize anew"
      : `The token file ${this.path} cannot be read: ${this.detail}. Delete it and run again with ` +
        "STRAVA_REFRESH_TOKEN or STRAVA_AUTHORIZATION_CODE set"
  }
  override get [errorExitCode]() {
    return this.reason === "disk" ? exitCodes.disk : exitCodes.data
  }
}

/** The file's text. Secrets are only ever written here. */
const format = (tokens: StoredTokens): string => {
  const { access_token, expires_at, previous_refresh_token, refresh_token, scope, seeds } = tokens
  return JSON.stringify({
    access_token: access_token && Redacted.value(access_token),
    refresh_token: Redacted.value(refresh_token),
    expires_at,
    previous_refresh_token: previous_refresh_token && Redacted.value(previous_refresh_token),
    seeds,
    ...(scope === undefined ? {} : { scope }),
  }) + "\n"
}

const nameOf = (mode: number) => (mode & 0o777).toString(8).padStart(4, "0")

export class TokenFile extends Context.Service<TokenFile, {
  readonly path: string
  /** Of a file that others may read, a copy takes the place that they may not; a link is refused. */
  read: Effect.Effect<Option.Option<StoredTokens>, TokenFileError>
  /** Durable when it succeeds: file and folder are synced. */
  write(tokens: StoredTokens): Effect.Effect<void, TokenFileError>
  /** Gone for good when it succeeds, also where there was none. */
  remove: Effect.Effect<void, TokenFileError>
}>()("paceline/strava/TokenFile") {
  static readonly layer = (directory: string) =>
    Layer.effect(
      TokenFile,
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const services = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
        const path = (yield* Path.Path).join(directory, "tokens.json")
        const refuse = (reason: TokenFileError["reason"], detail: string) =>
          new TokenFileError({ path, reason, detail })
        const disk = (error: PlatformError.PlatformError) =>
          refuse("disk", describe(error, directory))

        const write = Effect.fn("TokenFile.write")(
          function* (tokens: StoredTokens) {
            yield* makeDirectory(directory, { mode: 0o700 })
            yield* writeFileAtomic(path, new TextEncoder().encode(format(tokens)), { mode: 0o600 })
            yield* syncDirectory(directory)
          },
          Effect.mapError(disk),
          Effect.provide(services),
        )

        /** Works on what another owns, too, and whoever has it open reads no newer pair. */
        const closeOff = Effect.fnUntraced(function* (tokens: StoredTokens, mode: number) {
          yield* write(tokens)
          const text =
            `Others could read ${path} (mode ${nameOf(mode)}); now only you can. If any of ` +
            "them may have, revoke the access at https://www.strava.com/settings/apps and authorize anew"
          yield* notify({ _tag: "Note", text })
        })

        const read = Effect.gen(function* () {
          const found = yield* fs.lstat(path).pipe(
            Effect.asSome,
            Effect.catchReason("PlatformError", "NotFound", () => Effect.succeedNone),
            Effect.mapError(disk),
          )
          if (Option.isNone(found)) return Option.none()
          const { mode, type } = found.value
          if (type === "SymbolicLink") {
            const detail = "it is a link, which the next pair would replace; put the file itself " +
              "there, or choose the folder that it is in"
            return yield* refuse("disk", detail)
          }
          // Whoever opens a pipe waits for another to write into it.
          if (type !== "File") return yield* refuse("disk", "it is not a file; move it away")
          const text = yield* fs.readFileString(path).pipe(
            Effect.mapError((error) =>
              error.reason._tag === "PermissionDenied"
                ? refuse("disk", "no permission to read it; make it yours (chown) and run again")
                : disk(error)
            ),
          )
          const tokens = yield* Schema.decodeEffect(Text)(text).pipe(
            // The parser's own words could quote a token.
            Effect.mapError(() => refuse("damaged", "it is not what was written")),
          )
          // Windows has other means, and a mode that says nothing.
          if (Deno.build.os !== "windows" && (mode & 0o077) !== 0) yield* closeOff(tokens, mode)
          return Option.some(tokens)
        })

        const remove = fs.remove(path, { force: true }).pipe(
          Effect.andThen(syncDirectory(directory)),
          Effect.catchReason("PlatformError", "NotFound", () => Effect.void),
          Effect.mapError(disk),
          Effect.provide(services),
        )

        return TokenFile.of({ path, read, write, remove })
      }),
    )
}
