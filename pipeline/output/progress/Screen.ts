/** The place that progress is drawn on: a terminal, where a line can be drawn again, or a log. */
import { Config, Effect, Option } from "effect"
import { Stderr } from "../../base/runMain.ts"

export interface Screen {
  readonly terminal: boolean
  readonly color: boolean
  /** Time zone of times on a terminal; that of this machine if undefined. */
  readonly timeZone?: string
  columns(): number
  write(text: string): void
}

/** The screen of stderr, with colors on a terminal unless `NO_COLOR` is set (no-color.org). */
export const screenFor: Effect.Effect<Screen, Config.ConfigError> = Effect.gen(function* () {
  const noColor = yield* Config.option(Config.String("NO_COLOR"))
  const write = yield* Stderr
  const terminal = Deno.stderr.isTerminal()
  return {
    terminal,
    color: terminal && Option.isNone(noColor),
    columns: () => Deno.consoleSize().columns,
    write,
  }
})

/** Minimum milliseconds between two drawings of the line of a terminal. */
const redrawEvery = 80
/** Minimum milliseconds between two lines of a log about the same thing. */
const lineEvery = 10_000

/** Minimum milliseconds between two updates of `screen`. */
export const updateEvery = ({ terminal }: Screen): number => terminal ? redrawEvery : lineEvery

/** Sequence that clears the last `lines` lines of a terminal, which do not end with a newline; empty for a log. */
export const clearLine = ({ terminal }: Screen, lines = 1): string =>
  !terminal ? "" : lines < 2 ? "\r\x1b[2K" : `\r\x1b[${lines - 1}A\x1b[J`

/** Hides the cursor of a terminal until the scope closes. */
export const hideCursor = (screen: Screen) =>
  Effect.acquireRelease(
    Effect.sync(() => {
      if (screen.terminal) screen.write("\x1b[?25l")
    }),
    () =>
      Effect.sync(() => {
        if (screen.terminal) screen.write(`${clearLine(screen)}\x1b[?25h`)
      }),
  )

/** Returns a bar of `width` columns of which `share`, from 0 to 1, is filled. */
export const progressBar = (share: number, width = 20): string => {
  const filled = Math.floor(share * width)
  const head = filled < width ? "╺" : ""
  return "━".repeat(filled) + head + "─".repeat(Math.max(0, width - filled - 1))
}

/**
 * Joins the parts of a line. Leaves out the last parts that do not fit into `room` columns, because half a number
 * would be read as another one.
 */
export const fitParts = (parts: ReadonlyArray<string>, room: number): string => {
  const shown = [...parts]
  while (shown.length > 1 && shown.join("  ").length > room) shown.pop()
  return shown.join("  ").slice(0, room)
}
