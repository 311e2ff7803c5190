/** The counters of Strava's limits, as rows of the state file. */
import type { StateDatabase } from "../file/Database.ts"

/** How much of a quota window is used; `start` in milliseconds since 1970. */
export interface QuotaRow {
  readonly bucket: string
  readonly start: number
  readonly used: number
  readonly cap: number
}

export const quotaIn = (all: StateDatabase["all"]): ReadonlyArray<QuotaRow> =>
  all(`select bucket, start, used, cap from quota`).map((row) => ({
    bucket: String(row["bucket"]),
    start: Number(row["start"]),
    used: Number(row["used"]),
    cap: Number(row["cap"]),
  }))

/** Everything that is stored of the quota at one moment. */
export interface QuotaState {
  readonly rows: ReadonlyArray<QuotaRow>
  /** Texts by their keys in the table `meta`. */
  readonly facts: Readonly<Record<string, string>>
}

/** Inside a transaction: stores the quota; a fact that has not changed costs no write. */
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
