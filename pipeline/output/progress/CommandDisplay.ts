/** Progress of a command on stderr: a line that is redrawn on a terminal; nothing in a log. */
import { Clock, Effect } from "effect"
import { CommandProgress } from "../../base/CommandProgress.ts"
import {
  clearLine,
  fitParts,
  hideCursor,
  progressBar,
  type Screen,
  screenFor,
  updateEvery,
} from "./Screen.ts"

interface PartProgress {
  readonly done: number
  readonly total: number
}

/** Returns the line: the share of all parts, and the numbers of each if they fit, otherwise of all. */
const renderLine = (
  name: string,
  parts: ReadonlyMap<string, PartProgress>,
  room: number,
): string => {
  const all = [...parts.values()]
  const done = all.reduce((sum, { done }) => sum + done, 0)
  const total = all.reduce((sum, { total }) => sum + total, 0)
  const share = done / Math.max(1, total)
  const bar = [`  ${name}`, `${progressBar(share)} ${Math.floor(share * 100)} %`]
  const each = Array.from(parts, ([part, { done, total }]) => `${part} ${done}/${total}`)
  const line = [...bar, ...each].join("  ")
  return line.length <= room ? line : fitParts([...bar, `${done}/${total}`], room)
}

/** Returns the progress of the command `name`; its line is cleared when the scope closes. */
export const makeCommandDisplay = Effect.fnUntraced(function* (name: string, screen: Screen) {
  const parts = new Map<string, PartProgress>()
  let drawnAt = 0
  if (screen.terminal) yield* hideCursor(screen)
  return {
    advanced: Effect.fnUntraced(function* (part: string, done: number, total: number) {
      parts.set(part, { done, total })
      const now = yield* Clock.currentTimeMillis
      if (!screen.terminal || now - drawnAt < updateEvery(screen)) return
      drawnAt = now
      screen.write(clearLine(screen) + renderLine(name, parts, screen.columns() - 1))
    }),
  }
})

/** Shows the progress of `work` as that of the command `name`, unless `hidden`, as with `--json`. */
export const showProgress =
  (name: string, { hidden = false }: { readonly hidden?: boolean } = {}) =>
  <A, E, R>(work: Effect.Effect<A, E, R>) =>
    hidden ? work : Effect.scoped(
      Effect.provideServiceEffect(
        work,
        CommandProgress,
        Effect.flatMap(screenFor, (screen) => makeCommandDisplay(name, screen)),
      ),
    )
