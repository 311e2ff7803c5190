/**
 * Progress on stderr: a line that redraws itself on a terminal, a plain line now and then elsewhere.
 */
import { Clock, Config, Effect, Option, type Scope } from "effect"
import { isExtra, isPerActivity } from "../../schemas/Item.ts"
import { duration, finishedAt, weekdayTime } from "../run/estimate.ts"
import type { Over, Progress, ProgressEvent } from "../base/Progress.ts"
import { Stderr } from "../base/runMain.ts"
import { printable } from "./kit/table.ts"
import type { QuotaSnapshot } from "../strava/quota/Quota.ts"
import { overDays, type Progressing } from "./phrases.ts"

interface Display {
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
const stderrScreen = (noColour: boolean): Effect.Effect<Screen> =>
  Effect.map(Stderr, (write) => ({
    terminal: Deno.stderr.isTerminal(),
    colour: Deno.stderr.isTerminal() && !noColour,
    columns: () => Deno.consoleSize().columns,
    write,
  }))

/** The screen of stderr, without colours if `NO_COLOR` is set. */
export const screenFor = Effect.flatMap(
  Config.option(Config.String("NO_COLOR")),
  (noColour) => stderrScreen(Option.isSome(noColour)),
)

const barWidth = 20
export const bar = (share: number) => {
  const filled = Math.floor(share * barWidth)
  const head = filled < barWidth ? "╺" : ""
  return "━".repeat(filled) + head + "─".repeat(Math.max(0, barWidth - filled - 1))
}

export const clockTime = (at: number) => new Date(at).toISOString().slice(11, 19)

interface Stage {
  readonly name: string
  readonly startedAt: number
  done: number
  total: number | undefined
  /** What it is a part of, where that takes several runs. */
  over: Over | undefined
  /** Time spent waiting for a window, which is no part of the rate. */
  waited: number
  drawnAt: number
}

const perSecond = ({ done, startedAt, waited }: Stage, now: number) =>
  done / Math.max(0.001, (now - startedAt - waited) / 1_000)

const sum = (numbers: ReadonlyArray<number>) => numbers.reduce((all, one) => all + one, 0)

/** Done before this run, and by it; of all there is. */
const progressOf = ({ done, over, total = 0 }: Stage) =>
  over === undefined
    ? { done, total }
    : { done: Math.min(over.total, over.before + done), total: Math.max(over.total, total) }

/** What remains at the rate seen, or under the limits: then the same end that `plan` tells. */
const timeLeft = (stages: ReadonlyArray<Stage>, quota: QuotaSnapshot, now: number): string => {
  const done = sum(stages.map(({ done }) => done))
  const left = sum(stages.map(({ done, total = 0 }) => total - done))
  if (done === 0 || stages.some(({ total }) => total === undefined)) return ""
  const end = finishedAt(left, quota, now)
  const rate = sum(stages.map((stage) => perSecond(stage, now)))
  return end > now ? `done ${weekdayTime(end, now)}` : `${duration((left / rate) * 1_000)} left`
}

/** True of stages that have nothing to do on most days: then they are not printed. */
const isSeldom = (stage: string): boolean => isExtra(stage) || stage === "sweep"

/** How far the work has come that takes days; nothing where it does not. */
const overDaysOf = (stages: Iterable<Stage>, quota: QuotaSnapshot, now: number) => {
  const works = [...stages].flatMap(({ done, name, over }): ReadonlyArray<Progressing> =>
    over === undefined || !isPerActivity(name)
      ? []
      : [{ ...over, before: Math.min(over.total, over.before + done), resource: name }]
  )
  const words = overDays(works, quota, now)
  return words?.startsWith("day ") ? words : undefined
}

/** Drawn at most this often: often enough to be alive, too seldom to cost anything. */
export const redraw = 80
export const plainEvery = 10_000

/** A display that clears up after itself when the scope closes. */
export const makeDisplay = Effect.fn("makeDisplay")(function* (
  screen: Screen,
): Effect.fn.Return<Display, never, Scope.Scope> {
  let quota: Effect.Effect<QuotaSnapshot> | undefined
  /** Those that are running, the earliest first. */
  const running = new Map<string, Stage>()
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

  /** One line for all that runs: what can be counted, if anything can. */
  const drawTerminal = (now: number, counts: QuotaSnapshot | undefined) => {
    const all = [...running.values()]
    const counted = all.filter(({ total = 0 }) => total > 0)
    const shown = counted.length > 0 ? counted : all.slice(-1)
    const name = shown.map(({ name }) => name).join("+")
    const done = sum(shown.map((stage) => progressOf(stage).done))
    const total = sum(shown.map((stage) => progressOf(stage).total))
    const share = shown.some(({ total }) => total === undefined)
      ? undefined
      : done / Math.max(1, total)
    const days = counts && overDaysOf(shown, counts, now)?.split(":")[0]
    const rate = sum(shown.map((stage) => perSecond(stage, now)))
    const parts = [
      `  ${name.padEnd(10)}`,
      share === undefined ? `${done}` : `${bar(share)} ${Math.floor(share * 100)} %`,
      share === undefined ? "" : `${done}/${total}`,
      days ?? "",
      counts ? timeLeft(shown, counts, now) : "",
      rate > 0 ? `${rate.toFixed(1)}/s` : "",
      counts ? `${counts.quarter.cap - counts.quarter.used} reads left` : "",
    ].filter((part) => part !== "")
    screen.write(clear + parts.join("  ").slice(0, screen.columns() - 1))
  }

  const drawPlain = (stage: Stage, now: number, counts: QuotaSnapshot | undefined) => {
    const of = stage.total === undefined ? "" : `/${stage.total}`
    const limit = counts &&
      ` limit=${counts.quarter.used}/${counts.quarter.cap} day=${counts.day.used}/${counts.day.cap}`
    const days = counts && overDaysOf([stage], counts, now)
    line(
      `${clockTime(now)} ${stage.name} ${stage.done}${of}${limit ?? ""}` +
        (days === undefined ? "" : `; ${days}`),
    )
  }

  const draw = Effect.fnUntraced(function* (stage: Stage, now: number) {
    const before = screen.terminal ? lastDrawn : stage.drawnAt
    if (now - before < (screen.terminal ? redraw : plainEvery)) return
    lastDrawn = stage.drawnAt = now
    const counts = quota === undefined ? undefined : yield* quota
    if (screen.terminal) drawTerminal(now, counts)
    else drawPlain(stage, now, counts)
  })

  let waitingSince: number | undefined
  const countDown = Effect.fnUntraced(
    function* (event: { readonly until: number; readonly why: string }, now: number) {
      const counts = quota === undefined ? undefined : yield* quota
      const days = counts && overDaysOf(running.values(), counts, now)
      const text = `${event.why}. Going on at ${clockTime(event.until)} UTC`
      if (!screen.terminal) line(`${clockTime(now)} ${text}`)
      else line(`  ${text}. Ctrl-C stops; nothing is lost.`)
      if (days !== undefined) line(screen.terminal ? `  ${days}` : `${clockTime(now)} ${days}`)
    },
  )

  const on = Effect.fnUntraced(function* (event: ProgressEvent) {
    const now = yield* Clock.currentTimeMillis
    switch (event._tag) {
      case "StageStarted":
        running.set(event.stage, {
          name: event.stage,
          startedAt: now,
          done: 0,
          total: undefined,
          over: undefined,
          waited: 0,
          drawnAt: lastDrawn,
        })
        return
      case "Advanced": {
        const stage = running.get(event.stage)
        if (stage === undefined) return
        stage.done = event.done
        stage.total = event.total
        stage.over = event.over
        return yield* draw(stage, now)
      }
      case "StageEnded": {
        const stage = running.get(event.stage)
        if (stage === undefined) return
        running.delete(event.stage)
        const { done, startedAt } = stage
        if (done === 0 && isSeldom(event.stage)) return
        const count = done > 0 ? `${done}` : ""
        if (screen.terminal) {
          line(
            `  ${event.stage.padEnd(10)}  ok  ${count.padStart(6)}  ${
              dim(duration(now - startedAt))
            }`,
          )
        } else line(`${clockTime(now)} ${event.stage} ok ${count}`.trimEnd())
        return
      }
      case "Waiting":
        waitingSince = now
        return yield* countDown(event, now)
      case "Resumed":
        if (waitingSince !== undefined) {
          for (const stage of running.values()) stage.waited += now - waitingSince
        }
        waitingSince = undefined
        return
      case "SinkDown":
        return line(
          `  ${event.sink}: ${printable(event.detail)}. Its items are kept; the others go on.`,
        )
      case "Note":
        return line("  " + event.text)
      case "Stopping":
        running.clear()
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
