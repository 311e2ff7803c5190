/** Errors of the operating system, such as a full disk: distinguished from bugs, and described. */
import { Effect, Predicate } from "effect"

/** Our own code for something that is not a regular file, next to the codes of the system. */
export const notAFile = "NOTAFILE"

/** Code if Deno's permissions forbid the call. */
const notCapable = "NotCapable"

/** Codes that the errors of Deno and Node share, such as `ENOSPC`; not those of a network. */
const ofSystem = /^E(?!CONN|HOST|NET|TIMEDOUT|NOTFOUND|ADDR)[A-Z0-9]{2,}$/

/** Returns the innermost cause of an error of Deno, Node or Effect's file system. */
const rootOf = (error: unknown): unknown =>
  Predicate.isTagged(error, "PlatformError") && Predicate.hasProperty(error, "reason") &&
    Predicate.hasProperty(error.reason, "cause")
    ? error.reason.cause
    : error

/** Returns the code of `error`, such as `ENOSPC`; undefined if the system did not report it. */
export const systemCodeOf = (error: unknown): string | undefined => {
  const root = rootOf(error)
  if (!(root instanceof Error)) return undefined
  if (root.name === notCapable) return notCapable
  const code = "code" in root ? root.code : undefined
  return typeof code === "string" && (ofSystem.test(code) || code === notAFile) ? code : undefined
}

const causes: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file would be larger than the system allows",
  EACCES: "permission denied",
  EPERM: "the system does not permit it",
  EROFS: "the disk is read-only",
  EMFILE: "too many files are open; raise the limit (ulimit -n)",
  ENFILE: "too many files are open on this machine",
  ENOTDIR: "a part of the path is not a directory",
  EISDIR: "it is a directory, not a file; move it away",
  EIO: "the disk reports an error (EIO)",
  EBADF: "it is closed",
  EPIPE: "its reader has left",
  [notAFile]: "it is not a file; move it away",
}

/** Returns the cause of `error` in words; undefined if the system did not report it. */
export const systemCauseOf = (error: unknown): string | undefined => {
  const code = systemCodeOf(error)
  if (code === undefined) return undefined
  const root = rootOf(error)
  return causes[code] ?? (root instanceof Error ? root.message : code)
}

/** Returns the cause and the fix of an error with this code, for a sentence that ends with them. */
export const describeCode = (code: string, location: string): string => {
  switch (code) {
    case "ENOSPC":
    case "EDQUOT":
    case "EFBIG":
      return `the disk that holds ${location} is full; free some space and run again`
    case "EACCES":
    case "EPERM":
    case notCapable:
      return `no permission to write in ${location}; allow it or use another directory`
    case "EROFS":
      return `${location} is on a read-only disk; use another directory`
    case "EMFILE":
    case "ENFILE":
      return `too many files are open to write in ${location}; raise the limit (ulimit -n)`
    case "ENOTDIR":
    case "EEXIST":
      return `${location} is not a directory; move it away, or use another directory`
    case "EISDIR":
    case notAFile:
      return `${location} is not a file; move it away and run again`
    default:
      return `${location} cannot be written (${code}); check the disk and run again`
  }
}

/** Runs `close`; ignores its error, because what it closes is not used again. */
export const closing = (close: () => void): Effect.Effect<void> => Effect.ignore(Effect.try(close))
