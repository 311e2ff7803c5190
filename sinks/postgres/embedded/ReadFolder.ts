/**
 * The folder of an embedded PostgreSQL as a read-only file system for PGlite. PostgreSQL writes
 * even if it only reads (its log, its control file, hints in rows); these writes stay in memory.
 */
import type { PGlite } from "@electric-sql/pglite"
import { NodeFS } from "@electric-sql/pglite/nodefs"
import { closeSync, openSync, readdirSync, readSync, statSync } from "node:fs"
import { join } from "node:path"
import { lostAndFound } from "./clusterError.ts"
import { Patches } from "./Patches.ts"

/** Folder where PGlite expects its data. */
const dataFolder = "/pglite/data"

const modes = { folder: 0o40700, file: 0o100600 } as const

/** PGlite's error number for a file that cannot be mapped into memory. */
const ENODEV = 43

/** A file or folder in PGlite's tree. */
interface TreeNode {
  usedBytes: number
  readonly node_ops: NodeOperations
  stream_ops: object
}

interface Attributes {
  readonly size?: number
}

interface NodeOperations {
  setattr(node: TreeNode, attributes: Attributes): void
}

/** An open file. */
interface Stream {
  readonly node: TreeNode
  readonly shared: { refcount?: number }
  nfd: number
}

/** The parts of Emscripten's module that are needed; PGlite declares them as `any`. */
interface Module {
  readonly FS: {
    readonly ErrnoError: new (errno: number) => Error
    mkdirTree(path: string): void
    mount(type: object, options: object, path: string): TreeNode
  }
  readonly MEMFS: {
    readonly stream_ops: { readonly llseek: object }
    createNode(parent: TreeNode, name: string, mode: number): TreeNode
  }
}

/**
 * Adds a file of the folder: read from the disk, except for what was written since, which is in
 * memory.
 */
const addFile = ({ FS, MEMFS }: Module, parent: TreeNode, name: string, path: string) => {
  const node = MEMFS.createNode(parent, name, modes.file)
  node.usedBytes = statSync(path).size
  const patches = new Patches(node.usedBytes)
  const { setattr } = node.node_ops
  Object.assign(node, {
    node_ops: {
      ...node.node_ops,
      setattr: (node: TreeNode, { size, ...attributes }: Attributes) => {
        setattr(node, attributes)
        if (size === undefined) return
        patches.resize(size)
        node.usedBytes = size
      },
    },
    stream_ops: {
      llseek: MEMFS.stream_ops.llseek,
      open: (stream: Stream) => {
        stream.shared.refcount = 1
        stream.nfd = openSync(path, "r")
      },
      dup: ({ shared }: Stream) => {
        shared.refcount = (shared.refcount ?? 1) + 1
      },
      close: ({ nfd, shared }: Stream) => {
        shared.refcount = (shared.refcount ?? 1) - 1
        if (shared.refcount === 0) closeSync(nfd)
      },
      read: ({ nfd, node }: Stream, to: Int8Array, at: number, length: number, from: number) => {
        const count = Math.max(0, Math.min(length, node.usedBytes - from))
        patches.read(to.subarray(at, at + count), from, diskOf(nfd))
        return count
      },
      write: ({ nfd, node }: Stream, of: Int8Array, at: number, length: number, to: number) => {
        patches.write(of.subarray(at, at + length), to, diskOf(nfd))
        node.usedBytes = Math.max(node.usedBytes, to + length)
        return length
      },
      mmap: () => {
        throw new FS.ErrnoError(ENODEV)
      },
    },
  })
}

/** Fills `into` with the bytes of an open file from `at`, followed by zeros after its end. */
const diskOf = (file: number) => (into: Int8Array, at: number): void => {
  for (let done = 0; done < into.length;) {
    const count = readSync(file, into, done, into.length - done, at + done)
    if (count === 0) return void into.fill(0, done)
    done += count
  }
}

const addFolder = (module: Module, node: TreeNode, folder: string): void => {
  for (const name of readdirSync(folder)) {
    if (name === lostAndFound) continue
    const path = join(folder, name)
    if (statSync(path).isDirectory()) {
      addFolder(module, module.MEMFS.createNode(node, name, modes.folder), path)
    } else addFile(module, node, name, path)
  }
}

export class ReadFolder extends NodeFS {
  override async init(pg: PGlite, options: Parameters<NodeFS["init"]>[1]) {
    const { emscriptenOpts } = await super.init(pg, options)
    const mount = (module: Module) => {
      module.FS.mkdirTree(dataFolder)
      const root = module.FS.mount(module.MEMFS, {}, dataFolder)
      addFolder(module, root, this.rootDir)
    }
    // Replaces the last entry, which mounts the folder itself.
    const preRun = [...[emscriptenOpts.preRun ?? []].flat().slice(0, -1), mount]
    return { emscriptenOpts: { ...emscriptenOpts, preRun } }
  }
}
