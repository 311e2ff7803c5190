/** The profile's answer, which is kept with the cursor of its stage too, for a sink that is added later. */
import { Effect } from "effect"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import type { Sink, SinkError } from "../../../sinks/Sink.ts"
import type { StateDatabase } from "../file/Database.ts"
import type { StateError } from "../StateError.ts"

/** Keep what one of `sinks` has of it, where there is none. */
export const keepProfile = Effect.fnUntraced(function* (
  db: StateDatabase,
  sinks: ReadonlyArray<Sink>,
  athlete: AthleteId,
): Effect.fn.Return<void, StateError | SinkError> {
  const known = yield* db.read(() =>
    db.all(`select 1 from cursor where athlete = ? and stage = 'athlete'`, athlete).length
  )
  if (known > 0) return
  for (const sink of sinks) {
    const [kept] = yield* sink.kept("athlete", [String(athlete)])
    if (kept === undefined) continue
    const value = JSON.stringify({ fetchedAt: kept.fetchedAt, text: kept.text })
    return yield* db.transaction(() =>
      void db.run(`insert into cursor values (?, 'athlete', ?)`, athlete, value)
    )
  }
})

/** Inside a transaction: it is purged. When it was had stays, so that it is asked for when it is due. */
export const forgetProfile = (db: StateDatabase, athlete: AthleteId): void =>
  void db.run(
    `update cursor set value = json_remove(value, '$.text')
       where athlete = ? and stage = 'athlete' and json_valid(value)`,
    athlete,
  )
