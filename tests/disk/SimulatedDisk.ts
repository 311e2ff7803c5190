/**
 * A disk in memory with a power switch, after SQLite's crash VFS and ALICE (OSDI 2014). The bytes
 * of a file survive if the file was synced, and its name survives if its folder was. Anything else
 * can survive or be lost. Each call can be made to fail. `simulatedFiles` is the `FileSystem` on
 * it.
 */
import { Effect, type PlatformError } from "effect"
import { type Code, Errno, fail, failure } from "./errno.ts"
import { fateOf, FileBytes, FolderEntries, Inode, type InodeBody } from "./Inode.ts"

type Kind =
  | "open"
  | "read"
  | "write"
  | "sync"
  | "stat"
  | "rename"
  | "remove"
  | "makeDirectory"
  | "readDirectory"

/** A call that reached the disk. */
export interface Call {
  /** Number of the call since the program was started, from 1. */
  readonly nth: number
  readonly kind: Kind
  readonly path: string
  /** Descriptor of the handle that received the call. */
  readonly fd?: number
  /** True if it can change the disk. */
  readonly changes: boolean
  /** True if its path is an existing folder. */
  readonly folder: boolean
}

/** Result of a call: undefined as usual, an error, a short write, or a power cut. */
export type DiskFault = undefined | Code | { readonly short: number } | "cut"

/** Call and its effect if it does not fail; a write takes at most `most` bytes. */
interface Request<A> {
  /** Name of the method of Effect's `FileSystem`. */
  readonly method: string
  readonly kind: Kind
  readonly path: string
  readonly fd?: number
  readonly changes?: boolean
  readonly inode?: Inode
  run(most: number): A
}

interface Access {
  readonly mode?: number
  readonly uid?: number
}

export class SimulatedDisk {
  /** Decides the result of each call before it is executed. */
  fault: (call: Call) => DiskFault = () => undefined
  /** Calls since the program was started. */
  readonly calls: Array<Call> = []
  /** User of the program; user 0 has every permission. */
  uid = 1000
  /** Limit of open handles, number of open ones, and highest number so far. */
  mostOpen = Infinity
  openNow = 0
  openPeak = 0
  /** Number of starts of the program. Handles of an earlier start are dead. */
  life = 0

  private root = new Inode(new FolderEntries(), 0o755, 0)
  private isOff = false
  /** True after the journal could not be written, until the next power cut. */
  isReadOnly = false

  constructor() {
    this.place("/disk", new FolderEntries(), { mode: 0o755 })
  }

  /** Puts a file, folder or link on the medium from outside. */
  place(path: string, body: InodeBody, { mode = 0o644, uid = this.uid }: Access = {}): void {
    const { entries, name } = this.locate(path, 0)
    entries.change([[name, new Inode(body, mode, uid)]])
    entries.sync()
  }

  placeFile(path: string, text: string, access: Access = {}): void {
    const body = new FileBytes()
    body.write(0, new TextEncoder().encode(text))
    body.sync()
    this.place(path, body, access)
  }

  /** Returns the disk after a power cut. `seed` decides which unsynced changes survive. */
  cut(seed: number): SimulatedDisk {
    const after = new SimulatedDisk()
    after.root = this.root.cut(fateOf(seed))
    after.uid = this.uid
    return after
  }

  /** Kills the program and starts it again on an undamaged disk. */
  restart(): void {
    this.isOff = false
    this.life++
    this.openNow = 0
    this.openPeak = 0
    this.calls.length = 0
    this.fault = () => undefined
  }

  /** Text of each file by its path, as programs see it. The path of a folder ends with a slash. */
  get files(): ReadonlyMap<string, string> {
    const found = new Map<string, string>()
    const visit = (path: string, { body }: Inode) => {
      if (body instanceof FileBytes) found.set(path, new TextDecoder().decode(body.seen))
      if (!(body instanceof FolderEntries)) return
      found.set(`${path}/`, "")
      for (const [name, inode] of body.seen) visit(`${path}/${name}`, inode)
    }
    visit("", this.root)
    return found
  }

  /** Returns the inode with the name `path`, without following a link. Fails with ENOENT, ENOTDIR or EACCES. */
  lookUp(path: string): Inode {
    if (path === "/") return this.root
    const { entries, name } = this.locate(path, 0)
    return entries.seen.get(name) ?? fail("ENOENT")
  }

  /** Returns the inode that `path` leads to. */
  follow(path: string): Inode {
    const inode = this.lookUp(path)
    return "target" in inode.body ? this.follow(inode.body.target) : inode
  }

  /** Returns the folder of `path`, which must allow `bits`. */
  locate(path: string, bits = 2): { readonly entries: FolderEntries; readonly name: string } {
    const names = path.split("/").slice(1)
    const name = names.pop() ?? ""
    let inode = this.root
    for (const each of names) {
      if (!(inode.body instanceof FolderEntries)) return fail("ENOTDIR")
      this.demand(inode, 1)
      inode = inode.body.seen.get(each) ?? fail("ENOENT")
    }
    if (!(inode.body instanceof FolderEntries)) return fail("ENOTDIR")
    this.demand(inode, 1 | bits)
    return { entries: inode.body, name }
  }

  /** Checks the permission `bits`: 4 to read, 2 to write, 1 to enter. Ignores groups. */
  demand(inode: Inode, bits: number): void {
    const allowed = this.uid === inode.uid ? inode.mode >> 6 : inode.mode
    if (this.uid !== 0 && (allowed & bits) !== bits) fail("EACCES")
  }

  /**
   * Executes a call after the waiting calls, as a real disk does. Records it, and fails it if
   * `fault` returns an error.
   */
  call<A>(request: Request<A>): Effect.Effect<A, PlatformError.PlatformError> {
    return Effect.andThen(Effect.yieldNow, Effect.suspend(() => this.perform(request)))
  }

  private perform<A>(request: Request<A>): Effect.Effect<A, PlatformError.PlatformError> {
    const { changes = false, fd, kind, method, path, run } = request
    if (this.isOff) return Effect.die(new Error("the power is off"))
    const inode = request.inode ?? this.peek(path)
    const call: Call = {
      nth: this.calls.length + 1,
      kind,
      path,
      changes,
      folder: inode?.body instanceof FolderEntries,
      ...(fd === undefined ? {} : { fd }),
    }
    this.calls.push(call)
    const fault = this.fault(call)
    if (fault === "cut") {
      this.isOff = true
      return Effect.die(new Error("the power goes off"))
    }
    try {
      if (changes && this.isReadOnly) fail("EROFS")
      if (typeof fault === "string") {
        if (kind === "sync") this.failSync(inode, fault)
        fail(fault)
      }
      return Effect.succeed(run(typeof fault === "object" ? fault.short : Infinity))
    } catch (cause) {
      if (!(cause instanceof Errno)) throw cause
      return Effect.fail(failure(cause.code, method, fd ?? path))
    }
  }

  /** Applies a failed sync: drops the bytes of a file; a failed sync of the journal makes the disk read-only. */
  private failSync(inode: Inode | undefined, code: Code): void {
    if (inode?.body instanceof FileBytes) inode.body.clean()
    else this.isReadOnly = code === "EIO"
  }

  /** True if the name exists, also as a dangling link. */
  hasEntry(path: string): boolean {
    const { entries, name } = this.locate(path, 0)
    return entries.seen.has(name)
  }

  /** True if `path` does not exist; false if a part of it is not a folder. */
  lacks(path: string): boolean {
    try {
      this.follow(path)
      return false
    } catch (cause) {
      if (cause instanceof Errno && cause.code === "ENOENT") return true
      throw cause
    }
  }

  private peek(path: string): Inode | undefined {
    try {
      return this.follow(path)
    } catch {
      return undefined
    }
  }
}
