/** Counters of Strava's rate limit, as rows of the state file. */
import { Schema } from "effect"
import type { StateDatabase } from "../file/Database.ts"
import { row } from "../file/rows.ts"

const QuotaColumns = row({
  bucket: Schema.String,
  start: Schema.Int,
  used: Schema.Int,
  cap: Schema.Int,
})

/** Usage of a quota window; `start` in milliseconds since 1970. */
export type QuotaRow = Readonly<ReturnType<typeof QuotaColumns>>

export const quotaIn = (db: StateDatabase): ReadonlyArray<QuotaRow> =>
  db.all(QuotaColumns, `select bucket, start, used, cap from quota`)

/** Stored state of the quota. */
export interface QuotaState {
  readonly rows: ReadonlyArray<QuotaRow>
  /** Texts by their keys in the table `meta`. */
  readonly facts: Readonly<Record<string, string>>
}

/** Inside a transaction: stores the quota. A fact that has not changed is not written. */
export const saveQuotaIn = (db: StateDatabase, { facts, rows }: QuotaState): void => {
  for (const [key, value] of Object.entries(facts)) {
    db.run(
      `insert into meta values (?1, ?2) on conflict do update set value = ?2 where value <> ?2`,
      key,
      value,
    )
  }
  for (const { bucket, cap, start, used } of rows) {
    db.run(`insert or replace into quota values (?, ?, ?, ?)`, bucket, start, used, cap)
  }
}
