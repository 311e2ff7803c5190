/**
 * Files and folders of a simulated disk: as programs see them, as they are on the medium, and the part of the
 * difference that survives a power cut.
 */

/** Decides what survives a power cut. */
interface Fate {
  /** True if an entry of a folder that was not synced survives. */
  entry(): boolean
  /** True if a block that was not synced survives. */
  block(): boolean
  /** True if a length that was not synced survives. */
  length(): boolean
}

/** Size of a block in bytes, small enough that power cuts tear even the small files of tests. */
const blockSize = 16

/** Returns a generator of pseudo-random numbers in [0, 1) (mulberry32). */
export const random = (seed: number) => () => {
  seed = (seed + 0x6d2b79f5) | 0
  let mixed = Math.imul(seed ^ (seed >>> 15), 1 | seed)
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
}

const fate = (entry: boolean, block: boolean, length: boolean): Fate => ({
  entry: () => entry,
  block: () => block,
  length: () => length,
})

/**
 * Power cuts that find most faults: nothing survives, everything survives, only names, only
 * lengths, or only bytes.
 */
const extremes = [
  fate(false, false, false),
  fate(true, true, true),
  fate(true, false, false),
  fate(true, false, true),
  fate(false, true, true),
]

/** Returns the fate of `seed`: first the extremes, then random choices. */
export const fateOf = (seed: number): Fate => {
  const extreme = extremes[seed]
  if (extreme !== undefined) return extreme
  const next = random(seed)
  const fall = () => next() < 0.5
  return { entry: fall, block: fall, length: fall }
}

const empty = new Uint8Array(0)
const resized = (bytes: Uint8Array, length: number) => {
  const whole = new Uint8Array(length)
  whole.set(bytes.subarray(0, length))
  return whole
}

/** Bytes as programs read them, and as the medium holds them. A block is dirty until it is on the medium. */
export class FileBytes {
  seen: Uint8Array = empty
  private stored: Uint8Array = empty
  private readonly dirty = new Set<number>()
  private dirtyLength = false

  write(at: number, bytes: Uint8Array): void {
    const end = at + bytes.length
    if (end > this.seen.length) {
      this.seen = resized(this.seen, end)
      this.dirtyLength = true
    } else this.seen = this.seen.slice()
    this.seen.set(bytes, at)
    for (let i = Math.floor(at / blockSize); i * blockSize < end; i++) this.dirty.add(i)
  }

  truncate(): void {
    this.seen = empty
    this.dirty.clear()
    this.dirtyLength = true
  }

  sync(): void {
    this.stored = this.kept(fate(true, true, true))
    this.clean()
  }

  /** Applies a failed sync: the kernel drops unwritten blocks and marks them as clean. */
  clean(): void {
    this.dirty.clear()
    this.dirtyLength = false
  }

  /** Returns the file after a power cut. */
  cut(fate: Fate): FileBytes {
    const after = new FileBytes()
    after.stored = after.seen = this.kept(fate)
    return after
  }

  /** Returns the surviving bytes. A length without its blocks reads as zeros. */
  private kept(fate: Fate): Uint8Array {
    const length = this.dirtyLength && fate.length() ? this.seen.length : this.stored.length
    const bytes = resized(this.stored, length)
    for (const i of this.dirty) {
      const at = i * blockSize
      if (at >= length || !fate.block()) continue
      bytes.set(this.seen.subarray(at, Math.min(at + blockSize, length)), at)
    }
    return bytes
  }
}

/** Atomic change of a folder by one call: names, and their new targets. */
type Change = ReadonlyArray<readonly [name: string, inode: Inode | undefined]>

const apply = (entries: Map<string, Inode>, change: Change) => {
  for (const [name, inode] of change) {
    if (inode === undefined) entries.delete(name)
    else entries.set(name, inode)
  }
}

/** Names in a folder. The journal of the file system keeps changes atomic, but can lose any of them. */
export class FolderEntries {
  readonly seen = new Map<string, Inode>()
  private stored: ReadonlyMap<string, Inode> = new Map()
  private pending: Array<Change> = []

  change(change: Change): void {
    apply(this.seen, change)
    this.pending.push(change)
  }

  sync(): void {
    this.stored = new Map(this.seen)
    this.pending = []
  }

  /** Returns the folder after a power cut. */
  cut(fate: Fate): FolderEntries {
    const after = new FolderEntries()
    apply(after.seen, [...this.stored])
    for (const change of this.pending) if (fate.entry()) apply(after.seen, change)
    for (const [name, inode] of after.seen) after.seen.set(name, inode.cut(fate))
    after.sync()
    return after
  }
}

export type InodeBody = FileBytes | FolderEntries | { readonly target: string }

let numbers = 0

export class Inode {
  readonly number = ++numbers
  readonly body: InodeBody
  readonly uid: number
  mode: number

  constructor(body: InodeBody, mode: number, uid: number) {
    this.body = body
    this.mode = mode
    this.uid = uid
  }

  /** Returns the inode and its contents after a power cut. */
  cut(fate: Fate): Inode {
    const { body, mode, uid } = this
    return new Inode("target" in body ? body : body.cut(fate), mode, uid)
  }
}
