/** The scope in `tokens.json`, for commands that send no request. */
import { Context, Effect, FileSystem, Option, Path } from "effect"
import { scopeIn } from "./scopes.ts"
import { makeTokenText } from "./StoredTokens.ts"
import { tokenKeys } from "./TokenKey.ts"

/** Scope that the athlete has granted, names with commas between; undefined if it is unknown. */
export const GrantedScope = Context.Reference<string | undefined>("paceline/strava/GrantedScope", {
  defaultValue: () => undefined,
})

/** Returns the scope of the tokens in `directory`; undefined if they do not tell, or cannot be read. */
export const grantedScopeIn = Effect.fn("grantedScopeIn")(
  function* (directory: string) {
    const fs = yield* FileSystem.FileSystem
    const path = (yield* Path.Path).join(directory, "tokens.json")
    const { type } = yield* fs.stat(path)
    if (type !== "File") return undefined
    const text = makeTokenText(yield* tokenKeys)
    const { tokens } = yield* text.read(yield* fs.readFileString(path))
    return scopeIn(tokens.scope)
  },
  Effect.option,
  Effect.map(Option.getOrUndefined),
)
