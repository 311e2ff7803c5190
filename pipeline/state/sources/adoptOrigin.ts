/** Origins after a loss: rebuilt from the rows of the export in sinks, and deleted with lost imports. */
import { Option, Schema } from "effect"
import type { Item } from "../../../schemas/Item.ts"
import { resources } from "../../../schemas/resources.ts"
import type { StateDatabase } from "../file/Database.ts"
import { recordOrigin } from "./origins.ts"

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(resources.export.schema))

/**
 * Inside a transaction: records the origin that a row of the export states. The hash of the row in the table is
 * unknown, so that the next import reads it again.
 */
export const adoptOrigin = (
  db: StateDatabase,
  { athlete, fetchedAt: exported, id, text }: Item,
): void => {
  const row = Option.getOrUndefined(decode(text))
  if (row === undefined) return
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
