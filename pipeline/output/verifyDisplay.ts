/** Progress of a verification on stderr: one line that redraws itself, or in a log a line now and then. */
import { Clock, Effect } from "effect"
import type { SinkName } from "../../sinks/Sink.ts"
import { bar, clockTime, plainEvery, redraw, type Screen } from "./ProgressDisplay.ts"

interface Checked {
  readonly done: number
  readonly total: number
}

/** A display that clears its line when the scope closes. */
export const makeVerifyDisplay = Effect.fnUntraced(function* (screen: Screen) {
  const checked = new Map<SinkName, Checked>()
  const clear = screen.terminal ? "\r\x1b[2K" : ""
  let drawnAt = screen.terminal ? 0 : yield* Clock.currentTimeMillis
  if (screen.terminal) {
    screen.write("\x1b[?25l")
    yield* Effect.addFinalizer(() => Effect.sync(() => screen.write(`${clear}\x1b[?25h`)))
  }
  const draw = (now: number) => {
    const all = [...checked.values()]
    const done = all.reduce((sum, { done }) => sum + done, 0)
    const total = all.reduce((sum, { total }) => sum + total, 0)
    const share = done / Math.max(1, total)
    const figures = Array.from(checked, ([sink, { done, total }]) => `${sink} ${done}/${total}`)
    if (screen.terminal) {
      const room = screen.columns() - 1
      const begin = `  verify  ${bar(share)} ${Math.floor(share * 100)} %`
      const line = `${begin}  ${figures.join("  ")}`
      // A number that is cut off would be read as a smaller one.
      screen.write(
        clear + (line.length <= room ? line : `${begin}  ${done}/${total}`).slice(0, room),
      )
    } else screen.write(`${clockTime(now)} verify ${figures.join(" ")}\n`)
  }
  return {
    advanced: Effect.fnUntraced(function* (sink: SinkName, done: number, total: number) {
      checked.set(sink, { done, total })
      const now = yield* Clock.currentTimeMillis
      if (now - drawnAt < (screen.terminal ? redraw : plainEvery)) return
      drawnAt = now
      draw(now)
    }),
  }
})
