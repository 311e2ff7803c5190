/** The tokens on the branch: always encrypted, and pushed alone as soon as Strava has replaced them. */
import { Duration, Effect, FileSystem, Option, Schema } from "effect"
import { baseRef, Branch } from "./Branch.ts"
import { Git, keepErrorFrom } from "./Git.ts"
import { KeepConfig } from "./KeepConfig.ts"
import { KeepError } from "./KeepError.ts"
import { removal } from "./merge.ts"

const Encrypted = Schema.fromJsonString(Schema.Struct({ cipher: Schema.String }))

const tokenFiles = ["tokens.json", "tokens.other.json"]

/** Fails if a token file is there that is not encrypted. */
export const requireEncrypted = Effect.gen(function* () {
  const { data } = yield* KeepConfig
  const fs = yield* FileSystem.FileSystem
  for (const name of tokenFiles) {
    const text = yield* Effect.option(fs.readFileString(`${data}/${name}`))
    if (Option.isNone(text) || Option.isSome(Schema.decodeOption(Encrypted)(text.value))) continue
    return yield* new KeepError({
      reason: "configuration",
      detail: text.value.trim() === ""
        ? `${data}/${name} is empty, so nothing is pushed. Delete it and sign in again: ` +
          "docs/unattended.md#a-new-sign-in"
        : `The tokens in ${data}/${name} are not encrypted, so nothing is pushed. Set ` +
          "PACELINE_TOKEN_KEY to the output of: openssl rand -base64 32",
    })
  }
})

/**
 * Pushes the tokens with the files that the branch has; true if the branch then holds just that, false if
 * another run's data was merged in.
 */
export const pushTokens = Effect.fn("keep.pushTokens")(function* () {
  const { data } = yield* KeepConfig
  const git = yield* Git
  const branch = yield* Branch
  const index = "tokens"
  const tree = yield* Effect.gen(function* () {
    const blob = yield* git.run(["hash-object", "-w", `${data}/tokens.json`])
    yield* git.run(["read-tree", yield* branch.baseTree], { index })
    const lines = [`100644 ${blob} 0\ttokens.json`, removal("tokens.other.json")]
    yield* git.run(["update-index", "--index-info"], { index, input: `${lines.join("\n")}\n` })
    return yield* git.run(["write-tree"], { index })
  }).pipe(
    Effect.catchTag(
      "GitError",
      (error) => keepErrorFrom("disk", "Cannot add the tokens to the git repository")(error),
    ),
  )
  yield* branch.push(tree)
  return (yield* branch.baseTree) === tree
})

/** True if another run pushes other tokens soon; the branch is then read again. */
export const othersTokens = Effect.fn("keep.othersTokens")(function* () {
  const { pause } = yield* KeepConfig
  const branch = yield* Branch
  const name = `${baseRef}:tokens.json`
  const before = yield* branch.object(name)
  for (const factor of [1, 2, 3]) {
    yield* Effect.sleep(Duration.times(pause, factor))
    yield* branch.fetch
    if ((yield* branch.object(name)) !== before) return true
  }
  return false
})
