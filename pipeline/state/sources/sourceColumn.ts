/** The column `item.source`, in conditions on items. */
import { Schema } from "effect"
import type { StateDatabase } from "../file/Database.ts"

export const SourceColumn = Schema.Literals(["api", "export"])

/** False if no run since version 6 has opened the file. */
export const hasSources = (db: StateDatabase): boolean =>
  db.has(`select 1 from pragma_table_info('item') where name = 'source'`)

/**
 * SQL: false if the stored response was imported. What an export contains is not requested, whatever the API says
 * of the activity later.
 */
export const isOfApi = "source = 'api'"

/** SQL: the column, also in a file without it. */
export const sourceIn = (db: StateDatabase): string => hasSources(db) ? "source" : "'api'"

/** SQL: true if an activity was imported and no list ever had it, so that a list says nothing of it. */
export const isUnlisted = (db: StateDatabase): string =>
  hasSources(db)
    ? `(item.source = 'export' and not exists (select 1 from summary
         where summary.athlete = item.athlete and summary.id = item.id and seen > 0))`
    : "false"
