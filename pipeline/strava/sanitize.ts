/** Words of a server's as they may appear in ours: on one line, short, and without our secrets. */
import { Redacted } from "effect"
import { describeFault, type StravaFault } from "../../schemas/Fault.ts"

const longest = 300

/** `text` without control characters, `secrets` and what is beyond a few lines. */
export const plain = (text: string, secrets: ReadonlyArray<Redacted.Redacted> = []): string => {
  // The longest first, since one may be a part of another.
  const hidden = secrets.map(Redacted.value).sort((a, b) => b.length - a.length)
    .reduce((words, secret) => words.replaceAll(secret, "<secret>"), text)
    // deno-lint-ignore no-control-regex -- they could move a terminal's cursor
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+/g, " ")
  return hidden.length > longest ? `${hidden.slice(0, longest)}…` : hidden
}

/** Returns the text of a fault without secrets. */
export const said = (fault: StravaFault, secrets: ReadonlyArray<Redacted.Redacted>): string =>
  plain(describeFault(fault), secrets)
