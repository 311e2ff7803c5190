/** The sinks that a state file has been used with. */
import type { Database } from "../file/Database.ts"

/** Identity of each sink that has been used, by its name: see `recognizeIn`. */
export const identitiesIn = (db: Database): ReadonlyMap<string, string> =>
  new Map(
    db.all(`select key, value from meta where key like 'sink %'`).map(({ key, value }) => [
      String(key).slice("sink ".length),
      String(value),
    ]),
  )
