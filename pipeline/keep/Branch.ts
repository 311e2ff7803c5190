/**
 * The branch that keeps the data directory: one commit without a parent, replaced by each push, so that the
 * repository does not grow with every run and what was deleted at Strava stays in no history. A push
 * replaces only the commit that this run began with (`--force-with-lease`).
 */
import { Context, Duration, Effect, FileSystem, Layer, Schedule } from "effect"
import { notify } from "../base/Progress.ts"
import { proofFile } from "../state/file/files.ts"
import { Git, type GitError, keepErrorFrom } from "./Git.ts"
import { KeepConfig } from "./KeepConfig.ts"
import { KeepError } from "./KeepError.ts"
import { mergeTrees } from "./merge.ts"

/** The commit on the branch when this run last saw it. */
export const baseRef = "refs/keep/base"
const theirsRef = "refs/keep/theirs"

const message = "The data directory of Paceline"

/** Copies, and files that every run makes: git itself stores no damaged file. */
const excluded = [
  "*-shm",
  ".*.tmp",
  "/state.lock",
  "/state.db.prev",
  "/state.db.room",
  `/${proofFile}*`,
  "/postgres*",
  "/report.html",
]

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
      const { branch, data, pause, remote, store } = yield* KeepConfig
      const git = yield* Git
      const fs = yield* FileSystem.FileSystem
      const ref = `refs/heads/${branch}`
      const ofStore = keepErrorFrom("disk", "Cannot use git's store for the data directory")
      const internal = Effect.mapError(ofStore)

      const objectNamed = (name: string) =>
        git.run(["rev-parse", "--quiet", "--verify", name]).pipe(
          Effect.catchIf(({ code }) => code === 1, () => Effect.succeed("")),
        )
      const emptyTree = git.run(["mktree"], { input: "" })
      const treeOf = (commit: string) => commit === "" ? emptyTree : objectNamed(`${commit}^{tree}`)

      /** A repository that cannot be reached is not an empty one: then nothing continues. */
      const fetchTo = (name: string) =>
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
        )

      const refused = keepErrorFrom(
        "refused",
        `Cannot push to the branch ${branch}. Allow this job to write and force-push to it, then run ` +
          "the job again.",
      )

      /** Pushes `commit` in place of `base`; fails if the branch is not at `base`. */
      const replace = (commit: string, base: string) =>
        git.run([
          "push",
          "--quiet",
          `--force-with-lease=${ref}:${base}`,
          remote,
          `${commit}:${ref}`,
        ])

      const pushTree = Effect.fnUntraced(function* (
        wanted: string,
        always: boolean,
      ): Effect.fn.Return<void, KeepError | GitError, Git> {
        let tree = wanted
        let last: GitError | undefined
        for (let attempt = 1; attempt <= 5; attempt++) {
          const base = yield* objectNamed(baseRef)
          if (!always && base !== "" && (yield* treeOf(base)) === tree) return
          // A commit of its own, also within the same second and with the same files.
          const id = crypto.randomUUID()
          const commit = yield* git.run(["commit-tree", "-m", message, "-m", id, tree])
          const pushed = yield* Effect.result(replace(commit, base))
          if (pushed._tag === "Success") {
            yield* git.run(["update-ref", baseRef, commit])
            return
          }
          last = pushed.failure
          yield* fetchTo(theirsRef)
          const theirs = yield* objectNamed(theirsRef)
          if (theirs === commit) {
            // The push arrived, and only its response was lost.
            yield* git.run(["update-ref", baseRef, commit])
            return
          }
          if (theirs === base) {
            yield* Effect.sleep(Duration.times(pause, attempt))
            continue
          }
          if (theirs === "") {
            yield* git.run(["update-ref", "-d", baseRef])
            continue
          }
          const [began, others] = [yield* treeOf(base), yield* treeOf(theirs)]
          if (began !== others) {
            yield* notify({
              _tag: "Note",
              text: "Another run has pushed since this one began; the data of both is merged",
            })
            tree = yield* mergeTrees(began, tree, others)
          }
          yield* git.run(["update-ref", baseRef, theirs])
        }
        if (last !== undefined) return yield* refused(last)
      })

      const push = (tree: string, always: boolean) =>
        pushTree(tree, always).pipe(
          Effect.catchTag("GitError", (error) => ofStore(error)),
          Effect.provideService(Git, git),
        )

      const init = Effect.gen(function* () {
        yield* fs.remove(store, { recursive: true, force: true })
        yield* fs.makeDirectory(store, { recursive: true, mode: 0o700 })
        yield* git.run(["init", "--quiet", "--bare"]).pipe(internal)
        yield* fs.writeFileString(`${store}/info/exclude`, `${excluded.join("\n")}\n`)
        yield* fetchTo(baseRef)
      }).pipe(
        Effect.catchTag(
          "PlatformError",
          ({ message }) =>
            new KeepError({ reason: "disk", detail: `Cannot make git's store: ${message}` }),
        ),
      )

      /** Logs and the backup that lie there belong to another state file than the one that comes. */
      const stale = ["state.db-wal", "state.db-shm", "state.db-journal", "state.db.prev"]

      const checkOut = Effect.gen(function* () {
        yield* Effect.forEach(stale, (name) => fs.remove(`${data}/${name}`, { force: true }))
        yield* git.run(["read-tree", "--reset", "-u", baseRef], { workTree: true }).pipe(internal)
      }).pipe(
        Effect.catchTag(
          "PlatformError",
          ({ message }) =>
            new KeepError({
              reason: "disk",
              detail: `Cannot restore the data directory: ${message}`,
            }),
        ),
      )

      const baseTree = Effect.flatMap(objectNamed(baseRef), treeOf).pipe(internal)

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
