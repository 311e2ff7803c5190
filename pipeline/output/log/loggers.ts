/** Loggers that write to stderr, in both formats. */
import { Cause, Effect, Layer, Logger, Predicate, References } from "effect"
import { jsonLine, type LogFacts, LogFormat, type LogFormatName } from "../../base/LogFormat.ts"
import { type ProgressEvent } from "../../base/Progress.ts"
import { Stderr } from "../../base/runMain.ts"
import { clockTime, isoTime } from "../kit/times.ts"

const textOf = (message: unknown): string =>
  Array.isArray(message)
    ? message.map(textOf).join(" ")
    : Predicate.isString(message)
    ? message
    : JSON.stringify(message)

/** Returns the facts of a line: its annotations, and the cause of a failure. */
const factsOf = ({ cause, fiber }: Pick<Logger.Options<unknown>, "cause" | "fiber">): LogFacts => ({
  ...fiber.getRef(References.CurrentLogAnnotations),
  ...(cause.reasons.length > 0 && { cause: Cause.pretty(cause) }),
})

const level = (name: string) => name.toLowerCase()

const jsonLogger = Logger.make<unknown, void>((options) => {
  const { date, fiber, logLevel, message } = options
  fiber.getRef(Stderr)(
    `${jsonLine(date, level(logLevel), textOf(message), factsOf(options))}\n`,
  )
})

const textLogger = Logger.make<unknown, void>((options) => {
  const { date, fiber, logLevel, message } = options
  const facts = Object.entries(factsOf(options)).map(([name, value]) => ` ${name}=${value}`)
  fiber.getRef(Stderr)(
    `${clockTime(date.getTime())} ${level(logLevel)} ${textOf(message)}${facts.join("")}\n`,
  )
})

/** The logger of a format. */
export const loggerLayer = (format: LogFormatName): Layer.Layer<never> =>
  Layer.merge(
    Logger.layer([format === "json" ? jsonLogger : textLogger]),
    Layer.succeed(LogFormat, format),
  )

/** Logs the events of a run. */
export const logEvent = (event: ProgressEvent): Effect.Effect<void> => {
  switch (event._tag) {
    case "StageStarted":
      return Effect.logInfo("stage started").pipe(Effect.annotateLogs({ stage: event.stage }))
    case "StageEnded":
      return Effect.logInfo("stage ended").pipe(Effect.annotateLogs({ stage: event.stage }))
    case "Advanced":
      return Effect.logDebug("progress").pipe(
        Effect.annotateLogs({ stage: event.stage, done: event.done, total: event.total ?? null }),
      )
    case "Waiting":
      return Effect.logInfo("waiting for the rate limit").pipe(
        Effect.annotateLogs({ until: isoTime(event.until), why: event.why }),
      )
    case "Resumed":
      return Effect.logInfo("resumed")
    case "SinkDown":
      return Effect.logWarning("sink is down").pipe(
        Effect.annotateLogs({ sink: event.sink, detail: event.detail }),
      )
    case "Note":
      return Effect.logInfo(event.text)
    case "Stopping":
      return Effect.logInfo("stopping: no new request is sent")
  }
}
