/**
 * Unpacks the prepared cluster (cluster.tar.zst, made by tools/cluster.ts). PGlite's own way,
 * initdb, takes a second PostgreSQL, seconds of CPU and hundreds of MB.
 */
import type { Buffer } from "node:buffer"
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { zstdDecompressSync } from "node:zlib"
import { release } from "../../../schemas/json/release.ts"
import { readBytesSync } from "../../files/regularFile.ts"

const archive = fileURLToPath(new URL("./cluster.tar.zst", import.meta.url))

/** Size of a header in a tar archive; contents are padded to a multiple of it. */
const block = 512

/** Returns the entry of a tar archive, a folder or a file of `size` bytes; undefined at the end. */
const entryOf = (header: Buffer) => {
  const field = (from: number, to: number) => header.toString("latin1", from, to).split("\0")[0]!
  const name = field(0, 100)
  return name === "" ? undefined : {
    name,
    size: Number.parseInt(field(124, 136), 8),
    isFolder: field(156, 157) === "5",
  }
}

/** Writes the entries of a tar archive below `folder`; throws if the archive ends early. */
const untar = (tar: Buffer, folder: string): void => {
  let at = 0
  const take = (size: number): Buffer => {
    if (at + size > tar.length) throw new Error("it ends early")
    return tar.subarray(at, at += size)
  }
  for (let entry = entryOf(take(block)); entry !== undefined; entry = entryOf(take(block))) {
    const path = join(folder, entry.name)
    if (entry.isFolder) mkdirSync(path, { mode: 0o700 })
    else {
      writeFileSync(path, take(entry.size), { flag: "wx", mode: 0o600 })
      take(-entry.size & (block - 1))
    }
  }
}

/** Unpacks the cluster into `folder`, which must not exist. Syncs nothing. */
export const unpackCluster = (folder: string, path = archive): void => {
  mkdirSync(folder, { mode: 0o700 })
  try {
    const tar = zstdDecompressSync(readBytesSync(path))
    untar(tar, folder)
    release(tar)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`${path} cannot be unpacked (${reason})`, { cause })
  }
}
