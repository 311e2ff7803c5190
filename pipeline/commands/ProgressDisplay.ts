/**
 * Progress on stderr: a line that redraws itself on a terminal, a plain line now and then elsewhere.
 */
import { Clock, Effect, type Scope } from "effect"
import { duration, finishedAt, weekdayTime } from "../estimate.ts"
import type { Progress, ProgressEvent } from "../Progress.ts"
import { say } from "../runtime.ts"
import { printable } from "../table.ts"
import type { QuotaSnapshot } from "../strava/Quota.ts"

export interface Display {
  readonly progress: typeof Progress.Service
  /** Where to look the quota up, once there is one. */
  attach(quota: Effect.Effect<QuotaSnapshot>): void
}

export interface Screen {
  readonly terminal: boolean
  readonly colour: boolean
  columns(): number
  write(text: string): void
}

/** Colours only on a terminal, and never against the user's wish (no-color.org). */
export const stderrScreen = (noColour: boolean): Screen => ({
  terminal: Deno.stderr.isTerminal(),
  colour: Deno.stderr.isTerminal() && !noColour,
  columns: () => Deno.consoleSize().columns,
  write: say,
})

const barWidth = 20
const bar = (share: number) => {
  const filled = Math.floor(share * barWidth)
  const head = filled < barWidth ? "╺" : ""
  return "━".repeat(filled) + head + "─".repeat(Math.max(0, barWidth - filled - 1))
}

const clockTime = (at: number) => new Date(at).toISOString().slice(11, 19)

interface Stage {
  readonly name: string
  readonly startedAt: number
  done: number
  total: number | undefined
  /** Time spent waiting for a window, which is no part of the rate. */
  waited: number
}

const perSecond = ({ done, startedAt, waited }: Stage, now: number) =>
  done / Math.max(0.001, (now - startedAt - waited) / 1_000)

/** What remains at the rate seen, or under the limits: then the same end that `plan` tells. */
const timeLeft = (stage: Stage, quota: QuotaSnapshot, now: number): string => {
  if (stage.total === undefined || stage.done === 0) return ""
  const left = stage.total - stage.done
  const end = finishedAt(left, quota, now)
  return end > now
    ? `done ${weekdayTime(end, now)}`
    : `${duration((left / perSecond(stage, now)) * 1_000)} left`
}

/** Drawn at most this often: often enough to be alive, too seldom to cost anything. */
const redraw = 80
const plainEvery = 10_000

/** A display that clears up after itself when the scope closes. */
export const makeDisplay = Effect.fn("makeDisplay")(function* (
  screen: Screen,
): Effect.fn.Return<Display, never, Scope.Scope> {
  let quota: Effect.Effect<QuotaSnapshot> | undefined
  let stage: Stage | undefined
  let lastDrawn = 0
  const dim = (text: string) => screen.colour ? `\x1b[2m${text}\x1b[0m` : text
  const clear = screen.terminal ? "\r\x1b[2K" : ""
  const line = (text: string) => screen.write(`${clear}${text}\n`)

  if (screen.terminal) screen.write("\x1b[?25l")
  yield* Effect.addFinalizer(() =>
    Effect.sync(() => {
      if (screen.terminal) screen.write(`${clear}\x1b[?25h`)
    })
  )

  const drawTerminal = (stage: Stage, now: number, counts: QuotaSnapshot | undefined) => {
    const share = stage.total === undefined ? undefined : stage.done / Math.max(1, stage.total)
    const parts = [
      `  ${stage.name.padEnd(10)}`,
      share === undefined ? `${stage.done}` : `${bar(share)} ${Math.floor(share * 100)} %`,
      share === undefined ? "" : `${stage.done}/${stage.total}`,
      counts ? timeLeft(stage, counts, now) : "",
      stage.done > 0 ? `${perSecond(stage, now).toFixed(1)}/s` : "",
      counts ? `${counts.quarter.cap - counts.quarter.used} reads left` : "",
    ].filter((part) => part !== "")
    screen.write(clear + parts.join("  ").slice(0, screen.columns() - 1))
  }

  const drawPlain = (stage: Stage, now: number, counts: QuotaSnapshot | undefined) => {
    const of = stage.total === undefined ? "" : `/${stage.total}`
    const limit = counts &&
      ` limit=${counts.quarter.used}/${counts.quarter.cap} day=${counts.day.used}/${counts.day.cap}`
    line(`${clockTime(now)} ${stage.name} ${stage.done}${of}${limit ?? ""}`)
  }

  const draw = Effect.fnUntraced(function* (now: number, force: boolean) {
    if (stage === undefined) return
    if (!force && now - lastDrawn < (screen.terminal ? redraw : plainEvery)) return
    lastDrawn = now
    const counts = quota === undefined ? undefined : yield* quota
    if (screen.terminal) drawTerminal(stage, now, counts)
    else drawPlain(stage, now, counts)
  })

  let waitingSince: number | undefined
  const countDown = (event: { readonly until: number; readonly why: string }, now: number) => {
    const text = `${event.why}. Going on at ${clockTime(event.until)} UTC`
    if (!screen.terminal) return line(`${clockTime(now)} ${text}`)
    line(`  ${text}. Ctrl-C stops; nothing is lost.`)
  }

  const on = Effect.fnUntraced(function* (event: ProgressEvent) {
    const now = yield* Clock.currentTimeMillis
    switch (event._tag) {
      case "StageStarted":
        stage = { name: event.stage, startedAt: now, done: 0, total: undefined, waited: 0 }
        return
      case "Advanced":
        if (stage === undefined || stage.name !== event.stage) return
        stage.done = event.done
        stage.total = event.total
        return yield* draw(now, false)
      case "StageEnded": {
        if (stage === undefined || stage.name !== event.stage) return
        const { done, startedAt } = stage
        const count = done > 0 ? `${done}` : ""
        if (screen.terminal) {
          line(
            `  ${event.stage.padEnd(10)}  ok  ${count.padStart(6)}  ${
              dim(duration(now - startedAt))
            }`,
          )
        } else line(`${clockTime(now)} ${event.stage} ok ${count}`.trimEnd())
        stage = undefined
        return
      }
      case "Waiting":
        waitingSince = now
        return countDown(event, now)
      case "Resumed":
        if (stage !== undefined && waitingSince !== undefined) stage.waited += now - waitingSince
        waitingSince = undefined
        return
      case "SinkDown":
        return line(
          `  ${event.sink}: ${printable(event.detail)}. Its items are kept; the others go on.`,
        )
      case "Note":
        return line("  " + event.text)
      case "Stopping":
        stage = undefined
        return line("  Stopping: requests under way may still arrive. Ctrl-C again leaves at once.")
    }
  })

  return {
    progress: { notify: on },
    attach: (effect) => {
      quota = effect
    },
  }
})
