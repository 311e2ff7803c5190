/** Errors of functions that a script passes. */
import { Predicate } from "effect"

/** Returns the error that `Effect.try` and `Effect.tryPromise` wrap without a function `catch`; any other as it is. */
export const originOf = (error: unknown): unknown =>
  Predicate.hasProperty(error, "_tag") && error._tag === "UnknownError" &&
    Predicate.hasProperty(error, "cause") && error.cause !== undefined
    ? error.cause
    : error

/** Returns the message of an error of a script. */
export const messageOfScript = (error: unknown): string => {
  const origin = originOf(error)
  return Predicate.hasProperty(origin, "message") ? String(origin.message) : String(origin)
}
