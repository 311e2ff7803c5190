/**
 * Items in memory that are committed and undelivered, so that delivery does not read, unpack and parse them
 * again. The state file stays authoritative: a response is here only after its checkpoint, and a batch uses it
 * only if it has the hash in the outbox.
 */
import { Context } from "effect"
import { type Item, type ItemKey, sizeOfItem } from "../../../schemas/Item.ts"

/** Largest number of bytes in memory. With 0 every batch is read from the state file. */
export const HandoverLimit = Context.Reference<number>("paceline/state/HandoverLimit", {
  defaultValue: () => 8 * 1024 * 1024,
})

/** Items that no sink writes any more in this run. */
export interface SettledItems {
  /** All sinks hold them. */
  readonly delivered: ReadonlyArray<Item>
  /** A sink refused them; another sink might be writing them. */
  readonly quarantined: ReadonlyArray<Item>
}

/** Memory that a parsed response takes, in lengths of its text. */
const parsedFactor = 4

const keyOf = ({ athlete, id, resource }: ItemKey): string => `${athlete}/${resource}/${id}`

export class Handover {
  readonly #scanned = new Map<string, Item>()
  /** In the order in which they were put. */
  readonly #parsed = new Map<string, Item>()
  readonly #limit: number
  #scannedSize = 0
  #parsedSize = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Adds items whose checkpoint is committed, if they were checked or scanned. */
  readonly put = (arrivals: Iterable<{ readonly item: Item }>): void => {
    for (const { item } of arrivals) {
      this.#remove(keyOf(item))
      if (item.scan !== undefined) this.#putScanned(item)
      else if (item.isResponse === true) this.#putParsed(item)
    }
  }

  /** Returns the item if its response has this hash. */
  readonly get = (key: ItemKey, hash: string): Item | undefined => {
    const name = keyOf(key)
    const item = this.#scanned.get(name) ?? this.#parsed.get(name)
    return item?.hash === hash ? item : undefined
  }

  /** Removes items that no sink lacks, or that stay in the state file for a later run. */
  readonly drop = (keys: Iterable<ItemKey>): void => {
    for (const key of keys) this.#remove(keyOf(key))
  }

  /**
   * Removes items, and frees the bytes of delivered ones: V8 would keep them until its next full collection,
   * hundreds of responses later. Nothing may read such an item afterwards.
   */
  readonly settle = ({ delivered, quarantined }: SettledItems): void => {
    this.drop(quarantined)
    for (const item of delivered) {
      const isOurs = this.get(item, item.hash) === item
      this.drop([item])
      if (isOurs) item.release?.()
    }
  }

  /** Streams wait for room, because each is written at once. */
  readonly #putScanned = (item: Item): void => {
    const size = sizeOfItem(item)
    if (this.#scannedSize + size > this.#limit) return
    this.#scanned.set(keyOf(item), item)
    this.#scannedSize += size
  }

  /** The oldest give way, because tables that are rewritten whole take them last. */
  readonly #putParsed = (item: Item): void => {
    this.#parsed.set(keyOf(item), item)
    this.#parsedSize += parsedFactor * sizeOfItem(item)
    for (const oldest of this.#parsed.keys()) {
      if (this.#parsedSize <= this.#limit) return
      this.#remove(oldest)
    }
  }

  readonly #remove = (name: string): void => {
    const scanned = this.#scanned.get(name)
    if (scanned !== undefined && this.#scanned.delete(name)) {
      this.#scannedSize -= sizeOfItem(scanned)
    }
    const parsed = this.#parsed.get(name)
    if (parsed !== undefined && this.#parsed.delete(name)) {
      this.#parsedSize -= parsedFactor * sizeOfItem(parsed)
    }
  }
}
