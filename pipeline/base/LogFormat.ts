/** Format of what the program writes to stderr. */
import { Context, Effect } from "effect"

/** `text` for people, `json` for programs: an object in each line. */
export type LogFormatName = "text" | "json"

export const LogFormat = Context.Reference<LogFormatName>("paceline/LogFormat", {
  defaultValue: () => "text",
})

/** True if stderr gets an object in each line. */
export const writesJson: Effect.Effect<boolean> = Effect.map(
  LogFormat,
  (format) => format === "json",
)

const twoDigits = (value: number) => String(Math.trunc(Math.abs(value))).padStart(2, "0")

/** Returns a time with this machine's offset from UTC, such as `2026-12-01T08:00:00.000+01:00`. */
const timeWithZone = (time: Date): string => {
  const minutes = -time.getTimezoneOffset()
  const local = new Date(time.getTime() + minutes * 60_000).toISOString().slice(0, -1)
  return `${local}${minutes < 0 ? "-" : "+"}${twoDigits(minutes / 60)}:${twoDigits(minutes % 60)}`
}

/** Facts of a log line besides the time, the level and the message. */
export type LogFacts = Readonly<Record<string, unknown>>

/** Returns a log line as JSON. */
export const jsonLine = (
  time: Date,
  level: string,
  message: string,
  facts: LogFacts = {},
): string => JSON.stringify({ time: timeWithZone(time), level, message, ...facts })
