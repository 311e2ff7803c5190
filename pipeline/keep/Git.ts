/** Git, in a bare repository of its own whose work tree is the data directory. */
import { Context, Effect, Layer, Option, Redacted, Schema } from "effect"
import { KeepConfig } from "./KeepConfig.ts"
import { KeepError } from "./KeepError.ts"

/** A git command that failed. */
export class GitError extends Schema.TaggedError<GitError>()("GitError", {
  /** The subcommand, such as `push`. */
  command: Schema.String,
  code: Schema.Int,
  /** Text that git printed on stderr. */
  stderr: Schema.String,
}) {
  override get message() {
    return `git ${this.command} ended with ${this.code}: ${this.stderr}`
  }
}

interface GitOptions {
  /** Text for stdin. */
  readonly input?: string
  /** Name of the index file to use in place of the default one. */
  readonly index?: string
  /** True if the command reads or writes the data directory. */
  readonly workTree?: boolean
}

/**
 * Passes the token from the environment to git: an argument would be readable by other users of the
 * machine. Git's own shell expands the variables.
 */
export const credentialHelper = `!f() { test "$1" = get && test -n "$KEEP_TOKEN" &&
  printf "username=%s\\npassword=%s\\n" "\${KEEP_USER}" "$KEEP_TOKEN"; }; f`

/**
 * The user's own settings are overridden where they could change what is stored. A link on the branch is
 * checked out as a plain file, so that nothing is written to its target.
 */
const settings = [
  "core.hooksPath=/dev/null",
  "core.autocrlf=false",
  "core.symlinks=false",
  "core.excludesFile=/dev/null",
  "core.attributesFile=/dev/null",
  "gc.auto=0",
  "user.name=paceline",
  "user.email=paceline@localhost",
  "commit.gpgSign=false",
  "credential.helper=",
  `credential.helper=${credentialHelper}`,
].flatMap((setting) => ["-c", setting])

const isDiskFull = /No space left|Disk quota exceeded|Read-only file system/i

/** `error` for the user, on one line; `detail` explains what the failed command was for. */
export const keepErrorFrom =
  (reason: KeepError["reason"], detail: string) => ({ stderr }: GitError): KeepError => {
    const full = isDiskFull.test(stderr)
    const what = full
      ? "Cannot keep the data directory: the disk is full or not writable"
      : detail.replace(/\.$/, "")
    const said = stderr.replaceAll(/\s*\n\s*/g, "; ")
    return new KeepError({ reason: full ? "disk" : reason, detail: `${what}. Git said: ${said}` })
  }

const spawn = async (
  args: ReadonlyArray<string>,
  env: Readonly<Record<string, string>>,
  input: string | undefined,
  signal: AbortSignal,
) => {
  const child = new Deno.Command("git", {
    args: [...args],
    env: { ...env },
    stdin: input === undefined ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
    signal,
  }).spawn()
  // A git that ends before it has read everything says why on stderr.
  const written = input === undefined
    ? Promise.resolve()
    : new Blob([input]).stream().pipeTo(child.stdin).catch(() => {})
  const [output] = await Promise.all([child.output(), written])
  return output
}

export class Git extends Context.Service<Git, {
  /** Runs a command and returns what it prints, without the last line break. */
  run(args: ReadonlyArray<string>, options?: GitOptions): Effect.Effect<string, GitError>
}>()("paceline/keep/Git") {
  static readonly layer = Layer.effect(
    Git,
    Effect.gen(function* () {
      const { data, store, token, user } = yield* KeepConfig
      const base = [`--git-dir=${store}`, ...settings]
      const run = Effect.fn("Git.run")(
        function* (
          args: ReadonlyArray<string>,
          { index, input, workTree = false }: GitOptions = {},
        ) {
          const [command = ""] = args
          const tree = workTree ? [`--work-tree=${data}`] : []
          const env = {
            GIT_TERMINAL_PROMPT: "0",
            KEEP_USER: user,
            KEEP_TOKEN: Option.match(token, { onNone: () => "", onSome: Redacted.value }),
            ...(index !== undefined && { GIT_INDEX_FILE: `${store}/${index}` }),
          }
          const { code, stderr, stdout } = yield* Effect.tryPromise({
            try: (signal) => spawn([...base, ...tree, ...args], env, input, signal),
            catch: (cause) => new GitError({ command, code: 127, stderr: String(cause) }),
          })
          if (code !== 0) {
            const text = new TextDecoder().decode(stderr).trim()
            return yield* new GitError({ command, code, stderr: text })
          }
          return new TextDecoder().decode(stdout).replace(/\n$/, "")
        },
      )
      return Git.of({ run })
    }),
  )
}
