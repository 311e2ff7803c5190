/**
 * Imported items that were lost: no request returns them, so the next import stores them again. Their streams are
 * pending meanwhile, so that the API replaces them.
 */
import { isExportResource, type ItemKey } from "../../../schemas/Item.ts"
import type { StateDatabase } from "../file/Database.ts"
import { reasons } from "../ledger/reasons.ts"
import { deleteOrigin } from "./origins.ts"
import { isOfApi } from "./sourceColumn.ts"

/** SQL: assignments that make a lost item one that the API has, with the reason if it was imported. */
export const lostSource =
  `reason = case when ${isOfApi} then reason else '${reasons.lostImport}' end, source = 'api'`

/**
 * Inside a transaction: makes the next import store a lost item again. Returns true if the ledger entry was deleted,
 * because the API does not have its resource.
 */
export const recordLostImport = (
  db: StateDatabase,
  { athlete, id, resource }: ItemKey,
): boolean => {
  const isImported = db.has(
    `select 1 from item where athlete = ? and resource = ? and id = ? and not ${isOfApi}`,
    athlete,
    resource,
    id,
  )
  if (isImported) deleteOrigin(db, athlete, id)
  if (!isExportResource(resource)) return false
  const key = [athlete, resource, id] as const
  db.run(`delete from staged where athlete = ? and resource = ? and id = ?`, ...key)
  return db.run(`delete from item where athlete = ? and resource = ? and id = ?`, ...key) > 0
}
