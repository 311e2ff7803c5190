/** The counters of Strava's limits, as rows of the state file. */
import type { Database } from "./Database.ts"

/** How much of a quota window is used; `start` in milliseconds since 1970. */
export interface QuotaRow {
  readonly bucket: string
  readonly start: number
  readonly used: number
  readonly cap: number
}

export const quotaIn = (all: Database["all"]): ReadonlyArray<QuotaRow> =>
  all(`select bucket, start, used, cap from quota`).map((row) => ({
    bucket: String(row["bucket"]),
    start: Number(row["start"]),
    used: Number(row["used"]),
    cap: Number(row["cap"]),
  }))

/** Inside a transaction. */
export const saveQuotaIn = (db: Database, rows: ReadonlyArray<QuotaRow>): void => {
  for (const { bucket, cap, start, used } of rows) {
    db.run(`insert or replace into quota values (?, ?, ?, ?)`, bucket, start, used, cap)
  }
}
