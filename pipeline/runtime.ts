/**
 * Run an Effect as the Deno process: errors in plain words on stderr, 130 on SIGINT, 143 on SIGTERM, and
 * a second signal leaves at once. (`NodeRuntime` gives 130 for both, and reports on stdout.)
 */
import { Cause, Effect, Exit, References, Runtime, Schema } from "effect"
import { CliError } from "effect/cli"
import { errorExitCode, exitCodes, signalCodes, stoppedBy } from "./exit.ts"
import { harmless, inGitHub, workflowCommand } from "./github.ts"
import { printable } from "./table.ts"

type Signal = keyof typeof signalCodes

/** Windows knows no SIGTERM. */
const signals: ReadonlyArray<Signal> = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM"]

/** One Ctrl-C arrives several times under `deno task`: from the terminal, and from each task above us. */
const oneKeypress = 300

const encoder = new TextEncoder()

/** Write to stderr; where nobody reads it any more, nothing is said, and nothing fails by that. */
export const say = (text: string): void => {
  try {
    Deno.stderr.writeSync(encoder.encode(text))
  } catch {
    // The reader has left: a closed pipe, a terminal that hung up.
  }
}

/** Exits at once, with the cursor shown again. */
const leave = (signal: Signal): never => {
  if (Deno.stderr.isTerminal()) say("\x1b[?25h\n")
  say(`paceline: ${stoppedBy(signalCodes[signal])}, at once. Run the same command to continue.\n`)
  Deno.exit(signalCodes[signal])
}

/** Ends the process with a code; `endWith` has already printed the cause. */
class EndWith extends Schema.TaggedError<EndWith>()("EndWith", { code: Schema.Int }) {
  override get [errorExitCode]() {
    return this.code
  }
  override readonly [Runtime.errorReported] = false
}

const run = Runtime.makeRunMain(({ fiber, teardown }) => {
  let received: Signal | undefined
  let since = 0
  const removers = signals.map((signal) => {
    const handler = () => {
      const now = performance.now()
      if (received !== undefined && now - since < oneKeypress) return
      if (received !== undefined) leave(signal)
      received = signal
      since = now
      fiber.interruptUnsafe(fiber.id)
    }
    Deno.addSignalListener(signal, handler)
    return () => Deno.removeSignalListener(signal, handler)
  })
  fiber.addObserver((exit) => {
    for (const remove of removers) remove()
    teardown(exit, (code) => {
      const interrupted = Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)
      const ended = received !== undefined && interrupted ? signalCodes[received] : code
      if (interrupted) say(`paceline: ${stoppedBy(ended)}.\n`)
      Deno.exit(ended)
    })
  })
})

/** Write a line to stderr, whatever has become of stdout. */
export const complain = (text: string): Effect.Effect<void> => Effect.sync(() => say(text + "\n"))

/** An error as a sentence of ours. */
export const inPlainWords = (error: unknown): string =>
  `paceline: ${
    printable(error instanceof Error ? error.message : String(error)).replace(/\.$/, "")
  }.`

/**
 * Ends the process with `code`, after a line on stderr for each of `sentences`: the cause, then the fix.
 * Every command ends a failure by this or by an error, so that no exit code but 0 is silent.
 */
export const endWith = Effect.fnUntraced(function* (
  code: number,
  ...sentences: readonly [string, ...ReadonlyArray<string>]
) {
  const github = yield* inGitHub
  const lines = sentences.map((sentence) => inPlainWords(sentence))
  yield* complain(`\n${(github ? lines.map(harmless) : lines).join("\n")}`)
  return yield* new EndWith({ code })
})

/** An expected failure in its own words; a bug with all there is to find it by. */
const report = <E>(cause: Cause.Cause<E>) => {
  const error = Cause.squash(cause)
  if (Cause.hasInterruptsOnly(cause) || !Runtime.getErrorReported(error)) return Effect.void
  const expected = Cause.findErrorOption(cause)._tag === "Some"
  return Effect.flatMap(inGitHub, (github) => {
    const annotated = (text: string) =>
      github ? workflowCommand("error", text, { title: "Paceline" }) : `\n${text}`
    return expected && error instanceof Error ? complain(annotated(inPlainWords(error))) : complain(
      `${annotated("paceline: this is a bug; please report it.")}\n${Cause.pretty(cause)}`,
    )
  })
}

/** Wrong usage has been explained by the command line itself. */
const usage = (error: unknown) => {
  const asked = CliError.isCliError(error) && error._tag === "ShowHelp" && error.errors.length === 0
  return asked ? Effect.void : Effect.fail(new EndWith({ code: exitCodes.usage }))
}

/** What a run says when it fails, in plain words, and the error that has its exit code. */
export const told = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  self.pipe(
    Effect.catchIf(CliError.isCliError, usage),
    Effect.tapCause(report),
    Effect.provideService(References.LogToStderr, true),
  )

export const runMain = <A, E>(self: Effect.Effect<A, E>): void =>
  run(told(self), { disableErrorReporting: true })
