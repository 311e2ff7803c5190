/** Temporary machines in process: the actions of `paceline keep`, each on its own directory. */
import type { SinkRegistry } from "../../sinks/SinkKind.ts"
import {
  ConfigProvider,
  Duration,
  Effect,
  FileSystem,
  Layer,
  Option,
  type Path,
  Redacted,
  Runtime,
} from "effect"
import assert from "node:assert/strict"
import { Branch } from "../../pipeline/keep/Branch.ts"
import { Git } from "../../pipeline/keep/Git.ts"
import { KeepConfig } from "../../pipeline/keep/KeepConfig.ts"
import { restoreBranch } from "../../pipeline/keep/restore.ts"
import { save } from "../../pipeline/keep/save.ts"
import { keepSignIn } from "../../pipeline/keep/signIn.ts"
import { Progress } from "../../pipeline/base/Progress.ts"
import { TokenFile } from "../../pipeline/strava/auth/TokenFile.ts"
import { type TokenError, Tokens } from "../../pipeline/strava/auth/Tokens.ts"
import { onDisk } from "../memory.ts"
import { live } from "../testing.ts"
import { git, type GitStand, hasTools, makeGitStand } from "./stand.ts"

const key = "dSq5oY0Qm3l8bZp1Jr7cXw2EvT9uKfGhNaLiMxOyR4s="

/** Creates a temporary machine with its data directory. */
export const makeMachine = Effect.fnUntraced(function* (
  at: GitStand,
  env: Readonly<Record<string, string>> = {},
  /** Directory of a machine that also has the program. */
  there?: string,
) {
  const fs = yield* FileSystem.FileSystem
  const folder = there ?? (yield* fs.makeTempDirectoryScoped(onDisk))
  const data = `${folder}/data`
  const notes: Array<string> = []
  const config = ConfigProvider.layer(ConfigProvider.fromEnv({
    env: {
      KEEP_REMOTE: `file://${at.remote}`,
      RUNNER_TEMP: folder,
      KEEP_PAUSE: "0",
      PACELINE_TOKEN_KEY: key,
      ...env,
    },
  }))
  // Machines share no service.
  const layer = Layer.fresh(Branch.layer.pipe(
    Layer.provideMerge(Git.layer),
    Layer.provideMerge(KeepConfig.layer(data)),
    Layer.provideMerge(config),
  ))
  const on = <A, E, R>(self: Effect.Effect<A, E, R>) =>
    self.pipe(
      Effect.provide(layer),
      Effect.provideService(Progress, {
        notify: (event) =>
          Effect.sync(() => event._tag === "Note" ? notes.push(event.text) : undefined),
      }),
    )
  const put = (path: string, text: string) =>
    Effect.gen(function* () {
      const file = `${data}/${path}`
      yield* fs.makeDirectory(file.replace(/\/[^/]*$/, ""), { recursive: true })
      yield* fs.writeFileString(file, text)
    })
  return {
    data,
    notes,
    put,
    files: (files: Readonly<Record<string, string>>) =>
      Effect.forEach(Object.entries(files), ([path, text]) => put(path, text)),
    remove: (path: string) => fs.remove(`${data}/${path}`, { recursive: true }),
    text: (path: string) => fs.readFileString(`${data}/${path}`),
    state: (text: string) =>
      Effect.andThen(
        put("state.db", text),
        put("state.epoch", `{"pipeline_id":"p","epoch":2,"closed":"${text}"}`),
      ),
    tokens: (text: string) => put("tokens.json", `{"cipher":"${text}"}`),
    restore: on(restoreBranch()),
    save: on(save(Duration.zero)),
    /** `program` replaces the part that sends requests to Strava. */
    signIn: <R>(program: Effect.Effect<void, TokenError, R>) =>
      on(Effect.flatMap(Effect.context<R>(), (context) => {
        const fake = Layer.merge(
          Layer.mock(TokenFile)({ path: `${data}/tokens.json` }),
          Layer.mock(Tokens)({
            get: program.pipe(
              Effect.provideContext(context),
              Effect.as(Redacted.make("access")),
            ),
            expires: Effect.succeed(Option.none()),
          }),
        )
        return keepSignIn(fake)
      })),
  }
})

/** Returns the files on the branch by path. */
export const branch = Effect.fnUntraced(function* (at: GitStand) {
  const names = (yield* git(at, "ls-tree", "-r", "-z", "--name-only", "paceline-data"))
    .split("\0").filter((name) => name !== "")
  const texts = yield* Effect.forEach(
    names,
    (name) => git(at, "cat-file", "blob", `paceline-data:${name}`),
  )
  return Object.fromEntries(names.map((name, i) => [name, texts[i]]))
})

export const head = (at: GitStand) => git(at, "rev-parse", "paceline-data")
export const commits = (at: GitStand) =>
  Effect.map(git(at, "rev-list", "--count", "paceline-data"), (count) => count.trim())

export const refusedBy = Effect.fnUntraced(function* <A, E extends Error, R>(
  self: Effect.Effect<A, E, R>,
  code: number,
  words: RegExp,
) {
  const error = yield* Effect.flip(self)
  assert.match(error.message, words)
  assert.equal(Runtime.getErrorExitCode(error), code)
})

export const scenario = <E>(
  name: string,
  body: (at: GitStand) => Effect.Effect<unknown, E, Needs>,
) => hasTools ? live(name, () => Effect.flatMap(makeGitStand({}), body)) : undefined

type Needs = Effect.Services<ReturnType<typeof makeGitStand>> | Path.Path | SinkRegistry

export const started = Effect.fnUntraced(function* (at: GitStand) {
  const on = yield* makeMachine(at)
  yield* on.restore
  yield* on.tokens("one")
  yield* on.state("base")
  yield* on.files({
    ...Object.fromEntries([1, 2, 3, 4].map((id) => [`json/streams/${id}.json`, String(id)])),
    "csv/activities.csv": "base",
    "state.db.prev": "x",
    "state.db-shm": "x",
    ".a.tmp": "x",
    "postgres/PG_VERSION": "16",
    "report.html": "x",
    "gpx/2026-01-02-5.gpx": "x",
  })
  yield* on.save
})
