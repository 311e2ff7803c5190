/** Environment of a workflow's steps: temporary machines and a permanent repository. */
import { Clock, Effect, FileSystem, type PlatformError, type Scope } from "effect"
import { onDisk } from "../memory.ts"

const root = new URL("../../", import.meta.url).pathname

export interface GitStand {
  /** Directory of `OWNER/NAME.git`, like the path of a repository on GitHub. */
  readonly repositories: string
  readonly remote: string
  /** URL of the simulated Strava. */
  readonly strava: Readonly<Record<string, string>>
}

interface Ended {
  readonly code: number
  readonly output: string
  readonly summary: string
}

export interface Machine {
  readonly folder: string
  bash(script: string, env: Readonly<Record<string, string>>): Effect.Effect<Ended>
  text(path: string): Effect.Effect<string>
  /** Kills the process of the running step, like a machine that disappears. */
  readonly kill: Effect.Effect<void>
  /**
   * Cancels the running step like GitHub's runner: SIGINT to the step's own process, 7.5 seconds
   * later SIGTERM, and 2.5 seconds later it is killed. `scale` shortens the pauses.
   */
  cancel(scale?: number): Effect.Effect<void>
}

const outputOf = (child: Deno.ChildProcess) =>
  Effect.promise(() => child.output()).pipe(
    Effect.map(({ code, stderr, stdout }) => ({
      code,
      output: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr),
    })),
  )

const spawn = (
  command: string,
  args: ReadonlyArray<string>,
  options: Deno.CommandOptions = {},
) =>
  Effect.sync(() =>
    new Deno.Command(command, {
      args: [...args],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      ...options,
    }).spawn()
  )

const run = (command: string, args: ReadonlyArray<string>, options: Deno.CommandOptions = {}) =>
  Effect.flatMap(spawn(command, args, options), outputOf)

/** True if this machine has the program. */
export const isInstalled = (name: string): boolean => {
  try {
    return new Deno.Command(name, { args: ["--version"], stdout: "null", stderr: "null" })
      .outputSync().success
  } catch {
    return false
  }
}

/** True if this machine has the programs of GitHub's runner that the tests need. */
export const hasTools = ["bash", "git"].every(isInstalled)

const person = { GIT_AUTHOR_NAME: "Ada", GIT_AUTHOR_EMAIL: "ada@localhost" }
const ofGit = {
  ...person,
  GIT_COMMITTER_NAME: person.GIT_AUTHOR_NAME,
  GIT_COMMITTER_EMAIL: person.GIT_AUTHOR_EMAIL,
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
}

/** Returns the output of a command; fails if the command failed. */
const done = Effect.map(({ code, output }: { readonly code: number; readonly output: string }) => {
  if (code !== 0) throw new Error(output)
  return output
})

/** Runs git in the permanent repository and returns its output. */
export const git = (stand: GitStand, ...words: ReadonlyArray<string>) =>
  done(run("git", ["--git-dir", stand.remote, ...words], { env: ofGit }))

/** Runs git in the permanent repository with `text` as its input. */
const gitGiven = (stand: GitStand, text: string, ...words: ReadonlyArray<string>) =>
  done(
    run("sh", ["-c", `printf %s "$GIVEN" | git --git-dir "$0" "$@"`, stand.remote, ...words], {
      env: { ...ofGit, GIVEN: text },
    }),
  )

/** Sets the branch to a commit with these entries, in the format of `git mktree`. */
export const commitEntries = Effect.fnUntraced(function* (stand: GitStand, entries: string) {
  const tree = yield* gitGiven(stand, entries, "mktree")
  const commit = yield* gitGiven(stand, "by hand", "commit-tree", tree.trim())
  yield* git(stand, "update-ref", "refs/heads/paceline-data", commit.trim())
})

export const makeGitStand = Effect.fnUntraced(function* (
  strava: GitStand["strava"],
): Effect.fn.Return<GitStand, never, FileSystem.FileSystem | Scope.Scope> {
  const fs = yield* FileSystem.FileSystem
  const repositories = yield* Effect.orDie(fs.makeTempDirectoryScoped(onDisk))
  const remote = `${repositories}/ada/history.git`
  yield* run("git", ["init", "--quiet", "--bare", remote])
  return { repositories, remote, strava }
})

/** Script that runs Deno at the time of this machine; `deno ci` does nothing. */
const wrapper = (deno: string, cache: string, folder: string) =>
  `#!/bin/sh
case "$1" in ci) exit 0 ;; run) shift ;; *) exit 64 ;; esac
DENO_DIR="${cache}" exec "${deno}" run --no-check --preload "${folder}/clock.js" \\
  --config "${root}deno.json" "$@"
`

/** Script in place of GitHub's `gh`, which returns the visibility of the repository. */
const gh = (visibility: string) =>
  `#!/bin/sh
test "$GH_TOKEN/$*" = "push-token/api repos/ada/history --jq .visibility" || exit 1
echo "${visibility}" | grep .
`

/** JavaScript that moves the clock of a program ahead by `ahead` milliseconds. */
const clock = (ahead: number) =>
  `const Real = Date
globalThis.Date = class extends Real {
  constructor(...given) { given.length === 0 ? super(Real.now() + ${ahead}) : super(...given) }
  static now() { return Real.now() + ${ahead} }
}
`

const denoDir = () => {
  const home = Deno.env.get("HOME") ?? "/"
  return Deno.env.get("DENO_DIR") ??
    `${
      Deno.env.get("XDG_CACHE_HOME") ??
        `${home}${Deno.build.os === "darwin" ? "/Library/Caches" : "/.cache"}`
    }/deno`
}

/** Creates a machine with a checkout of this repository and the clock of the test. */
export const machine = Effect.fnUntraced(function* (
  { repositories, strava }: GitStand,
  visibility = "private",
): Effect.fn.Return<
  Machine,
  PlatformError.PlatformError,
  FileSystem.FileSystem | Scope.Scope
> {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped(onDisk)
  const ahead = (yield* Clock.currentTimeMillis) - Date.now()
  for (const name of ["work", "bin", "temp", "home"]) yield* fs.makeDirectory(`${folder}/${name}`)
  yield* fs.symlink(`${root}tools`, `${folder}/work/tools`)
  yield* fs.writeFileString(`${folder}/clock.js`, clock(ahead))
  const deno = `${folder}/bin/deno`
  yield* fs.writeFileString(deno, wrapper(Deno.execPath(), denoDir(), folder), { mode: 0o755 })

  yield* fs.writeFileString(`${folder}/bin/gh`, gh(visibility), { mode: 0o755 })

  let count = 0
  let step: Deno.ChildProcess | undefined
  const signal = (name: Deno.Signal) =>
    Effect.sync(() => {
      try {
        step?.kill(name)
      } catch {
        // The process has already ended.
      }
    })
  const bash = Effect.fnUntraced(function* (script: string, env: Readonly<Record<string, string>>) {
    const name = `${folder}/temp/step-${++count}`
    yield* fs.writeFileString(`${name}.sh`, script)
    yield* fs.writeFileString(`${name}.md`, "")
    step = yield* spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", `${name}.sh`], {
      cwd: `${folder}/work`,
      clearEnv: true,
      env: {
        PATH: `${folder}/bin:${Deno.env.get("PATH") ?? ""}`,
        HOME: `${folder}/home`,
        CI: "true",
        GITHUB_ACTIONS: "true",
        GITHUB_OUTPUT: `${name}.out`,
        GITHUB_REPOSITORY: "ada/history",
        GITHUB_SERVER_URL: `file://${repositories}`,
        GITHUB_STEP_SUMMARY: `${name}.md`,
        RUNNER_TEMP: `${folder}/temp`,
        KEEP_PAUSE: "0",
        ...strava,
        ...env,
      },
    })
    const ended = yield* outputOf(step)
    step = undefined
    return { ...ended, summary: yield* fs.readFileString(`${name}.md`) }
  }, Effect.orDie)

  return {
    folder: `${folder}/work`,
    bash,
    text: (path) => Effect.orDie(fs.readFileString(`${folder}/work/${path}`)),
    kill: signal("SIGKILL"),
    cancel: Effect.fnUntraced(function* (scale = 1) {
      const running = step
      const pause = (millis: number) =>
        Effect.promise(() =>
          Promise.race([
            running?.status,
            new Promise((resolve) => setTimeout(resolve, millis * scale)),
          ])
        )
      for (const [name, millis] of [["SIGINT", 7_500], ["SIGTERM", 2_500]] as const) {
        yield* signal(name)
        yield* pause(millis)
        if (step !== running) return
      }
      yield* signal("SIGKILL")
    }),
  }
}, Effect.orDie)
