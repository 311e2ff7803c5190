/**
 * A disk in memory with an honest power switch, after SQLite's crash VFS and ALICE (OSDI 2014): a file's
 * bytes are safe once the file is synced, its name once its folder is; of the rest a cut keeps what it
 * likes. Each call may be made to fail. `simulatedFiles` is the `FileSystem` on it.
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
  /** From 1, since the program was started. */
  readonly nth: number
  readonly kind: Kind
  readonly path: string
  /** Of the handle that it was made on. */
  readonly fd?: number
  /** Whether it could change what is on the disk. */
  readonly changes: boolean
  /** Whether it is about a folder that is there. */
  readonly folder: boolean
}

/** What becomes of a call: as usual; an error; a write of so many bytes only; the power goes off. */
export type DiskFault = undefined | Code | { readonly short: number } | "cut"

/** What a call does once it is let through; `most` bytes, if it writes. */
interface Request<A> {
  /** Its name among the methods of Effect's `FileSystem`. */
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
  /** Decides on each call before it is done. */
  fault: (call: Call) => DiskFault = () => undefined
  /** Every call since the program was started. */
  readonly calls: Array<Call> = []
  /** Whose the program is; 0 may do everything. */
  uid = 1000
  /** Handles that may be open at the same time, are, and ever were. */
  mostOpen = Infinity
  openNow = 0
  openPeak = 0
  /** How often the program was started: what an earlier one held open is dead. */
  life = 0

  private root = new Inode(new FolderEntries(), 0o755, 0)
  private isOff = false
  /** Since its journal could not be written; until the power was off. */
  isReadOnly = false

  constructor() {
    this.place("/disk", new FolderEntries(), { mode: 0o755 })
  }

  /** Put something on the medium from outside. */
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

  /** The power goes off: the disk as it is afterwards, where what was not synced is as `seed` has it. */
  cut(seed: number): SimulatedDisk {
    const after = new SimulatedDisk()
    after.root = this.root.cut(fateOf(seed))
    after.uid = this.uid
    return after
  }

  /** The program is killed, and starts again on a disk that took no harm. */
  restart(): void {
    this.isOff = false
    this.life++
    this.openNow = 0
    this.openPeak = 0
    this.calls.length = 0
    this.fault = () => undefined
  }

  /** The text of each file by its path, as programs see it; a folder's path ends in a slash. */
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

  /** What has the name `path`, a link itself; fails with ENOENT, ENOTDIR or EACCES. */
  lookUp(path: string): Inode {
    if (path === "/") return this.root
    const { entries, name } = this.locate(path, 0)
    return entries.seen.get(name) ?? fail("ENOENT")
  }

  /** What `path` leads to. */
  follow(path: string): Inode {
    const inode = this.lookUp(path)
    return "target" in inode.body ? this.follow(inode.body.target) : inode
  }

  /** The folder that holds `path`, which must allow `bits`. */
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

  /** `bits`: 4 to read, 2 to write, 1 to pass through. Nobody is in a group. */
  demand(inode: Inode, bits: number): void {
    const allowed = this.uid === inode.uid ? inode.mode >> 6 : inode.mode
    if (this.uid !== 0 && (allowed & bits) !== bits) fail("EACCES")
  }

  /** One call: after others that were waiting, as on a real disk; noted, and failed if so decided. */
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

  /** The kernel gives a file's bytes up; a journal that cannot be written leaves the disk read-only. */
  private failSync(inode: Inode | undefined, code: Code): void {
    if (inode?.body instanceof FileBytes) inode.body.clean()
    else this.isReadOnly = code === "EIO"
  }

  /** Whether there is such a name, be it a link that leads nowhere. */
  hasEntry(path: string): boolean {
    const { entries, name } = this.locate(path, 0)
    return entries.seen.has(name)
  }

  /** Whether `path` leads nowhere; not if a part of it is no folder. */
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
