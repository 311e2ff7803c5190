/** Progress of a run on stderr: a line that is redrawn on a terminal, a line at intervals in a log. */
import { Clock, Effect, type Scope } from "effect"
import { isOptionalResource } from "../../../schemas/Item.ts"
import type { Progress, ProgressEvent } from "../../base/Progress.ts"
import type { QuotaSnapshot } from "../../strava/quota/Quota.ts"
import { formatDuration } from "../kit/durations.ts"
import { printable } from "../kit/terminal.ts"
import { clockTime } from "../kit/times.ts"
import { wrap } from "../kit/wrap.ts"
import { clearLine, hideCursor, type Screen, updateEvery } from "./Screen.ts"
import {
  describeDays,
  renderLogLine,
  renderTerminalLine,
  type StageProgress,
  startStage,
} from "./StageProgress.ts"

interface Display {
  readonly progress: typeof Progress.Service
  /** Shows the usage of the rate limit from now on. */
  attach(quota: Effect.Effect<QuotaSnapshot>): void
}

type Event<Tag extends ProgressEvent["_tag"]> = Extract<ProgressEvent, { readonly _tag: Tag }>

/** True for stages that are not shown if they have nothing to do, as on most days. */
const isOccasional = (name: string) => name === "sweep" || isOptionalResource(name)

class ProgressDisplay {
  private readonly screen: Screen
  private quota: Effect.Effect<QuotaSnapshot> | undefined
  /** Running stages, the earliest first. */
  private readonly running = new Map<string, StageProgress>()
  private lastDrawn = 0
  private waitingSince: number | undefined

  constructor(screen: Screen) {
    this.screen = screen
  }

  attach(quota: Effect.Effect<QuotaSnapshot>): void {
    this.quota = quota
  }

  private get snapshot(): Effect.Effect<QuotaSnapshot | undefined> {
    return this.quota ?? Effect.undefined
  }

  private readonly line = (text: string) => this.screen.write(`${clearLine(this.screen)}${text}\n`)

  private readonly sentence = (text: string) =>
    this.line(wrap(text, { first: "  ", rest: "    " }).join("\n"))

  private start({ stage }: Event<"StageStarted">, now: number): void {
    this.running.set(stage, startStage(stage, now, this.lastDrawn))
  }

  private readonly advance = Effect.fnUntraced({ self: this }, function* (
    { bytes, done, over, stage: name, total }: Event<"Advanced">,
    now: number,
  ) {
    const stage = this.running.get(name)
    if (stage === undefined) return
    Object.assign(stage, { bytes, done, total, over })
    const before = this.screen.terminal ? this.lastDrawn : stage.drawnAt
    if (now - before < updateEvery(this.screen)) return
    this.lastDrawn = stage.drawnAt = now
    const quota = yield* this.snapshot
    if (!this.screen.terminal) return this.line(renderLogLine(stage, quota, now))
    const room = this.screen.columns() - 1
    const text = renderTerminalLine([...this.running.values()], quota, now, room)
    this.screen.write(clearLine(this.screen) + text)
  })

  private end({ stage: name }: Event<"StageEnded">, now: number): void {
    const stage = this.running.get(name)
    if (stage === undefined) return
    this.running.delete(name)
    if (stage.done === 0 && isOccasional(name)) return
    const count = stage.done > 0 ? `${stage.done}` : ""
    if (!this.screen.terminal) {
      return this.line(`${clockTime(now)} ${name} ok ${count}`.trimEnd())
    }
    const time = formatDuration(now - stage.startedAt)
    const dimmed = this.screen.color ? `\x1b[2m${time}\x1b[0m` : time
    this.line(`  ${name.padEnd(10)}  ok  ${count.padStart(6)}  ${dimmed}`)
  }

  private readonly wait = Effect.fnUntraced({ self: this }, function* (
    { until, why }: Event<"Waiting">,
    now: number,
  ) {
    this.waitingSince = now
    const quota = yield* this.snapshot
    const days = quota && describeDays(this.running.values(), quota, now)
    const text = `${why}. Continues at ${clockTime(until)} UTC`
    if (this.screen.terminal) {
      this.sentence(`${text}. Press Ctrl-C to stop; nothing is lost.`)
      if (days !== undefined) this.sentence(days)
    } else {
      this.line(`${clockTime(now)} ${text}`)
      if (days !== undefined) this.line(`${clockTime(now)} ${days}`)
    }
  })

  private resume(now: number): void {
    if (this.waitingSince !== undefined) {
      for (const stage of this.running.values()) stage.waited += now - this.waitingSince
    }
    this.waitingSince = undefined
  }

  readonly notify = Effect.fnUntraced({ self: this }, function* (event: ProgressEvent) {
    const now = yield* Clock.currentTimeMillis
    switch (event._tag) {
      case "StageStarted":
        return this.start(event, now)
      case "Advanced":
        return yield* this.advance(event, now)
      case "StageEnded":
        return this.end(event, now)
      case "Waiting":
        return yield* this.wait(event, now)
      case "Resumed":
        return this.resume(now)
      case "SinkDown":
        return this.sentence(
          `${event.sink} is down: ${
            printable(event.detail).replace(/\.$/, "")
          }. Its items are kept; the other sinks ` +
            "continue.",
        )
      case "Note":
        return this.sentence(event.text)
      case "Stopping":
        this.running.clear()
        return this.sentence(
          "Stopping after the requests in flight. Press Ctrl-C again to exit at once.",
        )
    }
  })
}

/** Returns a display that clears its line when the scope closes. */
export const makeDisplay = (screen: Screen): Effect.Effect<Display, never, Scope.Scope> =>
  Effect.as(hideCursor(screen), new ProgressDisplay(screen)).pipe(
    Effect.map((display) => ({
      progress: { notify: display.notify },
      attach: (quota) => display.attach(quota),
    })),
  )
