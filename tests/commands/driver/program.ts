/** The program as a process, with the permissions of its task, against a simulated Strava. */
import { Effect, type Scope } from "effect"
import assert from "node:assert/strict"
import { serve } from "../../../pipeline/simulator/serve.ts"
import { Simulator, type SimulatorOptions } from "../../../pipeline/simulator/Simulator.ts"
import {
  simulatedClientId,
  simulatedClientSecret,
  simulatedRefreshToken,
} from "../../../pipeline/simulator/Tokens.ts"
import { linesWithCanary } from "../../../tools/canary.ts"
import config from "../../../deno.json" with { type: "json" }
import { killed } from "../../killed.ts"
import { unwrapped } from "./unwrapped.ts"

/** `deno run … pipeline/main.ts`, as a task spells it. */
const commandOf = ({ command }: { readonly command: string }) =>
  command.slice(command.lastIndexOf("deno run")).split(" ").slice(1)
/** Commands that may open a browser. */
const interactive = ["auth", "setup"]
const root = new URL("../../..", import.meta.url)
const fromRoot = (path: string) => new URL(path, root).pathname

/** Away from the repository, where a developer may have a `.env`; the program's paths made absolute. */
const elsewhere = Deno.makeTempDirSync()
globalThis.addEventListener("unload", () => Deno.removeSync(elsewhere, { recursive: true }))
const optionsOf = ([first = ""]: ReadonlyArray<string>) =>
  commandOf(interactive.includes(first) ? config.tasks.interactive : config.tasks.paceline)
    .slice(1).map((word) => word.endsWith(".ts") ? fromRoot(word) : word)

/** The words after `deno` that run the program with these words of its own, as its task does. */
export const argumentsOf = (words: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...["run", "--quiet", "--config", fromRoot("deno.json")],
  ...optionsOf(words).filter((option) => option !== "--quiet"),
  ...words,
]

export interface ProgramResult {
  readonly code: number
  readonly stdout: string
  /** Each sentence on one line. */
  readonly stderr: string
}

type Environment = Readonly<Record<string, string>>

/** Limits that the system sets for the process. */
interface Limits {
  /** No file may grow beyond so many blocks of 512 bytes, as if the disk were full. */
  readonly blocks?: number
  /** Input that is typed or piped, until its end. */
  readonly input?: string
  /** The folder it is run in. */
  readonly cwd?: string
  /** Permissions that its files do not get, in octal digits. */
  readonly umask?: string
  /** A file that takes its output. */
  readonly stdout?: string
}

/** A shell that sets the limits and then becomes the program, which sees an error and no signal. */
const limited = ({ blocks, stdout, umask }: Limits, program: string) => [
  "sh",
  "-c",
  [
    ...(blocks === undefined ? [] : [`trap '' 25; ulimit -f ${blocks}; `]),
    ...(umask === undefined ? [] : [`umask ${umask}; `]),
    `exec "$0" "$@"`,
    ...(stdout === undefined ? [] : [` >${stdout}`]),
  ].join(""),
  program,
]

/** The process, killed at the end of the scope if it still runs. */
export const startProgram = (
  words: ReadonlyArray<string>,
  env: Environment,
  { cwd = elsewhere, input, ...limits }: Limits = {},
) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const [command = "", ...before] = Object.keys(limits).length === 0
        ? [Deno.execPath()]
        : limited(limits, Deno.execPath())
      const child = new Deno.Command(command, {
        args: [...before, ...argumentsOf(words)],
        cwd,
        env: { NO_COLOR: "1", ...env },
        stdin: input === undefined ? "null" : "piped",
        stdout: "piped",
        stderr: "piped",
      }).spawn()
      if (input !== undefined) {
        // It may end before it has read all, or any, of it.
        void new Blob([input]).stream().pipeTo(child.stdin).catch(() => {})
      }
      return child
    }),
    killed,
  )

/** Returns the output after GitHub's runner has removed the lines that mask a secret. */
const afterMasks = (text: string) => text.replaceAll(/^::add-mask::.*$/gm, "")

/** All that was printed, if it shows no secret. */
const read = async (
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  { GITHUB_ACTIONS }: Environment,
) => {
  const text = await new Response(stream).text()
  const seen = GITHUB_ACTIONS === "true" ? afterMasks(text) : text
  assert.deepEqual(linesWithCanary(seen), [], "lines that the program printed show a secret")
  return text
}

/** Run the program to its end. */
export const program = (
  words: ReadonlyArray<string>,
  env: Environment = {},
  limits: Limits = {},
): Effect.Effect<ProgramResult> =>
  Effect.scoped(
    Effect.flatMap(startProgram(words, env, limits), (child) =>
      Effect.promise(async () => {
        const [stdout, stderr, { code }] = await Promise.all([
          read(child.stdout, env),
          read(child.stderr, env),
          child.status,
        ])
        return { code, stdout, stderr: unwrapped(stderr) }
      })),
  )

/** Run the program and send it `signal` when `ready` says so; a defect if it has ended before. */
export const interruptProgram = (
  words: ReadonlyArray<string>,
  env: Environment,
  signal: Deno.Signal,
  ready: Effect.Effect<unknown>,
): Effect.Effect<ProgramResult> =>
  Effect.scoped(Effect.gen(function* () {
    const child = yield* startProgram(words, env)
    const ended = Promise.all([read(child.stdout, env), read(child.stderr, env), child.status])
      .then(([stdout, stderr, { code }]): ProgramResult => ({
        code,
        stdout,
        stderr: unwrapped(stderr),
      }))
    const tooSoon = Effect.flatMap(
      Effect.promise(() => ended),
      ({ code, stderr, stdout }) =>
        Effect.die(
          new Error(`it ended with ${code} before ${signal} was due:\n${stdout}${stderr}`),
        ),
    )
    yield* Effect.raceFirst(ready, tooSoon)
    yield* Effect.sync(() => child.kill(signal))
    return yield* Effect.promise(() => ended)
  }))

/** A simulated Strava on a port, and the environment that reaches it. */
export const simulatedServer = Effect.fnUntraced(function* (): Effect.fn.Return<
  Environment,
  never,
  Simulator | Scope.Scope
> {
  const { apiUrl, oauthUrl } = yield* Effect.orDie(serve({ port: 0 }))
  return {
    STRAVA_API_URL: apiUrl,
    STRAVA_OAUTH_URL: oauthUrl,
    STRAVA_CLIENT_ID: simulatedClientId,
    STRAVA_CLIENT_SECRET: simulatedClientSecret,
    STRAVA_REFRESH_TOKEN: simulatedRefreshToken,
  }
})

/** A Strava with a few short activities. */
export const small = (options: SimulatorOptions = {}) =>
  Simulator.layer({ activities: 12, samples: 50, ...options })
