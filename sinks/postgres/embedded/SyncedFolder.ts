/**
 * The folder of an embedded PostgreSQL as PGlite's file system. PGlite's own one ignores every
 * fsync, so that a commit would not survive a power failure; this one passes them on to the host.
 */
import type { PGlite } from "@electric-sql/pglite"
import { NodeFS } from "@electric-sql/pglite/nodefs"
import { fsyncSync } from "node:fs"

/** Error numbers of the C library that PGlite is built with. */
const errors = { EBADF: 8, EINVAL: 28, EIO: 29 } as const

/** An open file: its descriptor at the host, and its node in PGlite's tree. */
interface Opened {
  readonly nfd: number
  readonly node: object
}

/** The parts of Emscripten's module that are needed; PGlite declares them as `any`. */
interface Module {
  readonly FS: { readonly ErrnoError: new (errno: number) => Error }
  readonly NODEFS: {
    readonly realPath: (node: object) => string
    readonly stream_ops: { fsync?: (opened: Opened) => number }
  }
}

/** Makes an open file durable; `path` names it in errors. */
export type Sync = (file: number, path: string) => void

const codeOf = (cause: unknown) =>
  cause instanceof Error && "code" in cause ? String(cause.code) : ""

/**
 * Syncs the file; a failure becomes an error number, so that PostgreSQL stops before it confirms
 * the commit.
 */
const fsyncIn = ({ FS, NODEFS }: Module, sync: Sync) => ({ nfd, node }: Opened) => {
  try {
    sync(nfd, NODEFS.realPath(node))
    return 0
  } catch (cause) {
    const code = codeOf(cause)
    throw new FS.ErrnoError(code === "EBADF" || code === "EINVAL" ? errors[code] : errors.EIO)
  }
}

export class SyncedFolder extends NodeFS {
  readonly #sync: Sync
  constructor(folder: string, sync: Sync = fsyncSync) {
    super(folder)
    this.#sync = sync
  }
  override async init(pg: PGlite, options: Parameters<NodeFS["init"]>[1]) {
    const { emscriptenOpts } = await super.init(pg, options)
    const passOn = (module: Module) => {
      module.NODEFS.stream_ops.fsync = fsyncIn(module, this.#sync)
    }
    return {
      emscriptenOpts: {
        ...emscriptenOpts,
        preRun: [...[emscriptenOpts.preRun ?? []].flat(), passOn],
      },
    }
  }
}
