/** Runs the program at a terminal that Linux' `script` provides, where a test reads and types. */
import { Effect } from "effect"
import { argumentsOf } from "./program.ts"
import { killed } from "../../killed.ts"
import { patience } from "../../patience.ts"

interface Session {
  /** Everything on the screen so far, without colors and cursor moves. */
  readonly text: () => string
  /** Waits until the output since the last call matches, and returns the match. */
  readonly until: (pattern: RegExp) => Effect.Effect<RegExpExecArray>
  readonly type: (keys: string) => Effect.Effect<void>
  /** Waits for the end of the program, and returns its exit code. */
  readonly ended: Effect.Effect<number>
}

const quoted = (word: string) => `'${word.replaceAll("'", `'\\''`)}'`

// deno-lint-ignore no-control-regex -- control sequences of a terminal
const escapes = /\x1b(\[[0-9;?]*[A-Za-z]|[()][A-Z0-9]|[78=>])|\r/g

/** Runs the program in `cwd`. It is killed with the scope. */
export const atTerminal = Effect.fnUntraced(function* (
  words: ReadonlyArray<string>,
  env: Readonly<Record<string, string>>,
  cwd: string,
) {
  const command = [Deno.execPath(), ...argumentsOf(words)].map(quoted).join(" ")
  const child = yield* Effect.acquireRelease(
    Effect.sync(() =>
      new Deno.Command("script", {
        args: ["-qec", `stty cols 100 rows 50; exec ${command}`, "/dev/null"],
        cwd,
        env: { NO_COLOR: "1", TERM: "xterm", SHELL: "/bin/sh", ...env },
        stdin: "piped",
        stdout: "piped",
        stderr: "null",
      }).spawn()
    ),
    killed,
  )
  const writer = child.stdin.getWriter()
  let raw = ""
  let seen = 0
  let waiting: () => void = () => {}
  const reading = (async () => {
    const decoder = new TextDecoder()
    for await (const chunk of child.stdout) {
      raw += decoder.decode(chunk, { stream: true })
      waiting()
    }
  })()
  const text = () => raw.replaceAll(escapes, "")
  const until = (pattern: RegExp) =>
    Effect.callback<RegExpExecArray>((resume) => {
      const look = () => {
        const found = pattern.exec(text().slice(seen))
        if (found === null) return
        waiting = () => {}
        seen += found.index + found[0].length
        resume(Effect.succeed(found))
      }
      waiting = look
      look()
    }).pipe(
      Effect.timeoutOrElse({
        duration: patience,
        orElse: () => Effect.die(new Error(`no ${pattern} on the screen:\n${text()}`)),
      }),
    )
  return {
    text,
    until,
    type: (keys) => Effect.promise(() => writer.write(new TextEncoder().encode(keys))),
    ended: Effect.promise(async () => {
      const { code } = await child.status
      await reading
      await writer.close().catch(() => {})
      return code
    }),
  } satisfies Session
})
