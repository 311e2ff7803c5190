/** The tree of two runs that both began with the same commit. */
import { Effect, Schema } from "effect"
import { Git, type GitError } from "./Git.ts"

/** The state file, its logs and its epoch file are of one run or of the other, never mixed. */
export const stateFiles = ["state.db", "state.db-wal", "state.db-journal", "state.epoch"]

/** A line for `update-index --index-info` that removes a path. */
export const removal = (path: string) => `0 ${"0".repeat(40)}\t${path}`

/** The entries of the state in a tree, as lines for `update-index --index-info`. */
const stateOf = (git: Git["Service"], tree: string) => git.run(["ls-tree", tree, ...stateFiles])

const Epoch = Schema.fromJsonString(Schema.Record(Schema.String, Schema.Unknown))

/**
 * The epoch file of `tree` with a digest that no state file has, so that the next run compares the state
 * with the sinks and adopts the items that only the sinks hold.
 */
const distrusted = Effect.fnUntraced(function* (git: Git["Service"], tree: string) {
  const [entry = ""] = (yield* git.run(["ls-tree", tree, "state.epoch"])).split("\n")
  if (entry === "") return []
  const text = yield* git.run(["cat-file", "blob", `${tree}:state.epoch`])
  const epoch = Schema.decodeOption(Epoch)(text)
  if (epoch._tag === "None") return [entry]
  const blob = yield* git.run(["hash-object", "-w", "--stdin"], {
    input: JSON.stringify({ ...epoch.value, closed: "merged" }) + "\n",
  })
  return [`100644 ${blob} 0\tstate.epoch`]
})

interface Unmerged {
  readonly mode: string
  readonly blob: string
  /** 1: the base, 2: ours, 3: theirs. */
  readonly stage: string
  readonly path: string
}

/**
 * Merges `ours` and `theirs`, which both began as `base`; all three are trees. Of a file that both changed,
 * theirs is kept, except:
 * - tokens: ours, with theirs next to it as `tokens.other.json`, because only Strava can say which pair works;
 * - the state file: theirs, marked so that the next run compares it with the files. That run then knows every
 *   response that either run has paid for.
 */
export const mergeTrees = Effect.fn("mergeTrees")(function* (
  base: string,
  ours: string,
  theirs: string,
): Effect.fn.Return<string, GitError, Git> {
  const git = yield* Git
  const index = "merging"
  yield* git.run(["read-tree", "--empty"], { index })
  yield* git.run(["read-tree", "-i", "-m", "--aggressive", base, ours, theirs], { index })
  const unmerged = (yield* git.run(["ls-files", "--unmerged"], { index })).split("\n")
    .flatMap((line): ReadonlyArray<Unmerged> => {
      const [, mode, blob, stage, path] = /^(\d+) ([0-9a-f]+) ([123])\t(.*)$/.exec(line) ?? []
      return mode === undefined || blob === undefined || stage === undefined || path === undefined
        ? []
        : [{ mode, blob, stage, path }]
    })
  const entry = ({ blob, mode }: Unmerged, path: string) => `${mode} ${blob} 0\t${path}`
  const of = (stage: string) => unmerged.filter((one) => one.stage === stage)
  const tokens = (stage: string) => of(stage).find(({ path }) => path === "tokens.json")
  const [ourTokens, theirTokens] = [tokens("2"), tokens("3")]
  const [was, mine, others] = [
    yield* stateOf(git, base),
    yield* stateOf(git, ours),
    yield* stateOf(git, theirs),
  ]
  const state = others === was
    ? [mine]
    : [others, ...(mine === was ? [] : yield* distrusted(git, theirs))]
  const lines = [
    ...new Set(unmerged.map(({ path }) => removal(path))),
    ...of("3").map((one) => entry(one, one.path)),
    ...(ourTokens === undefined || theirTokens === undefined ? [] : [
      entry(ourTokens, "tokens.json"),
      entry(theirTokens, "tokens.other.json"),
    ]),
    ...stateFiles.map(removal),
    ...state,
  ].filter((line) => line !== "")
  yield* git.run(["update-index", "--index-info"], { index, input: `${lines.join("\n")}\n` })
  return yield* git.run(["write-tree"], { index })
})
