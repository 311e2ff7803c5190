/** Saves the data directory to its branch: whole and once no run uses it, else from a snapshot. */
import { Duration, Effect, FileSystem, Schedule, type Scope } from "effect"
import { notify } from "../base/Progress.ts"
import { openReadOnly } from "../state/file/Database.ts"
import { lockDataDirectory } from "../state/file/lock.ts"
import { Branch } from "./Branch.ts"
import { Git, type GitError, keepErrorFrom } from "./Git.ts"
import { KeepConfig } from "./KeepConfig.ts"
import { KeepError } from "./KeepError.ts"
import { stateFiles } from "./merge.ts"
import { restored, stateDigest } from "./restore.ts"
import { requireEncrypted } from "./tokens.ts"

/** Time between two looks at the lock. */
const interval = Duration.millis(250)

/** True once the lock is held, false if another process still has it after `patience`. */
const isLocked = Effect.fnUntraced(function* (patience: Duration.Duration) {
  const { data } = yield* KeepConfig
  return yield* lockDataDirectory(data).pipe(
    Effect.retry({
      while: ({ reason }) => reason === "busy",
      schedule: Schedule.spaced(interval),
      times: Math.ceil(Duration.toMillis(patience) / Duration.toMillis(interval)),
    }),
    Effect.as(true),
    Effect.catchIf(({ reason }) => reason === "busy", () => Effect.succeed(false)),
    Effect.mapError(({ message }) => new KeepError({ reason: "disk", detail: message })),
  )
})

/** The tree of the data directory while no run changes it. */
const wholeTree = Effect.gen(function* () {
  const git = yield* Git
  yield* git.run(["add", "--all", "."], { workTree: true })
  return yield* git.run(["write-tree"])
})

/**
 * The tree of the data directory while a run changes it. The state file is a copy that SQLite makes from one
 * moment; each other file is replaced atomically, and may be newer. The next run delivers such items again,
 * which changes nothing.
 */
const snapshotTree = Effect.gen(function* () {
  const { data, store } = yield* KeepConfig
  const git = yield* Git
  const copy = `${store}/state.db`
  yield* Effect.scoped(
    Effect.flatMap(openReadOnly(`${data}/state.db`), (db) => db.copy(copy)),
  )
  const blob = yield* git.run(["hash-object", "-w", copy])
  const others = stateFiles.filter((name) => name !== "state.epoch").map((name) => `:!/${name}`)
  // A file that a run replaces at this moment fails the command; the next attempt finds the new one.
  yield* git.run(["add", "--all", "--", ".", ...others], { workTree: true }).pipe(
    Effect.retry({ schedule: Schedule.spaced(interval), times: 20 }),
  )
  yield* git.run(["update-index", "--add", "--cacheinfo", `100644,${blob},state.db`])
  return yield* git.run(["write-tree"])
})

/** The names of the files that differ between two trees. */
const changed = Effect.fnUntraced(function* (before: string, after: string) {
  const git = yield* Git
  const names = yield* git.run(["diff-tree", "-r", "--name-only", before, after])
  return names === "" ? [] : names.split("\n")
})

/** True if only these files changed, and nothing in them but the bookkeeping of the state file. */
const isBookkeeping = Effect.fnUntraced(function* (names: ReadonlyArray<string>) {
  if (names.some((name) => !stateFiles.includes(name))) return false
  if (names.length === 0) return true
  const { state } = yield* restored
  return state !== null && state === (yield* stateDigest)
})

/** Files without which the branch would begin again from nothing. */
const essential = ["state.db", "tokens.json"]

/** Fails if the branch has a file that is gone here: it has no history that could bring the file back. */
const requireEssential = Effect.fnUntraced(function* (tree: string) {
  const branch = yield* Branch
  const { branch: name, data } = yield* KeepConfig
  const base = yield* branch.baseTree
  for (const file of essential) {
    const lost = (yield* branch.object(`${base}:${file}`)) !== "" &&
      (yield* branch.object(`${tree}:${file}`)) === ""
    if (!lost) continue
    return yield* new KeepError({
      reason: "configuration",
      detail:
        `${data}/${file} has disappeared since it was restored. Nothing was pushed, and the branch ` +
        `${name} is unchanged. Run the job again. To start over, delete that branch`,
    })
  }
})

const internal = keepErrorFrom("disk", "Cannot add the data directory to the git repository")

/**
 * Pushes the data directory, unless only bookkeeping changed; returns the number of files that were new,
 * changed or deleted. Waits up to `patience` for a run that is still using the directory, and then saves a
 * snapshot next to that run.
 */
export const save = Effect.fn("keep.save")(
  function* (patience: Duration.Duration): Effect.fn.Return<
    number,
    KeepError | GitError,
    Branch | Git | KeepConfig | FileSystem.FileSystem | Scope.Scope | LockServices
  > {
    yield* restored
    yield* requireEncrypted
    const branch = yield* Branch
    const { data } = yield* KeepConfig
    const locked = yield* isLocked(patience)
    if (!locked) {
      const text =
        `A run is still using ${data}. A snapshot is saved, without the data that the run fetches ` +
        "after it"
      yield* notify({ _tag: "Note", text })
    }
    const tree = yield* locked ? wholeTree : snapshotTree.pipe(
      Effect.catchTag(
        "StateError",
        ({ message }) => new KeepError({ reason: "disk", detail: message }),
      ),
    )
    yield* requireEssential(tree)
    const names = yield* changed(yield* branch.baseTree, tree)
    if (yield* isBookkeeping(names)) return 0
    yield* branch.push(tree)
    return names.length
  },
  Effect.catchTag("GitError", (error) => internal(error)),
  Effect.scoped,
)

type LockServices = Effect.Services<ReturnType<typeof lockDataDirectory>>
