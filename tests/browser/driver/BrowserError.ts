/** Failure of a browser, or of an expression that runs in its page. */
import { Effect, Schema } from "effect"

export class BrowserError extends Schema.TaggedError<BrowserError>()("BrowserError", {
  /** Verb and object: the text after "Cannot". */
  action: Schema.String,
  cause: Schema.Defect(),
}) {
  override get message() {
    const cause = this.cause instanceof Error ? this.cause.message : String(this.cause)
    return `Cannot ${this.action}: ${cause}`
  }
}

/** Runs a call of the driver. Fails with `BrowserError` if its promise rejects. */
export const call = <A>(
  action: string,
  body: () => PromiseLike<A>,
): Effect.Effect<A, BrowserError> =>
  Effect.tryPromise({
    try: async () => await body(),
    // The text of a script's error begins with its name: "ReferenceError: x is not defined".
    catch: (cause) => new BrowserError({ action, cause: String(cause) }),
  })
