/**
 * `.env`: sets values, leaves everything else as it is, and makes the file readable only by its
 * owner.
 */
import { Effect, FileSystem, Path, Stream } from "effect"
import { exists, readFile, syncDirectory, writeFileAtomic } from "../../../sinks/files/atomic.ts"

/** An assignment as Effect's parser of `.env` files reads it, because that parser reads our file. */
const assignment =
  /^\s*(?:export\s+)?([\w.-]+)(?:\s*=\s*?|:\s+?)(\s*'(?:\\'|[^'])*'|\s*"(?:\\"|[^"])*"|\s*`(?:\\`|[^`])*`|[^#\r\n]+)?\s*(?:#.*)?$/dgm

/** True if the value needs no quotes, so that an open quote elsewhere cannot include it. */
export const isPlain = (value: string): boolean => /^[\w.~+/=:@-]+$/.test(value)

interface Span {
  readonly from: number
  readonly to: number
}

/** Position of the last value of `name`, which is the one that counts. */
const spanOf = (text: string, name: string): Span | undefined => {
  let found: Span | undefined
  for (const match of text.matchAll(assignment)) {
    if (match[1] !== name || match.indices === undefined) continue
    const [, key = [0, 0], value] = match.indices
    const given = match[2] ?? ""
    const sign = /^(?:\s*=|:\s)/.exec(text.slice(key[1]))?.[0].length ?? 1
    const from = value === undefined ? key[1] + sign : value[0] + given.search(/\S|$/)
    found = { from, to: from + given.trim().length }
  }
  return found
}

/** Returns `text` with these plain values, each in the place of the existing one or at the end. */
export const withValues = (text: string, values: Readonly<Record<string, string>>): string =>
  Object.entries(values).reduce((text, [name, value]) => {
    const span = spanOf(text, name)
    if (span !== undefined) return text.slice(0, span.from) + value + text.slice(span.to)
    const end = text.includes("\r\n") ? "\r\n" : "\n"
    const before = text === "" || text.endsWith("\n") ? text : text + end
    return `${before}${name}=${value}${end}`
  }, text)

/** Example that a new `.env` of a clone starts from. */
const template = ".env.example"

const textOf = (path: string) =>
  Stream.runCollect(Stream.decodeText(readFile(path))).pipe(
    Effect.map((parts) => parts.join("")),
  )

/** Sets these values in the file at `path`, and makes it readable only by its owner. */
export const setInDotEnv = Effect.fn("setInDotEnv")(function* (
  path: string,
  values: Readonly<Record<string, string>>,
) {
  const fs = yield* FileSystem.FileSystem
  const { dirname } = yield* Path.Path
  const there = yield* exists(path)
  // A symbolic link stays a link.
  const file = there ? yield* fs.realPath(path) : path
  const before = there ? file : template
  const text = withValues((yield* exists(before)) ? yield* textOf(before) : "", values)
  yield* fs.makeDirectory(dirname(file), { recursive: true, mode: 0o700 })
  yield* writeFileAtomic(file, new TextEncoder().encode(text), { mode: 0o600 })
  yield* syncDirectory(dirname(file))
})
