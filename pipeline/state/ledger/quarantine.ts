/** Quarantined items: times of their retries, and retrying all of them now. */
import type { StateDatabase } from "../file/Database.ts"

export const quarantineDay = 24 * 60 * 60_000
const mostDays = 30

/** A daily run starts some minutes early or late, and must not miss a retry because of them. */
export const leeway = 60 * 60_000

/**
 * Returns the time of the next try after `tries` failures in a row, in milliseconds since 1970: after 1, 2, 4, 8,
 * 16 and at most 30 days, each less an hour.
 */
export const nextTryAfter = (tries: number, now: number): number =>
  now + Math.min(2 ** (tries - 1), mostDays) * quarantineDay - leeway

/**
 * Inside a transaction: makes all quarantined, skipped and incomplete items due now, also those refused by a
 * sink. Returns how many were not due.
 */
export const retryNowIn = (db: StateDatabase, now: number): number =>
  db.run(`update item set next_try = ?1 where status = 'quarantined' and next_try > ?1`, now) +
  db.run(
    `update item set next_try = ?1 where status = 'skipped' and resource <> 'streams'
       and (next_try is null or next_try > ?1)`,
    now,
  ) +
  db.run(`update item set recheck = ?1 where recheck > ?1`, now) +
  db.run(`update pending set next_try = ?1 where reason is not null and next_try > ?1`, now)
