/** Durations and ages as the user types them. */
import { Duration, Option, Schema } from "effect"

/** A duration such as `9m`, `90s`, `2h` or `15 minutes`. */
export const Time = Schema.String.check(
  Schema.makeFilter((text) =>
    Option.isSome(timeOf(text)) || "Expected a time such as 90s, 9m or 2h"
  ),
)

const units: Readonly<Record<string, Duration.Unit>> = {
  s: "seconds",
  m: "minutes",
  h: "hours",
  d: "days",
}

export const timeOf = (text: string): Option.Option<Duration.Duration> => {
  const [, amount, unit] = /^(\d+)\s*(s|m|h|d)$/.exec(text.trim()) ?? []
  return amount === undefined
    ? Option.filter(
      Duration.fromInput(text as Duration.Input),
      (time) => !Duration.isNegative(time),
    )
    : Option.some(Duration.fromInputUnsafe(`${Number(amount)} ${units[unit ?? "s"] ?? "seconds"}`))
}

/** Time between full syncs: `auto`, `never`, or a time such as `7d`; `0` is every run. */
export const Interval = Schema.String.check(
  Schema.makeFilter((text) =>
    intervalIn(text) !== undefined || "Expected auto, never or a time such as 7d"
  ),
)

/** Returns an `Interval` in milliseconds; undefined if the text is not one. */
export const intervalIn = (text: string): number | "auto" | undefined => {
  const word = text.trim()
  if (word === "auto") return word
  if (word === "never") return Infinity
  if (word === "0") return 0
  return Option.getOrUndefined(Option.map(timeOf(word), Duration.toMillis))
}

/** An age such as `7d`, longer than zero. */
export const Age = Schema.String.check(
  Schema.makeFilter((text) =>
    Option.exists(timeOf(text), (time) => Duration.toMillis(time) > 0) ||
    "Expected a time such as 7d"
  ),
)

/** Returns an `Age` in milliseconds. */
export const ageIn = (text: string): number =>
  Option.match(timeOf(text), { onNone: () => 0, onSome: Duration.toMillis })

/** An age; or `off` or an empty text for none, so that a variable that is set can mean none. */
export const AgeOrNone = Schema.Union([Schema.Literals(["off", ""]), Age])
