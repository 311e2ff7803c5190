/**
 * What a disk keeps of a file or a folder: as programs see it, as it is on the medium, and what of the
 * difference a power cut may keep.
 */

/** Chooses what a power cut keeps. */
interface Fate {
  /** Whether an entry of a folder that was not synced is there afterwards. */
  entry(): boolean
  /** Whether a block that was not synced is there afterwards. */
  block(): boolean
  /** Whether a length that was not synced is there afterwards. */
  length(): boolean
}

/** As small as our files in tests, so that they are torn too. */
const blockSize = 16

/** Numbers in [0, 1) that look like chance (mulberry32). */
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

/** The cuts that catch most: nothing kept, all kept, names without bytes, lengths only, bytes only. */
const extremes = [
  fate(false, false, false),
  fate(true, true, true),
  fate(true, false, false),
  fate(true, false, true),
  fate(false, true, true),
]

/** The fate of `seed`: the first few are the extremes, then each choice falls by chance. */
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

/** What programs read, and what the medium holds. A block is dirty until written to the medium. */
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

  /** A sync that failed: the kernel gives up what it could not write, and calls it clean. */
  clean(): void {
    this.dirty.clear()
    this.dirtyLength = false
  }

  /** The same file after a power cut. */
  cut(fate: Fate): FileBytes {
    const after = new FileBytes()
    after.stored = after.seen = this.kept(fate)
    return after
  }

  /** Where a length came to the medium and its blocks did not, there are zeros. */
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

/** What one call did to a folder, whole or not at all: names, and what they lead to since. */
type Change = ReadonlyArray<readonly [name: string, inode: Inode | undefined]>

const apply = (entries: Map<string, Inode>, change: Change) => {
  for (const [name, inode] of change) {
    if (inode === undefined) entries.delete(name)
    else entries.set(name, inode)
  }
}

/** The names in a folder. A file system's journal keeps each change whole, but may lose any of them. */
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

  /** The same folder after a power cut. */
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

  /** What is left of it, and of all that is in it, after a power cut. */
  cut(fate: Fate): Inode {
    const { body, mode, uid } = this
    return new Inode("target" in body ? body : body.cut(fate), mode, uid)
  }
}
