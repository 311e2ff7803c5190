/**
 * Causes for which an embedded PostgreSQL does not start, and those of them that mean damaged
 * files.
 */
import type { NodeFS } from "@electric-sql/pglite/nodefs"
import { lstatSync, readdirSync } from "node:fs"
import { join } from "node:path"

/** Folder at the root of every new ext4 file system, which only root can read. */
export const lostAndFound = "lost+found"

/** Error numbers of the C library that PGlite is built with, as its file system throws them. */
const errnos: Readonly<Record<number, string>> = {
  2: "permission denied",
  29: "the disk reports an error (EIO)",
  33: "too many files are open",
  44: "no such file or folder",
  51: "the disk is full",
  63: "the system does not permit it",
}

/** Returns the message of anything thrown; PGlite also throws objects that are not errors. */
export const messageOf = (cause: unknown): string => {
  if (cause instanceof Error) return cause.message
  if (typeof cause !== "object" || cause === null) return String(cause)
  if ("message" in cause && typeof cause.message === "string") return cause.message
  if (!("errno" in cause)) return Deno.inspect(cause)
  return errnos[Number(cause.errno)] ?? `error ${cause.errno} of the file system`
}

/** Collects the lines that PostgreSQL logs, until `stop` is called. PGlite itself drops them. */
export const listenTo = (fs: NodeFS) => {
  const lines: Array<string> = []
  let listening = true
  const init = fs.init.bind(fs)
  fs.init = async (...given) => {
    const { emscriptenOpts } = await init(...given)
    const printErr = (line: string) => {
      if (listening) lines.push(line)
    }
    return { emscriptenOpts: { ...emscriptenOpts, printErr } }
  }
  return { lines, stop: () => void (listening = false) }
}

/** Returns the reason in PostgreSQL's log for which it did not start; undefined if it logged none. */
export const reasonIn = (lines: ReadonlyArray<string>): string | undefined => {
  const text = (level: RegExp) => lines.find((line) => level.test(line))?.replace(level, "")
  const reason = text(/^.*\b(FATAL|PANIC): +/) ?? text(/^postgres: +/)
  const detail = text(/^.*\bDETAIL: +/)
  if (reason === undefined) return undefined
  return (detail === undefined ? reason : `${reason}: ${detail}`).replace(/\.$/, "")
}

/** Messages that only damaged or missing files cause. */
const damages = [
  /could not locate a valid checkpoint record/,
  /could not read file "global\/pg_control": read \d+ of \d+/,
  /incorrect checksum in control file/,
  /PG_CONTROL_VERSION 0\b/,
  /could not (open|access) .*: No such file or directory/,
  /required WAL directory ".*" does not exist/,
  /database subdirectory ".*" is missing/,
  /PG_VERSION" does not contain valid data/,
]

/** True if only damaged files can be the reason why PostgreSQL did not start. */
export const isDamage = (reason: string): boolean => damages.some((damage) => damage.test(reason))

/** True if `path` itself is a symbolic link. */
export const isLink = (path: string): boolean =>
  lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true

/** Returns the path of the first link in `folder` or below it, relative to `folder`. */
export const linkIn = (folder: string, below = ""): string | undefined => {
  for (const entry of readdirSync(join(folder, below), { withFileTypes: true })) {
    const path = join(below, entry.name)
    if (entry.isSymbolicLink()) return path
    const found = entry.isDirectory() && path !== lostAndFound ? linkIn(folder, path) : undefined
    if (found !== undefined) return found
  }
  return undefined
}
