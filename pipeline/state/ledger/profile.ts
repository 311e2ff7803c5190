/** The athlete's profile, which the cursor of its stage stores too, for sinks that are added later. */
import { Effect } from "effect"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import type { Sink, SinkError } from "../../../sinks/Sink.ts"
import type { StateDatabase } from "../file/Database.ts"
import type { StateError } from "../StateError.ts"

/** Stores the profile from one of `sinks`, unless one is stored. */
export const keepProfile = Effect.fnUntraced(function* (
  db: StateDatabase,
  sinks: ReadonlyArray<Sink>,
  athlete: AthleteId,
): Effect.fn.Return<void, StateError | SinkError> {
  const isStored = yield* db.read(() =>
    db.has(`select 1 from cursor where athlete = ? and stage = 'athlete'`, athlete)
  )
  if (isStored) return
  for (const sink of sinks) {
    const [kept] = yield* sink.kept("athlete", [String(athlete)])
    if (kept === undefined) continue
    const value = JSON.stringify({ fetchedAt: kept.fetchedAt, text: kept.text })
    return yield* db.transaction(() =>
      void db.run(`insert into cursor values (?, 'athlete', ?)`, athlete, value)
    )
  }
})

/** Inside a transaction: deletes the purged profile. Its time stays, so that it is fetched when it is due. */
export const forgetProfile = (db: StateDatabase, athlete: AthleteId): void =>
  void db.run(
    `update cursor set value = json_remove(value, '$.text')
       where athlete = ? and stage = 'athlete' and json_valid(value)`,
    athlete,
  )
