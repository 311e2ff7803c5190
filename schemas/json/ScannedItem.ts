/** An item of streams whose text is decoded only if it is read. Never spread it: the copy would lack `text`. */
import type { AthleteId } from "../Athlete.ts"
import type { Item, ItemKey } from "../Item.ts"
import { packed } from "./compress.ts"
import { hashOf } from "./hash.ts"
import { release } from "./release.ts"
import { textIn } from "./samples.ts"
import type { Scan } from "./scan.ts"

export class ScannedItem implements Item {
  readonly athlete: AthleteId
  readonly resource = "streams"
  readonly id: string
  readonly hash: string
  readonly fetchedAt: number
  #scan: Scan | undefined
  #text: string | undefined
  #packed: Uint8Array | undefined

  constructor(
    { athlete, id }: Omit<ItemKey, "resource">,
    { fetchedAt, hash, scan }: Required<Pick<Item, "fetchedAt" | "hash" | "scan">>,
  ) {
    this.athlete = athlete
    this.id = id
    this.hash = hash
    this.fetchedAt = fetchedAt
    this.#scan = scan
  }

  /** Throws after `release`. */
  get scan(): Scan {
    if (this.#scan === undefined) {
      throw new Error(`Cannot read the streams of activity ${this.id}: they were released.`)
    }
    return this.#scan
  }

  /** Compressed once, for both the state file and PostgreSQL. */
  get packed(): Uint8Array {
    return this.#packed ??= packed(this.scan.bytes)
  }

  get text(): string {
    const { bytes } = this.scan
    return this.#text ??= textIn(bytes, 0, bytes.length)
  }

  release(): void {
    const { bytes } = this.scan
    this.#scan = undefined
    release(bytes)
  }
}

/** Returns the item that scanned streams are, received at `fetchedAt` (milliseconds since 1970). */
export const itemFromScan = (
  key: Omit<ItemKey, "resource">,
  scan: Scan,
  fetchedAt: number,
): Item => new ScannedItem(key, { fetchedAt, hash: hashOf(scan.bytes), scan })
