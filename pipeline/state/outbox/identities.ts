/** The sinks that a state file has been used with. */
import type { StateDatabase } from "../file/Database.ts"

/** Identity of each sink that has been used, by its name: see `recognizeIn`. */
export const identitiesIn = (db: StateDatabase): ReadonlyMap<string, string> =>
  new Map(
    db.all(`select key, value from meta where key like 'sink %'`).map(({ key, value }) => [
      String(key).slice("sink ".length),
      String(value),
    ]),
  )
