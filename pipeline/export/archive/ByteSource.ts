/** Bytes of a file, read by position, so that a file of any size takes little memory. */
import { Effect, type Scope } from "effect"
import { openSync } from "../../../sinks/files/regularFile.ts"
import { closing } from "../../../sinks/systemError.ts"
import { exportDiskError, type ExportError } from "./ExportError.ts"

export interface ByteSource {
  /** Size in bytes. */
  readonly size: number
  /**
   * Returns `length` bytes from `position`, fewer at the end. Throws if the system reports an error or
   * the file has become shorter.
   */
  readonly read: (position: number, length: number) => Uint8Array<ArrayBuffer>
}

const readAt = (file: Deno.FsFile, position: number, length: number) => {
  const bytes = new Uint8Array(length)
  file.seekSync(position, Deno.SeekMode.Start)
  for (let filled = 0; filled < length;) {
    const count = file.readSync(bytes.subarray(filled))
    if (count === null) throw new Error("the file became shorter while it was read")
    filled += count
  }
  return bytes
}

/** Opens a regular file until the scope closes. */
export const openSource = (
  path: string,
): Effect.Effect<ByteSource, ExportError, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.try({ try: () => openSync(path, { read: true }), catch: exportDiskError(path) }),
    (file) => closing(() => file.close()),
  ).pipe(Effect.flatMap((file) =>
    Effect.try({
      try: () => {
        const { size } = file.statSync()
        return {
          size,
          read: (position: number, length: number) =>
            readAt(file, position, Math.max(0, Math.min(length, size - position))),
        }
      },
      catch: exportDiskError(path),
    })
  ))
