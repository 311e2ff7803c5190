/** Comparison of the ledger with Strava's lists: known activities, missing ones, and deletions held back. */
import { Clock, Effect, Schema } from "effect"
import { AthleteId } from "../../../schemas/Athlete.ts"
import { ResourceName } from "../../../schemas/Item.ts"
import type { MissingResponse } from "../../../sinks/Sink.ts"
import type { StateDatabase } from "../file/Database.ts"
import { row } from "../file/rows.ts"
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
import { reasonText } from "./reasons.ts"

/** Activities that were missing from the list and were not deleted, because that exceeds a safety limit. */
export interface HeldBack {
  readonly count: number
  /** Reason, as text for the user. */
  readonly why: string
  /** Ids of some of them, newest first; absent in a file of an earlier version. */
  readonly ids?: ReadonlyArray<string>
  /** Number of activities on the list; absent in a file of an earlier version. */
  readonly listed?: number
  /** Number of known activities; absent in a file of an earlier version. */
  readonly known?: number
  /** True if the list was a full one; absent in a file of an earlier version. */
  readonly whole?: boolean
}

export interface Lists {
  /**
   * Returns the number of stored activities, the number that Strava lists (including purged ones), and the
   * start of the newest (milliseconds since 1970). Imported activities that no list had do not count.
   */
  known(athlete: AthleteId): Effect.Effect<
    { readonly count: number; readonly listed: number; readonly newest: number | undefined },
    StateError
  >
  /** True if Strava's list has been read to its end once. */
  isComplete(athlete: AthleteId): Effect.Effect<boolean, StateError>
  /** Returns the number of known activities that began after this (milliseconds since 1970). */
  countSince(athlete: AthleteId, after: number): Effect.Effect<number, StateError>
  /** Returns the known activities that the list should contain and that were on no list since it began, newest first. */
  missed(
    athlete: AthleteId,
    scope: ListScope,
  ): Effect.Effect<ReadonlyArray<MissedActivity>, StateError>
  /** True if the list contains an activity that is visible only to the athlete. */
  hasPrivate(athlete: AthleteId, list: number): Effect.Effect<boolean, StateError>
  /** Returns a private activity that is on the list or too old for it; undefined if there is none. */
  witness(athlete: AthleteId, scope: ListScope): Effect.Effect<string | undefined, StateError>
  /** Records that Strava has an activity although the list lacked it. */
  recordSeen(
    athlete: AthleteId,
    id: string,
    list: number,
    start: number,
  ): Effect.Effect<void, StateError>
  /** Deletions held back; undefined if there are none. */
  readonly heldBack: Effect.Effect<HeldBack | undefined, StateError>
  /** Records the deletions held back, or with undefined that there are none. */
  holdBack(held: HeldBack | undefined, whole: boolean): Effect.Effect<void, StateError>
  /** Items of activities without a response, with the reason. */
  readonly missing: Effect.Effect<ReadonlyArray<MissingResponse>, StateError>
}

const key = "deletions"

const HeldBackText = Schema.fromJsonString(
  Schema.Struct({
    count: Schema.Int,
    why: Schema.String,
    ids: Schema.optionalKey(Schema.Array(Schema.String)),
    listed: Schema.optionalKey(Schema.Int),
    known: Schema.optionalKey(Schema.Int),
    whole: Schema.optionalKey(Schema.Boolean),
  }),
)
const decodeHeldBack = Schema.decodeUnknownSync(HeldBackText)

export const heldBackIn = (db: StateDatabase): HeldBack | undefined => {
  const text = metaIn(db, key)
  return text === undefined || text === "" ? undefined : decodeHeldBack(text)
}

const MissingRow = row({
  athlete: AthleteId,
  resource: ResourceName,
  id: Schema.String,
  status: Schema.Literals(["absent", "quarantined", "skipped", "purged"]),
  reason: Schema.NullOr(Schema.String),
})

const missingIn = (db: StateDatabase): ReadonlyArray<MissingResponse> =>
  db.all(
    MissingRow,
    `select athlete, resource, id, status, reason from item
       where resource in ${ofActivity()}
         and status in ('absent', 'quarantined', 'skipped', 'purged')`,
  ).map((missing) => ({ ...missing, reason: reasonText(missing.reason) }))

/** Returns the lists of `db`. `commit` runs a transaction that does not renew the backup. */
export const listsIn = (
  db: StateDatabase,
  commit: <A>(body: () => A) => Effect.Effect<A, StateError>,
): Lists => ({
  known: (athlete) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => db.read(() => knownIn(db, athlete, now))),
  isComplete: (athlete) =>
    db.read(() =>
      db.has(
        `select 1 from cursor where athlete = ? and stage in ('activities', 'sweep')
           and json_valid(value) and json_extract(value, '$.whole') is not null limit 1`,
        athlete,
      )
    ),
  countSince: (athlete, after) =>
    db.read(() =>
      db.count(
        `select count(*) as count from item where athlete = ? and resource = 'activities'
           and status <> 'deleted' and start > ?`,
        athlete,
        after,
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
             and resource in ${ofActivity()} and start <> ?3`,
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
      // A partial list proves nothing about older activities that a full one found missing.
      if (!whole && before?.whole !== false && (before?.count ?? 0) > (held?.count ?? 0)) return
      const text = held === undefined ? "" : JSON.stringify({ ...held, whole })
      if ((metaIn(db, key) ?? "") !== text) setMetaIn(db, key, text)
    }),
  missing: db.read(() => missingIn(db)),
})
