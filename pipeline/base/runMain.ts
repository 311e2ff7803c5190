/**
 * Runs an Effect as the Deno process: errors in plain words on stderr, exit code 130 on SIGINT and 143 on
 * SIGTERM. A second signal exits at once. (`NodeRuntime` exits with 130 for both, and reports on stdout.)
 */
import { Cause, Clock, Console, Context, Effect, Exit, References, Runtime, Schema } from "effect"
import { CliError } from "effect/cli"
import { jsonLine, LogFormat, type LogFormatName, writesJson } from "./LogFormat.ts"
import { systemCodeOf } from "../../sinks/systemError.ts"
import { errorExitCode, exitCodes, interruptionPhrase, signalCodes } from "./exit.ts"
import { harmless, inGitHub, workflowCommand } from "./workflowCommand.ts"
import { type SystemError, systemError } from "./SystemError.ts"
import { asTyped } from "../output/kit/commandPrefix.ts"
import { printable } from "../output/kit/terminal.ts"
import { wrap } from "../output/kit/wrap.ts"

type Signal = keyof typeof signalCodes

/** Windows has no SIGTERM. */
const signals: ReadonlyArray<Signal> = Deno.build.os === "windows"
  ? ["SIGINT"]
  : ["SIGINT", "SIGTERM"]

/** One Ctrl-C arrives several times under `deno task`: from the terminal, and from each task above us. */
const oneKeypress = 300

const encoder = new TextEncoder()

/** Writes all of `text` to the process's stderr; ignores that its reader has left or that its disk is full. */
const say = (text: string): void => {
  try {
    for (let rest = encoder.encode(text); rest.length > 0;) {
      rest = rest.subarray(Deno.stderr.writeSync(rest))
    }
  } catch {
    // There is no other place to report that, and the exit code stays as it is.
  }
}

/** Writes messages of a command, which are not its result: by default to stderr. */
export const Stderr = Context.Reference<(text: string) => void>("paceline/Stderr", {
  defaultValue: () => say,
})

/** Exits at once, with the cursor shown again. */
const leave = (signal: Signal): never => {
  if (Deno.stderr.isTerminal()) say("\x1b[?25h\n")
  say(
    `paceline: ${
      interruptionPhrase(signalCodes[signal])
    }, at once. Run the same command to continue.\n`,
  )
  Deno.exit(signalCodes[signal])
}

/** Ends the process with a code; `endWith` has already printed `text`, the cause. */
class EndWith extends Schema.TaggedError<EndWith>()("EndWith", {
  code: Schema.Int,
  text: Schema.String,
}) {
  override get message() {
    return this.text
  }
  override get [errorExitCode]() {
    return this.code
  }
  override readonly [Runtime.errorReported] = false
}

/** True once the cause of a failure has been printed. */
let reported = false

/** Handlers of signals of the program that runs. */
const handlers = new Map<Signal, () => void>()

const listen = Effect.ignore(
  Effect.try(() => handlers.forEach((handler, one) => Deno.addSignalListener(one, handler))),
)
const unlisten = Effect.ignore(
  Effect.try(() => handlers.forEach((handler, one) => Deno.removeSignalListener(one, handler))),
)

/**
 * Runs `self` without our handlers, so that a signal ends the process at once, with the same exit code. For
 * work that changes nothing and blocks the thread: a handler would run only after it.
 */
export const endedBySignals = <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.acquireUseRelease(unlisten, () => self, () => listen)

/** Signal that interrupts the program, if one has arrived. */
let received: Signal | undefined

/** Returns the exit code of a process that ends like this. */
export const exitCodeOf = (exit: Exit.Exit<unknown, unknown>): number => {
  let code: number = exitCodes.complete
  Runtime.defaultTeardown(exit, (given) => code = given)
  const interrupted = Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)
  return received !== undefined && interrupted ? signalCodes[received] : code
}

const run = Runtime.makeRunMain(({ fiber, teardown }) => {
  let since = 0
  for (const signal of signals) {
    const handler = () => {
      const now = performance.now()
      if (received !== undefined && now - since < oneKeypress) return
      if (received !== undefined) leave(signal)
      received = signal
      since = now
      fiber.interruptUnsafe(fiber.id)
    }
    handlers.set(signal, handler)
    Deno.addSignalListener(signal, handler)
  }
  // A package can reject a promise that nothing waits for, for example PGlite if too many files are open.
  globalThis.addEventListener("unhandledrejection", ({ reason }) => {
    if (systemCodeOf(reason) === undefined) return
    say(`\n${formatError(systemError("continue")(reason))}\n`)
    Deno.exit(exitCodes.disk)
  })
  fiber.addObserver((exit) => {
    handlers.forEach((handler, signal) => Deno.removeSignalListener(signal, handler))
    teardown(exit, () => {
      const interrupted = Exit.isFailure(exit) && Cause.hasInterruptsOnly(exit.cause)
      const ended = exitCodeOf(exit)
      // After a prompt, the cursor is behind the answer, and there can be a remark below it.
      const fresh = Deno.stderr.isTerminal() ? "\n\x1b[J" : ""
      if (interrupted) say(`${fresh}paceline: ${interruptionPhrase(ended)}.\n`)
      // A value that is not an effect ends the fiber at once, without the handlers of `withErrorReports`.
      if (Exit.isFailure(exit) && Cause.hasDies(exit.cause) && !reported) say(bug(exit.cause))
      Deno.exit(ended)
    })
  })
})

/** Writes a line to stderr, or an object as JSON; commands in it as the user types them. */
export const complain = (text: string, level: "info" | "error" = "info"): Effect.Effect<void> =>
  Effect.gen(function* () {
    const write = yield* Stderr
    if (!(yield* writesJson)) return write(`${asTyped(text)}\n`)
    const message = asTyped(text).split(/\s*\n\s*/).filter((line) => line !== "").join(" ")
    write(`${jsonLine(new Date(yield* Clock.currentTimeMillis), level, message)}\n`)
  })

/** Writes sentences to stderr, on lines of 80 columns. */
export const complainWrapped = (text: string): Effect.Effect<void> =>
  complain(wrap(text).join("\n"))

/** Writes a line to stdout; fails if the system does not take it, for example because its disk is full. */
export const print = (text: string) =>
  Console.consoleWith((console) =>
    Effect.try({ try: () => console.log(text), catch: systemError("write to standard output") })
  )

/** Returns the message of an error as one line. */
const sentenceOf = (error: unknown): string =>
  `paceline: ${
    printable(error instanceof Error ? error.message : String(error)).replace(/\.$/, "")
  }.`

/** Returns the message of an error on lines of 80 columns. */
export const formatError = (error: unknown): string =>
  wrap(sentenceOf(error), { rest: "  " }).join("\n")

/**
 * Ends the process with `code`, after a line on stderr for each of `sentences`: the cause, then the fix.
 * Every command ends a failure by this or by an error, so that no exit code but 0 is silent.
 */
export const endWith = Effect.fnUntraced(function* (
  code: number,
  ...sentences: readonly [string, ...ReadonlyArray<string>]
) {
  const github = yield* inGitHub
  const lines = sentences.map((sentence) => formatError(sentence))
  yield* complain(`\n${(github ? lines.map(harmless) : lines).join("\n")}`, "error")
  return yield* new EndWith({ code, text: sentences.join(". ") })
})

/** Ends the process with `code`, without a message: an earlier one has explained it. */
export const endSilently = (code: number) => Effect.fail(new EndWith({ code, text: "" }))

const bugTitle = "internal error. Please report it"

const bug = (cause: Cause.Cause<unknown>) => `\n${formatError(bugTitle)}\n${Cause.pretty(cause)}\n`

/** Reports an expected failure by its message, and a bug with its stack trace. */
const report = <E>(cause: Cause.Cause<E>) => {
  const error = Cause.squash(cause)
  if (Cause.hasInterruptsOnly(cause) || !Runtime.getErrorReported(error)) return Effect.void
  reported = true
  const expected = Cause.findErrorOption(cause)._tag === "Some"
  // The report is needed even without permission to read variables.
  const github = Effect.catchCause(inGitHub, () => Effect.succeed(false))
  return Effect.flatMap(github, (github) => {
    const annotated = (error: unknown) =>
      github
        ? workflowCommand("error", sentenceOf(error), { title: "Paceline" })
        : `\n${formatError(error)}`
    return complain(
      expected && error instanceof Error
        ? annotated(error)
        : `${annotated(bugTitle)}\n${Cause.pretty(cause)}`,
      "error",
    )
  })
}

/** Ends with the exit code only, because the command line has already explained the wrong usage. */
const usage = (error: unknown) => {
  const asked = CliError.isCliError(error) && error._tag === "ShowHelp" && error.errors.length === 0
  return asked ? Effect.void : endSilently(exitCodes.usage)
}

/** Turns a cause whose error the system reported into a typed error: a full disk is no bug. */
export const expectSystemErrors = <E>(
  cause: Cause.Cause<E>,
): Effect.Effect<never, E | SystemError> => {
  const error = Cause.squash(cause)
  return Cause.hasInterruptsOnly(cause) || systemCodeOf(error) === undefined
    ? Effect.failCause(cause)
    : Effect.fail(systemError("continue")(error))
}

/** Prints failures in plain words; the remaining error has the exit code. */
export const withErrorReports = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  self.pipe(
    Effect.catchIf(CliError.isCliError, usage),
    Effect.catchCause(expectSystemErrors),
    Effect.tapCause(report),
    Effect.provideService(References.LogToStderr, true),
  )

/** Runs the program; its errors are reported in this format too. */
export const runMain = <A, E>(self: Effect.Effect<A, E>, format: LogFormatName = "text"): void =>
  run(Effect.provideService(withErrorReports(self), LogFormat, format), {
    disableErrorReporting: true,
  })
