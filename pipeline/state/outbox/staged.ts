/** Staged responses: bodies of items in the outbox, compressed, in the table `staged`. */
import { Option, Schema } from "effect"
import type { Item, ItemKey } from "../../../schemas/Item.ts"
import { packedItem } from "../../../schemas/Item.ts"
import { unpacked } from "../../../schemas/json/compress.ts"
import { hashOf } from "../../../schemas/json/hash.ts"
import { checkedItem } from "../../../schemas/json/ParsedItem.ts"
import { scan } from "../../../schemas/json/scan.ts"
import { ScannedItem } from "../../../schemas/json/ScannedItem.ts"
import { textOf } from "../../../schemas/json/utf8.ts"
import type { StateDatabase } from "../file/Database.ts"
import { row } from "../file/rows.ts"

const StagedRow = row({
  hash: Schema.String,
  fetched_at: Schema.Int,
  body: Schema.Uint8Array,
})

/** Inside a transaction: stages the response of an item. */
export const stageItem = (db: StateDatabase, item: Item) =>
  db.run(
    `insert or replace into staged values (?, ?, ?, ?, ?, ?)`,
    item.athlete,
    item.resource,
    item.id,
    item.hash,
    item.fetchedAt,
    packedItem(item),
  )

/** Inside a transaction: deletes the staged response of an item. */
export const unstage = (db: StateDatabase, { athlete, resource, id }: ItemKey) =>
  db.run(`delete from staged where athlete = ? and resource = ? and id = ?`, athlete, resource, id)

/**
 * Returns the item whose response is staged; undefined if there is none or it is damaged. SQLite has no checksum
 * of a row, so the bytes must have the stored hash.
 */
export const stagedItem = (
  db: StateDatabase,
  { athlete, id, resource }: ItemKey,
  /** False if the parsed response would take too much memory. */
  keepsValue = true,
): Item | undefined => {
  const stored = db.first(
    StagedRow,
    `select hash, fetched_at, body from staged where athlete = ? and resource = ? and id = ?`,
    athlete,
    resource,
    id,
  )
  if (stored === undefined) return undefined
  const { body, fetched_at: fetchedAt, hash } = stored
  const bytes = Option.getOrUndefined(unpacked(body))
  if (bytes === undefined || hashOf(bytes) !== hash) return undefined
  const scanned = resource === "streams" ? scan(bytes) : undefined
  return scanned === undefined
    ? checkedItem(
      { athlete, resource, id },
      { text: textOf(bytes), hash, fetchedAt },
      { keepsValue },
    )
    : new ScannedItem({ athlete, id }, { fetchedAt, hash, scan: scanned })
}
