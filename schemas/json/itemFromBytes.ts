/** An item of streams from its bytes. */
import type { Item, ItemKey } from "../Item.ts"
import { itemFrom } from "./ParsedItem.ts"
import { scan } from "./scan.ts"
import { itemFromScan } from "./ScannedItem.ts"

/** Returns the item of these streams, as of `fetchedAt` (milliseconds since 1970). */
export const itemFromBytes = (
  key: Omit<ItemKey, "resource">,
  bytes: Uint8Array,
  fetchedAt: number,
): Item => {
  const scanned = scan(bytes)
  return scanned === undefined
    ? itemFrom({ ...key, resource: "streams" }, new TextDecoder().decode(bytes), fetchedAt)
    : itemFromScan(key, scanned, fetchedAt)
}
