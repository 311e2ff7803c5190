/**
 * `tokens.json`: the newest pair of tokens, readable by its owner only, durable before its first use, and
 * sealed where there is a key to seal it with.
 */
import { Context, Effect, FileSystem, Layer, Option, Path, type PlatformError } from "effect"
import {
  describeFileError,
  makeDirectory,
  syncDirectory,
  writeFileAtomic,
} from "../../../sinks/files/atomic.ts"
import { notify } from "../../base/Progress.ts"
import { makeTokenText, type Read, type StoredTokens } from "./StoredTokens.ts"
import { TokenFileError } from "./TokenFileError.ts"
import { tokenKeys } from "./TokenKey.ts"

const nameOf = (mode: number) => (mode & 0o777).toString(8).padStart(4, "0")

const say = (text: string) => notify({ _tag: "Note", text })

/** Notes for the user after plain tokens, or those of an older key, were encrypted. */
const outdatedWords = (path: string, outdated: Read["outdated"]): ReadonlyArray<string> =>
  outdated === "plain"
    ? [`The tokens in ${path} are encrypted from now on; older copies of them are not`]
    : outdated === "older key"
    ? [
      `The tokens in ${path} are now encrypted with the new key; the older key is not needed here any more`,
    ]
    : []

/**
 * Of two pairs that went apart, on two machines, only Strava can tell which is alive: the next call
 * refreshes, with ours and, where that is refused, with theirs.
 */
const joined = (ours: StoredTokens, theirs: StoredTokens): StoredTokens => ({
  ...ours,
  access_token: null,
  expires_at: 0,
  previous_refresh_token: theirs.refresh_token,
  seeds: [...new Set([...ours.seeds, ...theirs.seeds])],
})

export class TokenFile extends Context.Service<TokenFile, {
  readonly path: string
  /**
   * Of a file that others may read, a copy takes the place that they may not; a link is refused. Where
   * there is a key, a plain file is sealed. A pair in `tokens.other.json` is joined with this one.
   */
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
        const { join } = yield* Path.Path
        const path = join(directory, "tokens.json")
        const otherPath = join(directory, "tokens.other.json")
        const text = makeTokenText(yield* tokenKeys)
        const refuse = (path: string, reason: TokenFileError["reason"], detail = "") =>
          new TokenFileError({ path, reason, detail })
        const disk = (error: PlatformError.PlatformError) =>
          refuse(path, "disk", describeFileError(error, directory))

        const write = Effect.fn("TokenFile.write")(
          function* (tokens: StoredTokens) {
            yield* makeDirectory(directory, { mode: 0o700 })
            const bytes = new TextEncoder().encode(yield* text.write(tokens))
            yield* writeFileAtomic(path, bytes, { mode: 0o600 })
            yield* syncDirectory(directory)
          },
          Effect.mapError(disk),
          Effect.provide(services),
        )

        /** Reads the file at `path`; returns its tokens and notes about its permissions or encryption. */
        const readAt = Effect.fnUntraced(function* (path: string) {
          const found = yield* fs.lstat(path).pipe(
            Effect.asSome,
            Effect.catchReason("PlatformError", "NotFound", () => Effect.succeedNone),
            Effect.mapError(disk),
          )
          if (Option.isNone(found)) return undefined
          const { mode, type } = found.value
          if (type === "SymbolicLink") {
            const detail = "it is a link, which the next pair would replace; put the file itself " +
              "there, or choose the folder that it is in"
            return yield* refuse(path, "disk", detail)
          }
          // Whoever opens a pipe waits for another to write into it.
          if (type !== "File") return yield* refuse(path, "disk", "it is not a file; move it away")
          const written = yield* fs.readFileString(path).pipe(
            Effect.mapError((error) =>
              error.reason._tag === "PermissionDenied"
                ? refuse(
                  path,
                  "disk",
                  "no permission to read it; make it yours (chown) and run again",
                )
                : disk(error)
            ),
          )
          const { outdated, tokens } = yield* text.read(written).pipe(
            Effect.mapError((reason) => refuse(path, reason, "it is not what was written")),
          )
          // Windows has other means, and a mode that says nothing.
          const isOpen = Deno.build.os !== "windows" && (mode & 0o077) !== 0
          const notes = [
            ...(isOpen
              ? [
                `Others could read ${path} (mode ${nameOf(mode)}); now only you can. If any of ` +
                "them may have, withdraw access at https://www.strava.com/settings/apps and " +
                "sign in again: deno task auth",
              ]
              : []),
            ...outdatedWords(path, outdated),
          ]
          return { tokens, notes }
        })

        const read = Effect.gen(function* () {
          const ours = yield* readAt(path)
          const theirs = yield* readAt(otherPath)
          if (theirs !== undefined) {
            const both = ours === undefined ? theirs.tokens : joined(ours.tokens, theirs.tokens)
            yield* write(both)
            yield* Effect.mapError(fs.remove(otherPath), disk)
            return Option.some(both)
          }
          if (ours === undefined) return Option.none()
          if (ours.notes.length > 0) {
            // Works on what another owns, too, and whoever has it open reads no newer pair.
            yield* write(ours.tokens)
            yield* Effect.forEach(ours.notes, say)
          }
          return Option.some(ours.tokens)
        })

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
