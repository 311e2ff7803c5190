/** Resources that all scenarios share: the sources under test, a PostgreSQL server, a process. */
import { Effect, FileSystem, Layer, Option, Redacted, Scope } from "effect"
import { fileURLToPath } from "node:url"
import { embedded, layerOf, server } from "../../sinks/postgres/connection/client.ts"
import { placeCluster } from "../postgres/embedded/cluster.ts"
import { freshDatabase, postgresServer, type Server } from "../postgres/server.ts"
import { type ChildPlan, planVariable } from "./plan.ts"
import { patience } from "../patience.ts"
import { killed } from "../killed.ts"

export interface CrashStand {
  /** Folder of the sources that are run. */
  readonly root: string
  /** Server, started when it is first needed. */
  readonly server: Effect.Effect<Server>
}

/** Folder of the sources. */
export const sourceRoot = fileURLToPath(new URL("../../", import.meta.url))

export const makeCrashStand = Effect.fnUntraced(function* (root = sourceRoot) {
  const scope = yield* Effect.scope
  const services = yield* Effect.context<FileSystem.FileSystem>()
  const shared = <A, E>(make: Effect.Effect<A, E, Scope.Scope | FileSystem.FileSystem>) =>
    Effect.cached(make.pipe(
      Effect.provideContext(services),
      Effect.provideService(Scope.Scope, scope),
      Effect.orDie,
    ))
  return {
    root,
    server: yield* shared(postgresServer),
  } satisfies CrashStand
})

export interface CrashResult {
  readonly code: number
  readonly signal: Deno.Signal | null
  readonly stderr: string
  readonly stdout: string
  /** Passed failpoints, in order. */
  readonly passed: ReadonlyArray<string>
}

interface Config {
  readonly tasks: { readonly online: { readonly command: string } }
}

/** Options of the task `online`, and permissions for the plan of the child and its signals. */
const optionsIn = (root: string): ReadonlyArray<string> => {
  const config: Config = JSON.parse(Deno.readTextFileSync(`${root}/deno.json`))
  return [
    ...config.tasks.online.command.split(" ").slice(2, -1)
      .map((word) => word.replace(/^--allow-env=/, `--allow-env=${planVariable},`)),
    "--allow-run",
  ]
}

export const fileLines = (file: string): ReadonlyArray<string> =>
  Deno.readTextFileSync(file).split("\n").filter((line) => line !== "")

const text = (stream: ReadableStream<Uint8Array<ArrayBuffer>>) => new Response(stream).text()

interface Run {
  readonly root: string
  readonly words: ReadonlyArray<string>
  readonly env: Readonly<Record<string, string>>
  readonly stop?: ChildPlan["stop"]
  readonly readsBack?: boolean
  /** Signal to the process, in milliseconds after it has taken the lock. */
  readonly later?: { readonly after: number; readonly signal: Deno.Signal }
  /** Empty file for the passed failpoints. */
  readonly trace: string
}

/** Runs the program. `code` is the exit code of the shell: 137 if it was killed. */
export const runProgram = Effect.fnUntraced(
  function* ({ env, later, readsBack = false, root, stop, trace, words }: Run) {
    const fs = yield* FileSystem.FileSystem
    const folder = yield* fs.makeTempDirectoryScoped()
    const plan: ChildPlan = { readsBack, trace, ...(stop === undefined ? {} : { stop }) }
    const child = yield* Effect.acquireRelease(
      Effect.sync(() =>
        new Deno.Command(Deno.execPath(), {
          args: [
            ...["run", "--quiet", "--config", `${root}/deno.json`, ...optionsIn(root)],
            `${root}/tests/crash/child.ts`,
            ...words,
          ],
          cwd: folder,
          env: { NO_COLOR: "1", ...env, [planVariable]: JSON.stringify(plan) },
          stdin: "null",
          stdout: "piped",
          stderr: "piped",
        }).spawn()
      ),
      killed,
    )
    const ended = Effect.promise(() =>
      Promise.all([child.status, text(child.stderr), text(child.stdout)])
    )
    const signalled = later === undefined ? Effect.never : Effect.gen(function* () {
      while (fileLines(trace).length === 0) yield* Effect.sleep("5 millis")
      yield* Effect.sleep(later.after)
      yield* Effect.ignore(Effect.try(() => child.kill(later.signal)))
      return yield* Effect.never
    })
    const outcome = yield* Effect.raceFirst(ended, signalled).pipe(Effect.timeoutOption(patience))
    if (Option.isNone(outcome)) {
      const hung: CrashResult = {
        code: -1,
        signal: null,
        stderr: "it hung",
        stdout: "",
        passed: fileLines(trace),
      }
      return hung
    }
    const [{ code, signal }, stderr, stdout] = outcome.value
    return { code, signal, stderr, stdout, passed: fileLines(trace) } satisfies CrashResult
  },
  Effect.scoped,
)

/** Creates a database for a scenario. Returns the variables for it, and access to it afterwards. */
export const databaseFor = Effect.fnUntraced(function* (
  { server: shared }: CrashStand,
  kind: "server" | "embedded" | "none",
  data: string,
) {
  switch (kind) {
    case "none":
      return undefined
    case "server": {
      const url = yield* Effect.orDie(freshDatabase(yield* shared))
      const layer = Layer.unwrap(Effect.map(server(url), layerOf))
      return { env: { DATABASE_URL: Redacted.value(url) }, layer }
    }
    case "embedded": {
      yield* placeCluster(`${data}/postgres`)
      return { env: {}, layer: layerOf(embedded(`${data}/postgres`)) }
    }
  }
})
