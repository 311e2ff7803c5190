/**
 * Unpacks the ready-made cluster (cluster.tar.zst, made by tools/cluster.ts). PGlite's own way to one, initdb,
 * takes a second PostgreSQL, seconds of CPU and hundreds of MB.
 */
import { Buffer } from "node:buffer"
import { closeSync, createReadStream, mkdirSync, openSync, writeSync } from "node:fs"
import { join } from "node:path"
import { pipeline } from "node:stream/promises"
import { fileURLToPath } from "node:url"
import { createZstdDecompress } from "node:zlib"

const archive = fileURLToPath(new URL("./cluster.tar.zst", import.meta.url))

/** Size of a header in a tar archive; contents are filled up to a multiple of it. */
const block = 512

/** An entry of a tar archive: a folder, or a file of so many bytes; undefined at the end. */
const entryOf = (header: Buffer) => {
  const field = (from: number, to: number) => header.toString("latin1", from, to).split("\0")[0]!
  const name = field(0, 100)
  return name === "" ? undefined : {
    name,
    size: Number.parseInt(field(124, 136), 8),
    isFolder: field(156, 157) === "5",
  }
}

const writeAll = (file: number, bytes: Uint8Array): void => {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at)
}

/** Writes the entries of the tar archive `chunks` below `folder`; rejects if the archive ends early. */
const untar = async (chunks: AsyncIterable<Buffer>, folder: string): Promise<void> => {
  let header = Buffer.alloc(0)
  let file: number | undefined
  /** Bytes of the current file that are to come, and of what fills up its last block. */
  let [left, filling] = [0, 0]
  let ended = false
  const endFile = () => {
    if (file !== undefined) closeSync(file)
    file = undefined
  }
  const begin = () => {
    const entry = entryOf(header)
    header = Buffer.alloc(0)
    ended = entry === undefined
    if (entry?.isFolder === true) mkdirSync(join(folder, entry.name), { mode: 0o700 })
    else if (entry !== undefined) {
      file = openSync(join(folder, entry.name), "wx", 0o600)
      left = entry.size
      filling = -entry.size & (block - 1)
      if (left === 0) endFile()
    }
  }
  try {
    for await (let chunk of chunks) {
      while (chunk.length > 0 && !ended) {
        const count = Math.min(left || filling || block - header.length, chunk.length)
        const part = chunk.subarray(0, count)
        chunk = chunk.subarray(count)
        if (left > 0 && file !== undefined) {
          writeAll(file, part)
          left -= count
          if (left === 0) endFile()
        } else if (filling > 0) filling -= count
        else {
          header = Buffer.concat([header, part])
          if (header.length === block) begin()
        }
      }
    }
  } finally {
    endFile()
  }
  if (!ended) throw new Error("it ends early")
}

/** Unpacks the cluster into `folder`, which must not be there. Nothing of it is synced. */
export const unpackCluster = async (folder: string, path = archive): Promise<void> => {
  mkdirSync(folder, { mode: 0o700 })
  await pipeline(
    createReadStream(path),
    createZstdDecompress(),
    (chunks: AsyncIterable<Buffer>) => untar(chunks, folder),
  ).catch((cause) => {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`${path} cannot be unpacked (${reason})`, { cause })
  })
}
