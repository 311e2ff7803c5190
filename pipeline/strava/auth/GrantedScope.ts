/** The scope stored in `tokens.json`, for commands that send no request. */
import { Context, Effect, FileSystem, Option, Path } from "effect"
import { normalizeScope } from "./scopes.ts"
import { makeTokenText } from "./StoredTokens.ts"
import { tokenKeys } from "./TokenKey.ts"

/** Scope that the athlete has granted, as comma-separated names; undefined if unknown. */
export const GrantedScope = Context.Reference<string | undefined>("paceline/strava/GrantedScope", {
  defaultValue: () => undefined,
})

/** Returns the scope of the tokens in `directory`; undefined if it is unknown or cannot be read. */
export const grantedScopeIn = Effect.fn("grantedScopeIn")(
  function* (directory: string) {
    const fs = yield* FileSystem.FileSystem
    const path = (yield* Path.Path).join(directory, "tokens.json")
    const { type } = yield* fs.stat(path)
    if (type !== "File") return undefined
    const text = makeTokenText(yield* tokenKeys)
    const { tokens } = yield* text.read(yield* fs.readFileString(path))
    return normalizeScope(tokens.scope)
  },
  Effect.option,
  Effect.map(Option.getOrUndefined),
)
