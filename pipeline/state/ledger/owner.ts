/** The athlete whose data a state file holds. */
import { AthleteId } from "../../../schemas/Athlete.ts"
import type { StateDatabase } from "../file/Database.ts"

/** Athlete of the items; undefined while there are none. */
export const athleteIn = (db: StateDatabase): AthleteId | undefined => {
  const row = db.all(`select athlete from item limit 1`)[0]
  return row === undefined ? undefined : AthleteId.make(Number(row["athlete"]))
}

/** The same, but undefined until the profile has been fetched. */
export const ownerIn = (db: StateDatabase): AthleteId | undefined => {
  const row = db.all(
    `select id from item where athlete = (select athlete from item limit 1) and resource = 'athlete'`,
  )[0]
  return row === undefined ? undefined : AthleteId.make(Number(row["id"]))
}
