/** Machines that do not last, and the repository that does: what a workflow's steps find around them. */
import { Clock, Effect, FileSystem, type PlatformError, type Scope } from "effect"
import config from "../../deno.json" with { type: "json" }
import { onDisk } from "../memory.ts"

const root = new URL("../../", import.meta.url).pathname

export interface Stand {
  /** The folder of `OWNER/NAME.git`, as the address of GitHub's repositories is made up. */
  readonly repositories: string
  readonly remote: string
  /** Where Strava is simulated. */
  readonly strava: Readonly<Record<string, string>>
}

export interface Ended {
  readonly code: number
  readonly output: string
  readonly summary: string
}

export interface Machine {
  readonly folder: string
  bash(script: string, env: Readonly<Record<string, string>>): Effect.Effect<Ended>
  text(path: string): Effect.Effect<string>
  /** Kill the program that runs now, as a machine that is taken away does. */
  readonly kill: Effect.Effect<void>
}

const run = (command: string, args: ReadonlyArray<string>, options: Deno.CommandOptions = {}) =>
  Effect.promise(() =>
    new Deno.Command(command, {
      args: [...args],
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
      ...options,
    }).output()
  ).pipe(
    Effect.map(({ code, stderr, stdout }) => ({
      code,
      output: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr),
    })),
  )

/** Whether this machine has such a program. */
export const isInstalled = (name: string): boolean => {
  try {
    return new Deno.Command(name, { args: ["--version"], stdout: "null", stderr: "null" })
      .outputSync().success
  } catch {
    return false
  }
}

/** Whether this machine has what a runner of GitHub's has. */
export const hasTools = ["bash", "git"].every(isInstalled)

const person = { GIT_AUTHOR_NAME: "Ada", GIT_AUTHOR_EMAIL: "ada@localhost" }
const ofGit = {
  ...person,
  GIT_COMMITTER_NAME: person.GIT_AUTHOR_NAME,
  GIT_COMMITTER_EMAIL: person.GIT_AUTHOR_EMAIL,
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_SYSTEM: "/dev/null",
}

/** What it prints, if it succeeds. */
const done = Effect.map(({ code, output }: { readonly code: number; readonly output: string }) => {
  if (code !== 0) throw new Error(output)
  return output
})

/** What git answers in the repository that lasts. */
export const git = (stand: Stand, ...words: ReadonlyArray<string>) =>
  done(run("git", ["--git-dir", stand.remote, ...words], { env: ofGit }))

/** Likewise, where it reads `text`. */
export const gitGiven = (stand: Stand, text: string, ...words: ReadonlyArray<string>) =>
  done(
    run("sh", ["-c", `printf %s "$GIVEN" | git --git-dir "$0" "$@"`, stand.remote, ...words], {
      env: { ...ofGit, GIVEN: text },
    }),
  )

export const makeStand = Effect.fnUntraced(function* (
  strava: Stand["strava"],
): Effect.fn.Return<Stand, never, FileSystem.FileSystem | Scope.Scope> {
  const fs = yield* FileSystem.FileSystem
  const repositories = yield* Effect.orDie(fs.makeTempDirectoryScoped(onDisk))
  const remote = `${repositories}/ada/history.git`
  yield* run("git", ["init", "--quiet", "--bare", remote])
  return { repositories, remote, strava }
})

const command = config.tasks.paceline.command.split(" ").slice(1)
const ofReport = config.tasks.report.command.split(" ").slice(1)

const options = (words: ReadonlyArray<string>) =>
  words.slice(1).map((word) => word.endsWith(".ts") ? `${root}${word}` : word)
    .filter((word) => word !== "report").join(" ")

/** `deno task NAME …` without the processes between, at the time of this machine; `deno ci` has nothing to do. */
const wrapper = (deno: string, cache: string, folder: string) =>
  `#!/bin/sh
case "$1" in ci) exit 0 ;; task) shift ;; *) exit 64 ;; esac
case "$1" in --quiet) shift ;; esac
case "$1" in
  paceline) shift; set -- ${options(command)} "$@" ;;
  report) shift; set -- ${options(ofReport)} report "$@" ;;
  *) set -- ${options(command)} "$@" ;;
esac
echo $$ > "${folder}/pid"
DENO_DIR="${cache}" exec "${deno}" run --quiet --no-check --preload "${folder}/clock.js" \\
  --config "${root}deno.json" "$@"
`

/** GitHub's own program, as far as it is asked whether a repository is private. */
const gh = (visibility: string) =>
  `#!/bin/sh
test "$GH_TOKEN/$*" = "push-token/api repos/ada/history --jq .visibility" || exit 1
echo "${visibility}" | grep .
`

/** Lets a program live at another time. */
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

/** A machine with a checkout of this repository, whose clock shows the test's time. */
export const machine = Effect.fnUntraced(function* (
  { repositories, strava }: Stand,
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
  const bash = Effect.fnUntraced(function* (script: string, env: Readonly<Record<string, string>>) {
    const name = `${folder}/temp/step-${++count}`
    yield* fs.writeFileString(`${name}.sh`, script)
    yield* fs.writeFileString(`${name}.md`, "")
    const ended = yield* run("bash", ["--noprofile", "--norc", "-eo", "pipefail", `${name}.sh`], {
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
    return { ...ended, summary: yield* fs.readFileString(`${name}.md`) }
  }, Effect.orDie)

  return {
    folder: `${folder}/work`,
    bash,
    text: (path) => Effect.orDie(fs.readFileString(`${folder}/work/${path}`)),
    kill: Effect.orDie(fs.readFileString(`${folder}/pid`)).pipe(
      Effect.map((pid) => Deno.kill(Number(pid), "SIGKILL")),
    ),
  }
}, Effect.orDie)
