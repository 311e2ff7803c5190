/** What goes wrong between a test and its browser. */
import { Schema } from "effect"

export class BrowserError extends Schema.TaggedError<BrowserError>()("BrowserError", {
  what: Schema.String,
  cause: Schema.Defect(),
}) {
  override get message() {
    const why = this.cause instanceof Error ? this.cause.message : String(this.cause)
    return `Cannot ${this.what}: ${why}`
  }
}
