/** Making an item of an answer. */
import type { Item, ItemKey } from "../../schemas/Item.ts"
import { hashOf } from "./outbox.ts"

/** The item that `text` is, received at `fetchedAt` (milliseconds since 1970). */
export const itemFrom = (key: ItemKey, text: string, fetchedAt: number): Item => ({
  ...key,
  text,
  hash: hashOf(text),
  fetchedAt,
})
