/** The ledger beside Strava's lists: what is known, what a list lacked, what was held back for it. */
import { Clock, Effect } from "effect"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import type { Resource } from "../../../schemas/Item.ts"
import type { Without } from "../../../sinks/Sink.ts"
import type { StateDatabase } from "../file/Database.ts"
import { metaIn, setMetaIn } from "../file/meta.ts"
import type { StateError } from "../StateError.ts"
import {
  holdsPrivateIn,
  knownIn,
  type ListScope,
  type MissedActivity,
  missedIn,
  ofActivity,
  recordSeen,
  witnessIn,
} from "./activityIndex.ts"

/** Activities that were not on the list and are not deleted for it: too much would go at once. */
export interface HeldBack {
  readonly count: number
  /** In words, for people. */
  readonly why: string
  /** Some of them, newest first; a file of an earlier version has none. */
  readonly ids?: ReadonlyArray<string>
  /** Number of activities on the list; a file of an earlier version does not tell. */
  readonly listed?: number
  /** Number of activities that were known; a file of an earlier version does not tell. */
  readonly known?: number
  /** Whether the list was of all; a file of an earlier version does not tell. */
  readonly whole?: boolean
}

export interface Lists {
  /**
   * How many activities are here; how many Strava lists, with those that were purged; and when the newest
   * of them began (milliseconds since 1970).
   */
  known(athlete: AthleteId): Effect.Effect<
    { readonly count: number; readonly listed: number; readonly newest: number | undefined },
    StateError
  >
  /** True if Strava's list has been read to its end once. */
  isComplete(athlete: AthleteId): Effect.Effect<boolean, StateError>
  /** How many known activities began after this (milliseconds since 1970). */
  countSince(athlete: AthleteId, after: number): Effect.Effect<number, StateError>
  /** The activities that should have been on the list and were on none since it began, newest first. */
  missed(
    athlete: AthleteId,
    scope: ListScope,
  ): Effect.Effect<ReadonlyArray<MissedActivity>, StateError>
  /** Whether the list held any activity that only the athlete sees. */
  hasPrivate(athlete: AthleteId, list: number): Effect.Effect<boolean, StateError>
  /** A private activity that the list held, or that began too long ago for it. */
  witness(athlete: AthleteId, scope: ListScope): Effect.Effect<string | undefined, StateError>
  /** Strava has it, though the list lacked it. */
  recordSeen(
    athlete: AthleteId,
    id: string,
    list: number,
    start: number,
  ): Effect.Effect<void, StateError>
  /** What is held back, if anything. */
  readonly heldBack: Effect.Effect<HeldBack | undefined, StateError>
  /** Note what is held back; nothing, where it is undefined. */
  holdBack(held: HeldBack | undefined, whole: boolean): Effect.Effect<void, StateError>
  /** Everything of an activity's that has no answer, and why. */
  readonly missing: Effect.Effect<ReadonlyArray<Without>, StateError>
}

const key = "deletions"

/** What is held back, if anything. */
export const heldBackIn = (db: StateDatabase): HeldBack | undefined => {
  const text = metaIn(db.all, key)
  return text === undefined || text === "" ? undefined : JSON.parse(text)
}

const withoutIn = (db: StateDatabase): ReadonlyArray<Without> =>
  db.all(
    `select athlete, resource, id, status, reason from item
       where resource in ${ofActivity}
         and status in ('absent', 'quarantined', 'skipped', 'purged')`,
  ).map((row) => ({
    athlete: Number(row["athlete"]) as AthleteId,
    resource: row["resource"] as Resource,
    id: String(row["id"]),
    status: row["status"] as Without["status"],
    reason: String(row["reason"] ?? ""),
  }))

/** The lists of `db`; `commit` runs a transaction that is no change worth a copy of the file. */
export const listsIn = (
  db: StateDatabase,
  commit: <A>(body: () => A) => Effect.Effect<A, StateError>,
): Lists => ({
  known: (athlete) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => db.read(() => knownIn(db, athlete, now))),
  isComplete: (athlete) =>
    db.read(() =>
      db.all(
        `select 1 from cursor where athlete = ? and stage in ('activities', 'sweep')
           and json_valid(value) and json_extract(value, '$.whole') is not null limit 1`,
        athlete,
      ).length > 0
    ),
  countSince: (athlete, after) =>
    db.read(() =>
      Number(
        db.all(
          `select count(*) as count from item where athlete = ? and resource = 'activities'
             and status <> 'deleted' and start > ?`,
          athlete,
          after,
        )[0]?.["count"],
      )
    ),
  missed: (athlete, scope) => db.read(() => missedIn(db, athlete, scope)),
  hasPrivate: (athlete, list) => db.read(() => holdsPrivateIn(db, athlete, list)),
  witness: (athlete, scope) => db.read(() => witnessIn(db, athlete, scope)),
  recordSeen: (athlete, id, list, start) =>
    commit(() => {
      recordSeen(db, athlete, id, list)
      if (start > 0) {
        db.run(
          `update item set start = ?3 where athlete = ?1 and id = ?2
             and resource in ${ofActivity} and start <> ?3`,
          athlete,
          id,
          start,
        )
      }
    }),
  heldBack: db.read(() => heldBackIn(db)),
  holdBack: (held, whole) =>
    commit(() => {
      const before = heldBackIn(db)
      // The list of the last weeks says nothing of what a whole one found missing besides.
      if (!whole && before?.whole !== false && (before?.count ?? 0) > (held?.count ?? 0)) return
      const text = held === undefined ? "" : JSON.stringify({ ...held, whole })
      if ((metaIn(db.all, key) ?? "") !== text) setMetaIn(db, key, text)
    }),
  missing: db.read(() => withoutIn(db)),
})
