/** Creates items from responses. */
import { hashOf } from "../../../schemas/json/hash.ts"
import type { Item, ItemKey } from "../../../schemas/Item.ts"
import type { Scan } from "../../../schemas/json/scan.ts"
import { ScannedItem } from "../../../schemas/json/ScannedItem.ts"

/** Returns the item of a response, received at `fetchedAt` (milliseconds since 1970). */
export const itemFrom = (key: ItemKey, text: string, fetchedAt: number): Item => ({
  ...key,
  text,
  hash: hashOf(text),
  fetchedAt,
})

/** Returns the item of scanned streams, received at `fetchedAt` (milliseconds since 1970). */
export const itemFromScan = (
  key: Omit<ItemKey, "resource">,
  scan: Scan,
  fetchedAt: number,
): Item => new ScannedItem(key, { fetchedAt, hash: hashOf(scan.bytes), scan })
