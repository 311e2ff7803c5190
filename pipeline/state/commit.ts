/** Commits to the state file: each takes the quota's newest counters along. */
import { Clock, Effect } from "effect"
import type { Database } from "./Database.ts"
import { setMetaIn } from "./meta.ts"
import { type QuotaRow, saveQuotaIn } from "./quota.ts"

/** Returns the commits of the run `epoch`, and how the quota's counters are handed to the next of them. */
export const makeCommit = (db: Database, epoch: number) => {
  let riding: ReadonlyArray<QuotaRow> = []
  const total = () => Number(db.all(`select total_changes() as n`)[0]?.["n"])
  let changed = false
  /**
   * Every commit includes the newest quota counters. A commit of more than `idle` rows marks the file as
   * changed by this run, so that its backup is made again.
   */
  const commit = <A>(body: (now: number) => A, idle: number | ((result: A) => number) = 0) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) =>
      db.transaction(() => {
        const quota = riding
        saveQuotaIn(db, quota)
        const before = total()
        const result = body(now)
        const changes = changed ||
          total() - before > (typeof idle === "number" ? idle : idle(result))
        if (changes && !changed) setMetaIn(db, "changed", String(epoch))
        return { changes, quota, result }
      }).pipe(Effect.map(({ changes, quota, result }) => {
        // Not before it is committed: what is rolled back rides along again.
        changed = changes
        if (riding === quota) riding = []
        return result
      })))

  return {
    commit,
    ride: (rows: ReadonlyArray<QuotaRow>): void => {
      riding = rows
    },
  }
}
