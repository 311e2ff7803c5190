/** Progress of a verification on stderr: a line that is redrawn on a terminal, a line at intervals in a log. */
import { Clock, Effect } from "effect"
import type { SinkName } from "../../../sinks/Sink.ts"
import { clockTime } from "../kit/times.ts"
import { clearLine, hideCursor, progressBar, type Screen, updateEvery } from "./Screen.ts"

interface Checked {
  readonly done: number
  readonly total: number
}

const renderLine = (
  checked: ReadonlyMap<SinkName, Checked>,
  screen: Screen,
  now: number,
): string => {
  const all = [...checked.values()]
  const done = all.reduce((sum, { done }) => sum + done, 0)
  const total = all.reduce((sum, { total }) => sum + total, 0)
  const bySink = Array.from(checked, ([sink, { done, total }]) => `${sink} ${done}/${total}`)
  if (!screen.terminal) return `${clockTime(now)} verify ${bySink.join(" ")}\n`
  const share = done / Math.max(1, total)
  const room = screen.columns() - 1
  const bar = `  verify  ${progressBar(share)} ${Math.floor(share * 100)} %`
  const line = `${bar}  ${bySink.join("  ")}`
  // A number that is cut off would be read as a smaller one.
  return clearLine(screen) +
    (line.length <= room ? line : `${bar}  ${done}/${total}`).slice(0, room)
}

/** Returns a display that clears its line when the scope closes. */
export const makeVerifyDisplay = Effect.fnUntraced(function* (screen: Screen) {
  const checked = new Map<SinkName, Checked>()
  let drawnAt = screen.terminal ? 0 : yield* Clock.currentTimeMillis
  yield* hideCursor(screen)
  return {
    advanced: Effect.fnUntraced(function* (sink: SinkName, done: number, total: number) {
      checked.set(sink, { done, total })
      const now = yield* Clock.currentTimeMillis
      if (now - drawnAt < updateEvery(screen)) return
      drawnAt = now
      screen.write(renderLine(checked, screen, now))
    }),
  }
})
