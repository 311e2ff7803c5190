/** What is set aside: when it is tried again by itself, and how all of it is made due at once. */
import type { StateDatabase } from "../file/Database.ts"

export const quarantineDay = 24 * 60 * 60_000
const mostDays = 30

/** A run of every day comes some minutes early or late, and must not miss its day by them. */
export const leeway = 60 * 60_000

/**
 * When to try again what has failed `tries` times in a row, in milliseconds since 1970: a day later, then
 * 2, 4, 8, 16 and at most 30 days later, each less an hour.
 */
export const nextTryAfter = (tries: number, now: number): number =>
  now + Math.min(2 ** (tries - 1), mostDays) * quarantineDay - leeway

/** Inside a transaction: what is set aside is due now, at Strava and at the sinks; gives how many. */
export const retryNowIn = (db: StateDatabase, now: number): number =>
  db.run(`update item set next_try = ?1 where status = 'quarantined' and next_try > ?1`, now) +
  db.run(
    `update item set next_try = ?1 where status = 'skipped' and resource <> 'streams'
       and (next_try is null or next_try > ?1)`,
    now,
  ) +
  db.run(`update item set recheck = ?1 where recheck > ?1`, now) +
  db.run(`update pending set next_try = ?1 where reason is not null and next_try > ?1`, now)
