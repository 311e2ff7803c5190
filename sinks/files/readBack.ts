/** A look at the files of a sink, which changes none of them: what they hold, and what is not as written. */
import { Effect, FileSystem, Option, type PlatformError } from "effect"
import { KeptResponse } from "./KeptResponse.ts"
import type { Kept } from "../Sink.ts"

const isInk = (byte: number) => byte > 0x20

/**
 * Whether these bytes begin and end as an answer in JSON does, and no block of them was never written.
 * What is between is not parsed, since samples are large.
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

/** How `found` is not `expected`, in words; undefined where it is. */
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

/** What is at `file`: bytes and when they were written (milliseconds since 1970), or why it has none. */
type Found =
  | { readonly bytes: Uint8Array; readonly writtenAt: number }
  | { readonly fault: string }

/** When a file was written, in milliseconds since 1970; 0 if unknown. */
export const writtenAtOf = ({ mtime }: FileSystem.File.Info): number =>
  Option.match(mtime, { onNone: () => 0, onSome: (time) => time.getTime() })

/** The whole of `file`, undefined where there is none. What cannot be read is a finding, not a failure. */
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

/** How what was found is not `expected`. */
export const differenceFrom = (found: Found | undefined, expected: Uint8Array) =>
  found === undefined
    ? "missing"
    : "fault" in found
    ? found.fault
    : differenceOf(found.bytes, expected)

/** The file that was found, as the response of `id`. */
export const keptOf = (id: string, found: Found | undefined): ReadonlyArray<Kept> => {
  if (found === undefined || "fault" in found) return []
  const { bytes, writtenAt: fetchedAt } = found
  return [new KeptResponse({ id, bytes, fetchedAt })]
}
