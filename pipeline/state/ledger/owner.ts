/** Athlete whose data a state file holds. */
import { Schema } from "effect"
import { AthleteId } from "../../../schemas/Athlete.ts"
import type { StateDatabase } from "../file/Database.ts"
import { row } from "../file/rows.ts"

const AthleteRow = row({ athlete: AthleteId })
const ProfileRow = row({ id: Schema.String })

/** Returns the athlete of the items; undefined while there are none. */
export const athleteIn = (db: StateDatabase): AthleteId | undefined =>
  db.first(AthleteRow, `select athlete from item limit 1`)?.athlete

/** Returns the athlete of the items; undefined until the profile has been fetched. */
export const ownerIn = (db: StateDatabase): AthleteId | undefined => {
  const profile = db.first(
    ProfileRow,
    `select id from item where athlete = (select athlete from item limit 1) and resource = 'athlete'`,
  )
  return profile === undefined ? undefined : AthleteId.make(Number(profile.id))
}
