/** Syncs everything below a path, with calls that a separate thread can make. */
import { closeSync, fsyncSync, openSync, readdirSync } from "node:fs"
import { join } from "node:path"

const sync = (path: string, flag: "r" | "r+"): void => {
  const file = openSync(path, flag)
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Makes the names in `folder` durable. Windows has no such call, and needs none. */
export const syncFolder = (folder: string): void => {
  if (Deno.build.os !== "windows") sync(folder, "r")
}

/** Makes `folder` and everything in it durable. */
export const syncTree = (folder: string): void => {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) syncTree(path)
    else sync(path, "r+")
  }
  syncFolder(folder)
}
