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
import { renderWait, type Wait } from "./waitScreen.ts"

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
  private waiting: Wait | undefined
  /** Lines on the terminal during a wait, which are drawn again below other output. */
  private waitLines: ReadonlyArray<string> = []

  constructor(screen: Screen) {
    this.screen = screen
  }

  attach(quota: Effect.Effect<QuotaSnapshot>): void {
    this.quota = quota
  }

  private get snapshot(): Effect.Effect<QuotaSnapshot | undefined> {
    return this.quota ?? Effect.undefined
  }

  /** Clears the line of the progress, or the lines of a wait. */
  private get cleared(): string {
    return clearLine(this.screen, this.waitLines.length)
  }

  private readonly line = (text: string) =>
    this.screen.write(`${this.cleared}${text}\n${this.waitLines.join("\n")}`)

  /** Removes the lines of a wait. */
  endWait(): void {
    if (this.waitLines.length > 0) this.screen.write(this.cleared)
    this.waitLines = []
  }

  private readonly sentence = (text: string) =>
    this.line(wrap(text, { first: "  ", rest: "    " }).join("\n"))

  private start({ stage }: Event<"StageStarted">, now: number): void {
    this.running.set(stage, startStage(stage, now, this.lastDrawn))
  }

  private readonly advance = Effect.fnUntraced({ self: this }, function* (
    { bytes, done, frontier, over, stage: name, total }: Event<"Advanced">,
    now: number,
  ) {
    const stage = this.running.get(name)
    if (stage === undefined) return
    Object.assign(stage, { bytes, done, total, over, frontier })
    stage.rates.items.record(done, now)
    if (bytes !== undefined) stage.rates.bytes.record(bytes.done, now)
    if (this.waitLines.length > 0) return yield* this.drawWait(now)
    const before = this.screen.terminal ? this.lastDrawn : stage.drawnAt
    if (now - before < updateEvery(this.screen)) return
    this.lastDrawn = stage.drawnAt = now
    const quota = yield* this.snapshot
    if (!this.screen.terminal) return this.line(renderLogLine(stage, quota, now))
    const room = this.screen.columns() - 1
    const { timeZone } = this.screen
    const text = renderTerminalLine([...this.running.values()], quota, now, room, timeZone)
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
    if (this.screen.terminal) {
      this.waiting = { until, why }
      return yield* this.drawWait(now)
    }
    const days = quota && describeDays(this.running.values(), quota, now)
    this.line(`${clockTime(now)} ${why}. Continues at ${clockTime(until)} UTC`)
    if (days !== undefined) this.line(`${clockTime(now)} ${days}`)
  })

  private readonly drawWait = Effect.fnUntraced({ self: this }, function* (now: number) {
    if (this.waiting === undefined) return
    const quota = yield* this.snapshot
    const lines = renderWait(this.waiting, [...this.running.values()], quota, now, {
      columns: this.screen.columns(),
      timeZone: this.screen.timeZone,
    })
    this.screen.write(this.cleared + lines.join("\n"))
    this.waitLines = lines
  })

  private resume(now: number): void {
    if (this.waitingSince !== undefined) {
      for (const stage of this.running.values()) {
        stage.waited += now - this.waitingSince
        stage.rates.items.restart()
      }
    }
    this.waitingSince = this.waiting = undefined
    this.endWait()
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
        this.endWait()
        return this.sentence(
          "Stopping after the requests in flight. Press Ctrl-C again to exit at once.",
        )
    }
  })
}

/** Returns a display that clears its line when the scope closes. */
export const makeDisplay = (screen: Screen): Effect.Effect<Display, never, Scope.Scope> =>
  Effect.andThen(
    hideCursor(screen),
    Effect.acquireRelease(
      Effect.sync(() => new ProgressDisplay(screen)),
      (display) => Effect.sync(() => display.endWait()),
    ),
  ).pipe(
    Effect.map((display) => ({
      progress: { notify: display.notify },
      attach: (quota) => display.attach(quota),
    })),
  )
