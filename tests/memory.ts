/** A folder in memory, where there is one: tests write thousands of small files and wait for each to be safe. */
import { accessSync, constants, statfsSync } from "node:fs"

const folder = "/dev/shm"

/** What the tests may take of it at most, and more. */
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

/** Its path; undefined where files have to be on a disk. Deno lets no program with few permissions use it. */
export const memory: string | undefined = isRoomy() ? folder : undefined
