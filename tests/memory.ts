/**
 * Location of temporary folders: in memory if possible, because tests write thousands of small
 * files.
 */
import { accessSync, constants, statfsSync } from "node:fs"
import { tmpdir } from "node:os"

const folder = "/dev/shm"

/** Required free space in bytes; tests use less. */
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

/** Folder in memory; undefined if there is none or its free space is too small. */
export const memory: string | undefined = isRoomy() ? folder : undefined

/**
 * Options of `makeTempDirectoryScoped` for a folder that another process uses. Some systems execute
 * no file in memory, and Deno denies access to it to programs with few permissions.
 */
export const onDisk = { directory: tmpdir() }
