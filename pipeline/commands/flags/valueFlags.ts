/** Flags whose values are numbers, days, durations and names. */
import { Schema } from "effect"
import { Flag } from "effect/cli"
import { isOptionalResource, optionalResources } from "../../../schemas/Item.ts"
import { formatTime, parseTime } from "../../../schemas/time.ts"
import { Time } from "../process/times.ts"

/** Returns a flag with a number from 1. */
export const count = (name: string) =>
  Flag.Int(name).pipe(
    Flag.withMetavar("N"),
    Flag.withSchema(Schema.Int.check(Schema.isGreaterThan(0))),
  )

/** True if the day exists: `parseTime` reads 30 February as 2 March. */
const isDay = (text: string): boolean => {
  const date = text.slice(0, 10)
  const at = parseTime(`${date}T00:00:00Z`)
  return !Number.isNaN(parseTime(text)) && !Number.isNaN(at) &&
    formatTime(at).startsWith(date)
}

/** Returns a flag with a date or a time, such as `2024-01-31T10:00:00Z`, in milliseconds since 1970. */
export const dayFlag = (name: string, description: string) =>
  Flag.String(name).pipe(
    Flag.withDescription(description),
    Flag.withMetavar("DATE"),
    Flag.withSchema(
      Schema.String.check(
        Schema.makeFilter((text) =>
          isDay(text) ||
          "Expected a date such as 2024-01-31"
        ),
      ),
    ),
    Flag.map((text) => parseTime(text)),
    Flag.optional,
  )

/** Returns a flag with names of optional resources, separated by commas or in repeated flags. */
export const optionalNames = (name: string, description: string) =>
  Flag.String(name).pipe(
    Flag.withDescription(description),
    Flag.withMetavar("NAMES"),
    Flag.withSchema(
      Schema.String.check(
        Schema.makeFilter((text) =>
          text.split(",").every((word) => isOptionalResource(word.trim())) ||
          `Expected some of ${optionalResources().join(", ")}, with commas between them`
        ),
      ),
    ),
    Flag.map((text) => text.split(",").map((word) => word.trim()).filter(isOptionalResource)),
    Flag.atLeast(0),
  )

/** Returns a flag with a duration, such as `20m` or `30d`. */
export const time = (name: string, description: string) =>
  Flag.String(name).pipe(
    Flag.withDescription(description),
    Flag.withMetavar("TIME"),
    Flag.withSchema(Time),
    Flag.optional,
  )
