/** Place of temporary folders: in memory if possible, because tests write thousands of small files. */
import { accessSync, constants, statfsSync } from "node:fs"
import { tmpdir } from "node:os"

const folder = "/dev/shm"

/** More than the tests take of it. */
const needed = 1024 ** 3

const isRoomy = (): boolean => {
  try {
    accessSync(folder, constants.W_OK)
    const { bavail, bsize } = statfsSync(folder)
    return bavail * bsize > needed
  } catch {
    return false
  }
}

/** A folder in memory; undefined where there is none, or too small. */
export const memory: string | undefined = isRoomy() ? folder : undefined

/**
 * For `makeTempDirectoryScoped`, where another process is to use the folder: what is in memory cannot be
 * executed everywhere, and Deno lets no program with few permissions near it.
 */
export const onDisk = { directory: tmpdir() }
