/** Sanitizes a server's text for our messages: one line, short, and without secrets. */
import { Redacted } from "effect"
import { describeFault, type StravaFault } from "../../schemas/Fault.ts"

const maxLength = 300

/** Removes control characters and `secrets` from `text` and truncates it. */
export const sanitize = (text: string, secrets: ReadonlyArray<Redacted.Redacted> = []): string => {
  // The longest first, because one secret can be a part of another.
  const hidden = secrets.map(Redacted.value).sort((a, b) => b.length - a.length)
    .reduce((words, secret) => words.replaceAll(secret, "<secret>"), text)
    // deno-lint-ignore no-control-regex -- they could move a terminal's cursor
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+/g, " ")
  return hidden.length > maxLength ? `${hidden.slice(0, maxLength)}…` : hidden
}

/** Returns the text of a fault without secrets. */
export const faultText = (fault: StravaFault, secrets: ReadonlyArray<Redacted.Redacted>): string =>
  sanitize(describeFault(fault), secrets)
