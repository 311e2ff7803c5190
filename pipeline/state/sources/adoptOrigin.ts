/** Origins after a loss: rebuilt from the rows of the export in sinks, and deleted with lost imports. */
import { Option, Schema } from "effect"
import type { Item } from "../../../schemas/Item.ts"
import { resources } from "../../../schemas/resources.ts"
import type { StateDatabase } from "../file/Database.ts"
import { parseTime } from "../../../schemas/time.ts"
import { recordOrigin } from "./origins.ts"
import { isOfApi } from "./sourceColumn.ts"

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(resources.export.schema))

/**
 * Inside a transaction, after the other items of the activity: records the origin that a row of the export states,
 * and its time for all of them, because a file has only the time when it was written. The hash of the row in the
 * table is unknown, so that the next import reads it again.
 */
export const adoptOrigin = (
  db: StateDatabase,
  { athlete, fetchedAt, id, text }: Item,
): void => {
  const row = Option.getOrUndefined(decode(text))
  if (row === undefined) return
  const exported = parseTime(row.exported_at) || fetchedAt
  db.run(
    `update item set fetched = ?3 where athlete = ?1 and id = ?2 and not ${isOfApi}
       and resource in ('activities', 'streams', 'export')`,
    athlete,
    id,
    exported,
  )
  recordOrigin(db, {
    athlete,
    id,
    rowHash: "",
    file: row.file?.name ?? null,
    version: row.file?.version ?? null,
    archive: row.archive ?? "",
    exported,
  })
}
