/** Reads files of a sink back, and describes how they differ from what was written. Changes none. */
import { Effect, FileSystem, Option, type PlatformError } from "effect"
import { KeptResponse } from "./KeptResponse.ts"
import type { StoredResponse } from "../Sink.ts"

const isInk = (byte: number) => byte > 0x20

/**
 * True if these bytes begin and end like a response in JSON and contain no zero byte, which a block
 * that was never written would have. The rest is not parsed, because streams are large.
 */
export const isWhole = (bytes: Uint8Array): boolean => {
  const ends = String.fromCharCode(bytes.find(isInk) ?? 0, bytes.findLast(isInk) ?? 0)
  return (ends === "{}" || ends === "[]") && !bytes.includes(0)
}

const newline = 0x0a

const countLines = (bytes: Uint8Array): number => {
  let lines = 1
  for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) lines++
  return lines
}

/** Describes how `found` differs from `expected`; undefined if it does not. */
export const differenceOf = (found: Uint8Array, expected: Uint8Array): string | undefined => {
  const shorter = Math.min(found.length, expected.length)
  let at = 0
  while (at < shorter && found[at] === expected[at]) at++
  if (at === found.length && at === expected.length) return undefined
  if (at === found.length) return `ends after ${at} of ${expected.length} bytes`
  if (at === expected.length) return `has ${found.length - at} bytes too many at its end`
  const line = countLines(expected.subarray(0, at))
  return line > 1 ? `differs from line ${line} on` : `differs from byte ${at + 1} on`
}

/** Bytes of a file and the time of writing (milliseconds since 1970), or the reason why it cannot be read. */
type Found =
  | { readonly bytes: Uint8Array; readonly writtenAt: number }
  | { readonly fault: string }

/** Returns the time when a file was written, in milliseconds since 1970; 0 if unknown. */
export const writtenAtOf = ({ mtime }: FileSystem.File.Info): number =>
  Option.match(mtime, { onNone: () => 0, onSome: (time) => time.getTime() })

/** Reads `file`; undefined if there is none. A file that cannot be read is a finding, not a failure. */
export const find = Effect.fnUntraced(
  function* (file: string): Effect.fn.Return<
    Found | undefined,
    PlatformError.PlatformError,
    FileSystem.FileSystem
  > {
    const fs = yield* FileSystem.FileSystem
    const info = yield* fs.stat(file)
    if (info.type !== "File") return { fault: "is not a file" }
    return { bytes: yield* fs.readFile(file), writtenAt: writtenAtOf(info) }
  },
  Effect.catch((error) =>
    Effect.succeed(
      error.reason._tag === "NotFound"
        ? undefined
        : { fault: `cannot be read (${error.reason._tag})` },
    )
  ),
)

/** Describes how a file differs from `expected`; undefined if it does not. */
export const differenceFrom = (found: Found | undefined, expected: Uint8Array) =>
  found === undefined
    ? "missing"
    : "fault" in found
    ? found.fault
    : differenceOf(found.bytes, expected)

/** Returns a file as the response of `id`; empty if it cannot be read. */
export const keptOf = (id: string, found: Found | undefined): ReadonlyArray<StoredResponse> => {
  if (found === undefined || "fault" in found) return []
  const { bytes, writtenAt: fetchedAt } = found
  return [new KeptResponse({ id, bytes, fetchedAt })]
}
