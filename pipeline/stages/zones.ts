/** Zones: the athlete's zones of heart rate and power, once a week. */
import { Effect } from "effect"
import type { AthleteId } from "../../schemas/Athlete.ts"
import * as Stage from "./Stage.ts"
import { Strava } from "../strava/Strava.ts"
import { activitiesStage } from "./activities.ts"
import { athleteStage } from "./athlete.ts"
import { type Asking, nothing } from "./items/fetchItems.ts"
import { ahead, fetchDue, oneOf } from "./items/periodic.ts"

const asking = {
  resource: "zones",
  ask: () => Effect.asSome(Effect.flatMap(Strava, (strava) => strava.zones)),
} satisfies Asking

/** Requests that the stage would send now: one a week. */
export const zonesAhead = (owner: AthleteId) => ahead(owner, "zones", oneOf(owner))

/** Only after the list has told whose data it is: this answer does not. */
export const zonesStage = Stage.make({
  name: "zones",
  needs: { activities: activitiesStage, athlete: athleteStage },
  run: ({ athlete }) => fetchDue(athlete, asking, oneOf(athlete)),
  recall: () => Effect.succeedSome(nothing),
})
