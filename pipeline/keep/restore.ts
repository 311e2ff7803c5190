/** Restores the data directory from its branch, and checks that this job may write to the branch. */
import { Effect, FileSystem, Option, Schema } from "effect"
import { contentDigest } from "../state/contentDigest.ts"
import { baseRef, Branch } from "./Branch.ts"
import { KeepConfig } from "./KeepConfig.ts"
import { KeepError } from "./KeepError.ts"

/** The facts about a restored directory that `save` needs. */
const Restored = Schema.fromJsonString(Schema.Struct({
  /** Digest of the state file as it was on the branch; null if there was none. */
  state: Schema.NullOr(Schema.String),
}))

const factsFile = (store: string) => `${store}/restored.json`

/** Digest of the state file in the data directory; undefined if there is none that can be read. */
export const stateDigest = Effect.gen(function* () {
  const { data } = yield* KeepConfig
  return Option.getOrUndefined(yield* Effect.option(contentDigest(`${data}/state.db`)))
})

/** The facts of the restored directory; fails if nothing was restored on this machine. */
export const restored = Effect.gen(function* () {
  const { store } = yield* KeepConfig
  const fs = yield* FileSystem.FileSystem
  const text = yield* Effect.option(fs.readFileString(factsFile(store)))
  const facts = Option.flatMap(text, (text) => Schema.decodeOption(Restored)(text))
  if (Option.isSome(facts)) return facts.value
  return yield* new KeepError({
    reason: "configuration",
    detail: "Nothing was restored on this machine, so nothing is pushed. Run first: keep restore",
  })
})

const disk = Effect.mapError(({ message }: { readonly message: string }) =>
  new KeepError({ reason: "disk", detail: `Cannot restore the data directory: ${message}` })
)

/** Removes what was checked out, so that the job can be run again in the same directory. */
const empty = Effect.gen(function* () {
  const { data } = yield* KeepConfig
  const fs = yield* FileSystem.FileSystem
  const names = yield* fs.readDirectory(data)
  yield* Effect.forEach(names, (name) => fs.remove(`${data}/${name}`, { recursive: true }))
}).pipe(Effect.ignore)

/**
 * Fails before any request to Strava if the branch cannot be read or written. Returns the number of files
 * that were restored; undefined if there is no such branch yet.
 */
export const restoreBranch = Effect.fn("keep.restore")(function* () {
  const { data, store } = yield* KeepConfig
  const branch = yield* Branch
  const fs = yield* FileSystem.FileSystem
  yield* fs.makeDirectory(data, { recursive: true, mode: 0o700 }).pipe(disk)
  const found = yield* fs.readDirectory(data).pipe(disk)
  if (found.length > 0) {
    return yield* new KeepError({
      reason: "configuration",
      detail: `${data} is not empty, so nothing is restored over it. Empty it, or give another ` +
        "directory: PACELINE_DATA",
    })
  }
  yield* branch.init
  const there = (yield* branch.object(baseRef)) !== ""
  yield* Effect.gen(function* () {
    if (there) yield* branch.checkOut
    yield* branch.claim
    const state = (yield* stateDigest) ?? null
    const facts = yield* Effect.orDie(Schema.encodeEffect(Restored)({ state }))
    yield* fs.writeFileString(factsFile(store), facts, { mode: 0o600 }).pipe(disk)
  }).pipe(Effect.onError(() => empty))
  const all = yield* fs.readDirectory(data, { recursive: true }).pipe(disk)
  return there ? all.filter((name) => /\.\w+$/.test(name)).length : undefined
})
