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
import { killed } from "../../killed.ts"
import { runWordsOf } from "../../taskWords.ts"
import { unwrapped } from "./unwrapped.ts"

/** Commands that can open a browser. */
const interactive = ["auth", "setup"]
const root = new URL("../../..", import.meta.url)
const fromRoot = (path: string) => new URL(path, root).pathname

/** Working directory outside the repository, where a developer can have a `.env`. */
const elsewhere = Deno.makeTempDirSync()
globalThis.addEventListener("unload", () => Deno.removeSync(elsewhere, { recursive: true }))
const optionsOf = ([first = ""]: ReadonlyArray<string>) =>
  runWordsOf(interactive.includes(first) ? "online:open" : "online")
    .slice(1).map((word) => word.endsWith(".ts") ? fromRoot(word) : word)

/** Returns the words after `deno` that run the program with `words`, as its task does. */
export const argumentsOf = (words: ReadonlyArray<string>): ReadonlyArray<string> => [
  ...["run", "--quiet", "--config", fromRoot("deno.json")],
  ...optionsOf(words).filter((option) => option !== "--quiet"),
  ...words,
]

export interface ProgramResult {
  readonly code: number
  readonly stdout: string
  /** Text of stderr with each sentence on one line. */
  readonly stderr: string
}

type Environment = Readonly<Record<string, string>>

/** Limits and input of the process, set by the system. */
interface Limits {
  /** Maximum size of a file in blocks of 512 bytes, which acts like a full disk. */
  readonly blocks?: number
  /** Text of stdin, which then ends. */
  readonly input?: string
  /** Working directory. */
  readonly cwd?: string
  /** Permissions that new files do not get, in octal digits. */
  readonly umask?: string
  /** File that receives the output. */
  readonly stdout?: string
}

/**
 * Returns a shell command that sets the limits and then becomes the program. A file that is too
 * large causes an error instead of a signal.
 */
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

/** Starts the program. The process is killed with the scope if it still runs. */
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
        // The program can end before it has read its whole input.
        void new Blob([input]).stream().pipeTo(child.stdin).catch(() => {})
      }
      return child
    }),
    killed,
  )

/** Returns the output after GitHub's runner has removed the lines that mask a secret. */
const afterMasks = (text: string) => text.replaceAll(/^::add-mask::.*$/gm, "")

/** Returns the whole output. Fails if it contains a secret. */
const read = async (
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  { GITHUB_ACTIONS }: Environment,
) => {
  const text = await new Response(stream).text()
  const seen = GITHUB_ACTIONS === "true" ? afterMasks(text) : text
  assert.deepEqual(linesWithCanary(seen), [], "lines that the program printed show a secret")
  return text
}

/** Runs the program to its end. */
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

/**
 * Runs the program and sends it `signal` once `ready` succeeds. Dies if the program ends before
 * that.
 */
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

/** Starts a simulated Strava on a port, and returns the environment for it. */
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

/** Provides a simulated Strava with a few short activities. */
export const small = (options: SimulatorOptions = {}) =>
  Simulator.layer({ activities: 12, samples: 50, ...options })
