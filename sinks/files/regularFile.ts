/**
 * Opens regular files only. Opening or reading a pipe, socket or device that has the name of a file
 * can block the whole program, so that no signal can stop it.
 */
import { Effect, FileSystem, Option, PlatformError } from "effect"
import { statSync } from "node:fs"
import { notAFile } from "../systemError.ts"

const refusal = (words = "it is not a file; move it away") =>
  Object.assign(new Error(words), { code: notAFile })

/** Throws if something other than a file or a folder is at `path`. */
export const refuseSpecialSync = (path: string): void => {
  const found = statSync(path, { throwIfNoEntry: false })
  if (found !== undefined && !found.isFile() && !found.isDirectory()) throw refusal()
}

/** Throws if something other than files, folders and links is in `folder` or below it, except in `skipped`. */
export const refuseSpecialIn = (folder: string, skipped?: string): void => {
  for (const { isDirectory, isFile, isSymlink, name } of Deno.readDirSync(folder)) {
    if (name === skipped) continue
    const path = `${folder}/${name}`
    if (isDirectory) refuseSpecialIn(path)
    else if (!isFile && !isSymlink) throw refusal(`${path} is not a file; move it away`)
  }
}

/** `Deno.openSync` that throws instead of waiting for the other end of a pipe. */
export const openSync = (path: string, options: Deno.OpenOptions): Deno.FsFile => {
  refuseSpecialSync(path)
  return Deno.openSync(path, options)
}

/** Returns the bytes of a file; throws instead of waiting for the other end of a pipe. */
export const readBytesSync = (path: string): Uint8Array => {
  refuseSpecialSync(path)
  return Deno.readFileSync(path)
}

/** Returns the text of a file; throws instead of waiting for the other end of a pipe. */
export const readTextSync = (path: string): string => {
  refuseSpecialSync(path)
  return Deno.readTextFileSync(path)
}

/** Returns the error of `method` for something at `path` that is not a file. */
export const notRegular = (path: string, method: string): PlatformError.PlatformError =>
  PlatformError.systemError({
    _tag: "BadResource",
    module: "FileSystem",
    method,
    pathOrDescriptor: path,
    cause: refusal(),
  })

/** Returns a file system whose methods fail instead of waiting for the other end of a pipe. */
export const regularFiles = (fs: FileSystem.FileSystem): FileSystem.FileSystem => {
  const refuseSpecial = Effect.fnUntraced(function* (path: string, method: string) {
    // Whatever prevents `stat` prevents the opening as well, which reports it.
    const found = yield* Effect.option(fs.stat(path))
    if (Option.isNone(found) || ["File", "Directory"].includes(found.value.type)) return
    return yield* notRegular(path, method)
  })
  return FileSystem.make({
    ...fs,
    open: (path, options) =>
      options?.flag?.includes("x")
        ? fs.open(path, options)
        : Effect.andThen(refuseSpecial(path, "open"), fs.open(path, options)),
    readFile: (path) => Effect.andThen(refuseSpecial(path, "readFile"), fs.readFile(path)),
    writeFile: (path, data, options) =>
      Effect.andThen(refuseSpecial(path, "writeFile"), fs.writeFile(path, data, options)),
    copyFile: (from, to) => Effect.andThen(refuseSpecial(from, "copyFile"), fs.copyFile(from, to)),
  })
}
