/** Errors of a disk, as `@effect/platform-node` converts those of Node. */
import { PlatformError } from "effect"

const codes = {
  EACCES: { tag: "PermissionDenied", errno: -13, text: "permission denied" },
  EBADF: { tag: "Unknown", errno: -9, text: "bad file descriptor" },
  EEXIST: { tag: "AlreadyExists", errno: -17, text: "file already exists" },
  EINVAL: { tag: "Unknown", errno: -22, text: "invalid argument" },
  EIO: { tag: "Unknown", errno: -5, text: "i/o error" },
  EISDIR: { tag: "BadResource", errno: -21, text: "illegal operation on a directory" },
  EMFILE: { tag: "Unknown", errno: -24, text: "too many open files" },
  ENOENT: { tag: "NotFound", errno: -2, text: "no such file or directory" },
  ENOSPC: { tag: "Unknown", errno: -28, text: "no space left on device" },
  ENOTDIR: { tag: "BadResource", errno: -20, text: "not a directory" },
  EROFS: { tag: "Unknown", errno: -30, text: "read-only file system" },
} as const
export type Code = keyof typeof codes

const syscalls: Readonly<Record<string, string>> = {
  makeDirectory: "mkdir",
  readAlloc: "read",
  readDirectory: "scandir",
  readFile: "open",
  remove: "unlink",
  sync: "fsync",
  writeAll: "write",
}

/** Returns the error of the call `method`. `pathOrDescriptor` is the number of an open handle, or a path. */
export const failure = (code: Code, method: string, pathOrDescriptor: string | number) => {
  const { errno, tag, text } = codes[code]
  const syscall = syscalls[method] ?? method
  const cause = Object.assign(new Error(`${code}: ${text}, ${syscall} '${pathOrDescriptor}'`), {
    code,
    errno,
    syscall,
  })
  return PlatformError.systemError({
    _tag: tag,
    module: "FileSystem",
    method,
    pathOrDescriptor,
    syscall,
    cause,
  })
}

/** Error inside the disk, before the name of the call is known. */
export class Errno extends Error {
  readonly code: Code
  constructor(code: Code) {
    super(code)
    this.code = code
  }
}

export const fail = (code: Code): never => {
  throw new Errno(code)
}
