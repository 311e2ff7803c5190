/**
 * The branch that keeps the data directory: one commit without a parent, replaced by each push, so that the
 * repository does not grow with every run and what was deleted at Strava stays in no history. A push
 * replaces only the commit that this run began with (`--force-with-lease`).
 */
import { Context, Duration, Effect, FileSystem, Layer, type PlatformError, Schedule } from "effect"
import { SinkRegistry } from "../../sinks/SinkKind.ts"
import { notify } from "../base/Progress.ts"
import { reportFile } from "../state/file/reports.ts"
import { derivedFile, healthFile, proofFile, trackFormats } from "../state/file/files.ts"
import { Git, type GitError, keepErrorFrom } from "./Git.ts"
import { KeepConfig } from "./KeepConfig.ts"
import { KeepError } from "./KeepError.ts"
import { mergeTrees } from "./merge.ts"

/** The commit on the branch when this run last saw it. */
export const baseRef = "refs/keep/base"
const theirsRef = "refs/keep/theirs"

const message = "The data directory of Paceline"

/** Copies and files that every run makes; git itself stores no damaged file. Databases are excluded too. */
const excluded = [
  "*-shm",
  ".*.tmp",
  "/state.lock",
  "/state.db.prev",
  "/state.db.room",
  `/${proofFile}*`,
  `/${derivedFile}*`,
  `/${reportFile}`,
  "/report-[0-9][0-9][0-9][0-9].html",
  `/${healthFile}`,
  ...trackFormats.map((format) => `/${format}/`),
]

/** Logs and the backup in the data directory belong to another state file than the one that comes. */
const stale = ["state.db-wal", "state.db-shm", "state.db-journal", "state.db.prev"]

const storeError = keepErrorFrom("disk", "Cannot use the git repository for the data directory")

/** Commands that read and write the refs of the store and of the remote. */
const makeRefs = (git: Git["Service"], { branch, pause, remote }: KeepConfig["Service"]) => {
  const ref = `refs/heads/${branch}`
  const objectNamed = (name: string) =>
    git.run(["rev-parse", "--quiet", "--verify", name]).pipe(
      Effect.catchIf(({ code }) => code === 1, () => Effect.succeed("")),
    )
  const emptyTree = git.run(["mktree"], { input: "" })
  return {
    /** Hash of the object of that name; empty if there is none. */
    objectNamed,
    treeOf: (commit: string) => commit === "" ? emptyTree : objectNamed(`${commit}^{tree}`),
    /** Fetches the branch to the ref `name`. A repository that cannot be reached is not an empty one: it fails. */
    fetchTo: (name: string) =>
      Effect.gen(function* () {
        const line = yield* git.run(["ls-remote", remote, ref])
        if (line === "") return yield* git.run(["update-ref", "-d", name])
        return yield* git.run([
          "fetch",
          ...["--quiet", "--depth", "1", "--no-tags"],
          remote,
          `+${ref}:${name}`,
        ])
      }).pipe(
        Effect.retry({ schedule: Schedule.exponential(pause), times: 2 }),
        Effect.mapError(keepErrorFrom(
          "unreachable",
          "Cannot reach the repository that keeps the data directory. No request was sent to " +
            "Strava by this step. Run the job again.",
        )),
        Effect.asVoid,
      ),
    /** Pushes `commit` in place of `base`; fails if the branch is not at `base`. */
    replace: (commit: string, base: string) =>
      git.run(["push", "--quiet", `--force-with-lease=${ref}:${base}`, remote, `${commit}:${ref}`]),
    setBase: (commit: string) => git.run(["update-ref", baseRef, commit]),
    deleteBase: git.run(["update-ref", "-d", baseRef]),
    /** Error for a branch that this job may not write to. */
    refused: keepErrorFrom(
      "refused",
      `Cannot push to the branch ${branch}. Allow this job to write and force-push to it, then run ` +
        "the job again.",
    ),
  }
}

type Refs = ReturnType<typeof makeRefs>

/** Merges `tree` with the files that another run has pushed; returns the merged tree. */
const mergeWith = Effect.fnUntraced(function* (
  { setBase, treeOf }: Refs,
  tree: string,
  base: string,
  theirs: string,
) {
  const [began, others] = [yield* treeOf(base), yield* treeOf(theirs)]
  let merged = tree
  if (began !== others) {
    yield* notify({
      _tag: "Note",
      text: "Another run has pushed since this one began; the data of both is merged",
    })
    merged = yield* mergeTrees(began, tree, others)
  }
  yield* setBase(theirs)
  return merged
})

/** Pushes a commit of `wanted`, merged if need be; with `always` also if the branch has these files. */
const pushTree = Effect.fnUntraced(function* (
  git: Git["Service"],
  refs: Refs,
  pause: Duration.Duration,
  { always, wanted }: { readonly always: boolean; readonly wanted: string },
): Effect.fn.Return<void, KeepError | GitError, Git> {
  const { deleteBase, fetchTo, objectNamed, refused, replace, setBase, treeOf } = refs
  let tree = wanted
  let last: GitError | undefined
  for (let attempt = 1; attempt <= 5; attempt++) {
    const base = yield* objectNamed(baseRef)
    if (!always && base !== "" && (yield* treeOf(base)) === tree) return
    // A commit of its own, also within the same second and with the same files.
    const id = crypto.randomUUID()
    const commit = yield* git.run(["commit-tree", "-m", message, "-m", id, tree])
    const pushed = yield* Effect.result(replace(commit, base))
    if (pushed._tag === "Success") return void (yield* setBase(commit))
    last = pushed.failure
    yield* fetchTo(theirsRef)
    const theirs = yield* objectNamed(theirsRef)
    // The push arrived, and only its response was lost.
    if (theirs === commit) return void (yield* setBase(commit))
    if (theirs === base) yield* Effect.sleep(Duration.times(pause, attempt))
    else if (theirs === "") yield* deleteBase
    else tree = yield* mergeWith(refs, tree, base, theirs)
  }
  if (last !== undefined) return yield* refused(last)
})

/** Error of the disk for `detail`, with the system's reason. */
const diskError = (detail: string) => ({ message }: PlatformError.PlatformError) =>
  Effect.fail(new KeepError({ reason: "disk", detail: `${detail}: ${message}` }))

export class Branch extends Context.Service<Branch, {
  /** Makes the store, and reads the branch into it. */
  readonly init: Effect.Effect<void, KeepError>
  /** Hash of the commit or object of that name; empty if there is none. */
  object(name: string): Effect.Effect<string, KeepError>
  /** Hash of the tree of the commit that this run last saw; of the empty tree if there is none. */
  readonly baseTree: Effect.Effect<string, KeepError>
  /** Reads the branch again. */
  readonly fetch: Effect.Effect<void, KeepError>
  /** Writes the files of the commit that this run last saw to the data directory. */
  readonly checkOut: Effect.Effect<void, KeepError>
  /** Makes the branch hold `tree`, merged with whatever others have pushed since. */
  push(tree: string): Effect.Effect<void, KeepError>
  /** Pushes a new commit with the same files: fails if this job may not write to the branch. */
  readonly claim: Effect.Effect<void, KeepError>
}>()("paceline/keep/Branch") {
  static readonly layer = Layer.effect(
    Branch,
    Effect.gen(function* () {
      const config = yield* KeepConfig
      const { data, pause, store } = config
      const git = yield* Git
      const fs = yield* FileSystem.FileSystem
      const databases = (yield* SinkRegistry).filter(({ isDatabase }) => isDatabase === true)
        .map(({ name }) => `/${name}*`)
      const refs = makeRefs(git, config)
      const { fetchTo, objectNamed, treeOf } = refs
      const internal = Effect.mapError(storeError)

      const init = Effect.gen(function* () {
        yield* fs.remove(store, { recursive: true, force: true })
        yield* fs.makeDirectory(store, { recursive: true, mode: 0o700 })
        yield* git.run(["init", "--quiet", "--bare"]).pipe(internal)
        yield* fs.writeFileString(
          `${store}/info/exclude`,
          `${[...excluded, ...databases].join("\n")}\n`,
        )
        yield* fetchTo(baseRef)
      }).pipe(
        Effect.catchTag(
          "PlatformError",
          diskError("Cannot create the git repository for the data directory"),
        ),
      )

      const checkOut = Effect.gen(function* () {
        yield* Effect.forEach(stale, (name) => fs.remove(`${data}/${name}`, { force: true }))
        yield* git.run(["read-tree", "--reset", "-u", baseRef], { workTree: true }).pipe(internal)
      }).pipe(Effect.catchTag("PlatformError", diskError("Cannot restore the data directory")))

      const baseTree = Effect.flatMap(objectNamed(baseRef), treeOf).pipe(internal)
      const push = (wanted: string, always: boolean) =>
        pushTree(git, refs, pause, { always, wanted }).pipe(
          Effect.catchTag("GitError", (error) => Effect.fail(storeError(error))),
          Effect.provideService(Git, git),
        )

      return Branch.of({
        init,
        object: (name) => internal(objectNamed(name)),
        baseTree,
        fetch: fetchTo(baseRef),
        checkOut,
        push: (tree) => push(tree, false),
        claim: Effect.flatMap(baseTree, (tree) => push(tree, true)),
      })
    }),
  )
}
