/**
 * `tokens.json`: the newest pair of tokens, readable by its owner only, durable before its first use,
 * and encrypted if there is a key.
 */
import { Context, Effect, FileSystem, Layer, Option, Path, type PlatformError } from "effect"
import {
  describeFileError,
  makeDirectory,
  syncDirectory,
  writeFileAtomic,
} from "../../../sinks/files/atomic.ts"
import { notify } from "../../base/Progress.ts"
import { makeTokenText, type ReadTokens, type StoredTokens } from "./StoredTokens.ts"
import { TokenFileError } from "./TokenFileError.ts"
import { tokenKeys } from "./TokenKey.ts"

/** Returns permissions in octal digits: `0600`. */
export const formatMode = (mode: number) => (mode & 0o777).toString(8).padStart(4, "0")

const notifyUser = (text: string) => notify({ _tag: "Note", text })

/** Notes for the user after plain tokens, or those of an older key, were encrypted. */
const encryptionNotes = (path: string, outdated: ReadTokens["outdated"]): ReadonlyArray<string> =>
  outdated === "plain"
    ? [`The tokens in ${path} are now encrypted; older copies of the file are not`]
    : outdated === "older key"
    ? [
      `The tokens in ${path} are now encrypted with the new key; the old key is no longer needed here`,
    ]
    : []

/**
 * Merges two pairs of two machines. Only Strava knows which is valid, so the next request refreshes:
 * with our refresh token and, if that is refused, with theirs.
 */
const mergeTokens = (ours: StoredTokens, theirs: StoredTokens): StoredTokens => ({
  ...ours,
  access_token: null,
  expires_at: 0,
  previous_refresh_token: theirs.refresh_token,
  seeds: [...new Set([...ours.seeds, ...theirs.seeds])],
})

const refuse = (path: string, reason: TokenFileError["reason"], detail = "") =>
  new TokenFileError({ path, reason, detail })

/** Reads a regular file with its mode; undefined if there is no file. */
const readRegularFile = Effect.fnUntraced(function* (
  path: string,
  disk: (error: PlatformError.PlatformError) => TokenFileError,
) {
  const fs = yield* FileSystem.FileSystem
  const found = yield* fs.lstat(path).pipe(
    Effect.asSome,
    Effect.catchReason("PlatformError", "NotFound", () => Effect.succeedNone),
    Effect.mapError(disk),
  )
  if (Option.isNone(found)) return undefined
  const { mode, type } = found.value
  if (type === "SymbolicLink") {
    const detail = "it is a symbolic link, which the next token pair would replace. Put the file " +
      "itself there, or use the directory of the target with --data"
    return yield* refuse(path, "disk", detail)
  }
  // Opening a named pipe would block until another process writes to it.
  if (type !== "File") return yield* refuse(path, "disk", "it is not a regular file. Move it away")
  const text = yield* fs.readFileString(path).pipe(
    Effect.mapError((error) =>
      error.reason._tag === "PermissionDenied"
        ? refuse(path, "disk", "permission denied. Make the file your own (chown) and run again")
        : disk(error)
    ),
  )
  return { mode, text }
})

/** Returns the tokens in the file at `path`, with notes about its permissions or encryption. */
const readTokens = Effect.fnUntraced(function* (
  path: string,
  format: ReturnType<typeof makeTokenText>,
  disk: (error: PlatformError.PlatformError) => TokenFileError,
) {
  const found = yield* readRegularFile(path, disk)
  if (found === undefined) return undefined
  const { mode, text } = found
  const { outdated, tokens } = yield* format.read(text).pipe(
    Effect.mapError((reason) => refuse(path, reason, "its content is not valid")),
  )
  // On Windows, the mode does not show the permissions.
  const isOpen = Deno.build.os !== "windows" && (mode & 0o077) !== 0
  const openNote =
    `Other users could read ${path} (mode ${formatMode(mode)}); now only you can. If ` +
    "someone may have read it, withdraw access at https://www.strava.com/settings/apps and sign in " +
    "again: deno task auth"
  return { tokens, notes: [...(isOpen ? [openNote] : []), ...encryptionNotes(path, outdated)] }
})

export class TokenFile extends Context.Service<TokenFile, {
  readonly path: string
  /**
   * Reads the pair. A file that others can read is replaced by a private copy; a symbolic link is
   * refused. If there is a key, a plain file is encrypted. A pair in `tokens.other.json` is merged with
   * this one.
   */
  read: Effect.Effect<Option.Option<StoredTokens>, TokenFileError>
  /** Writes the pair. It is durable on success: file and directory are synced. */
  write(tokens: StoredTokens): Effect.Effect<void, TokenFileError>
  /** Deletes the pair durably; succeeds if there is none. */
  remove: Effect.Effect<void, TokenFileError>
}>()("paceline/strava/TokenFile") {
  static readonly layer = (directory: string) =>
    Layer.effect(
      TokenFile,
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const services = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
        const { join } = yield* Path.Path
        const path = join(directory, "tokens.json")
        const otherPath = join(directory, "tokens.other.json")
        const format = makeTokenText(yield* tokenKeys)
        const disk = (error: PlatformError.PlatformError) =>
          refuse(path, "disk", describeFileError(error, directory))

        const write = Effect.fn("TokenFile.write")(
          function* (tokens: StoredTokens) {
            yield* makeDirectory(directory, { mode: 0o700 })
            const bytes = new TextEncoder().encode(yield* format.write(tokens))
            yield* writeFileAtomic(path, bytes, { mode: 0o600 })
            yield* syncDirectory(directory)
          },
          Effect.mapError(disk),
          Effect.provide(services),
        )

        const read = Effect.gen(function* () {
          const ours = yield* readTokens(path, format, disk)
          const theirs = yield* readTokens(otherPath, format, disk)
          if (theirs !== undefined) {
            const both = ours === undefined
              ? theirs.tokens
              : mergeTokens(ours.tokens, theirs.tokens)
            yield* write(both)
            yield* Effect.mapError(fs.remove(otherPath), disk)
            return Option.some(both)
          }
          if (ours === undefined) return Option.none()
          if (ours.notes.length > 0) {
            // A new file also works if another user owns the old one, and a process that has that open
            // cannot read newer pairs.
            yield* write(ours.tokens)
            yield* Effect.forEach(ours.notes, notifyUser)
          }
          return Option.some(ours.tokens)
        }).pipe(Effect.provide(services))

        const remove = fs.remove(path, { force: true }).pipe(
          Effect.andThen(fs.remove(otherPath, { force: true })),
          Effect.andThen(syncDirectory(directory)),
          Effect.catchReason("PlatformError", "NotFound", () => Effect.void),
          Effect.mapError(disk),
          Effect.provide(services),
        )

        return TokenFile.of({ path, read, write, remove })
      }),
    )
}
