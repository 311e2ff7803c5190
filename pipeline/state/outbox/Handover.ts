/**
 * Streams in memory that are committed and undelivered, so that delivery does not read, unpack and scan them
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

const keyOf = ({ athlete, id, resource }: ItemKey): string => `${athlete}/${resource}/${id}`

export class Handover {
  readonly #items = new Map<string, Item>()
  readonly #limit: number
  #size = 0

  constructor(limit: number) {
    this.#limit = limit
  }

  /** Adds items whose checkpoint is committed: those with a scan, until the limit is reached. */
  readonly put = (items: ReadonlyArray<Item>): void => {
    this.drop(items)
    for (const item of items) {
      if (item.scan === undefined || this.#size + sizeOfItem(item) > this.#limit) continue
      this.#items.set(keyOf(item), item)
      this.#size += sizeOfItem(item)
    }
  }

  /** Returns the item if its response has this hash. */
  readonly get = (key: ItemKey, hash: string): Item | undefined => {
    const item = this.#items.get(keyOf(key))
    return item?.hash === hash ? item : undefined
  }

  /** Drops items that no sink lacks, or that stay in the state file for a later run. */
  readonly drop = (keys: ReadonlyArray<ItemKey>): void => {
    for (const key of keys) {
      const item = this.#items.get(keyOf(key))
      if (item === undefined) continue
      this.#items.delete(keyOf(key))
      this.#size -= sizeOfItem(item)
    }
  }

  /**
   * Drops items, and frees the bytes of delivered ones: V8 would keep them until its next full collection,
   * hundreds of responses later. Nothing may read such an item afterwards.
   */
  readonly settle = ({ delivered, quarantined }: SettledItems): void => {
    this.drop(quarantined)
    for (const item of delivered) {
      const isOurs = this.#items.get(keyOf(item)) === item
      this.drop([item])
      if (isOurs) item.release?.()
    }
  }
}
