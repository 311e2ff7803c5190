/** Stats: the athlete's totals as Strava counts them, once a week. */
import { Effect } from "effect"
import { AthleteId } from "../../schemas/Athlete.ts"
import * as Stage from "./Stage.ts"
import { Strava } from "../strava/Strava.ts"
import { activitiesStage } from "./activities.ts"
import { athleteStage } from "./athlete.ts"
import { type Asking, nothing } from "./items/fetchItems.ts"
import { ahead, fetchDue, oneOf } from "./items/periodic.ts"

const asking = {
  resource: "stats",
  ask: (id) =>
    Effect.asSome(Effect.flatMap(Strava, (strava) => strava.stats(AthleteId.make(Number(id))))),
} satisfies Asking

/** Requests that the stage would send now: one a week. */
export const statsAhead = (owner: AthleteId) => ahead(owner, "stats", oneOf(owner))

/** Only after the list has told whose data it is: this answer does not. */
export const statsStage = Stage.make({
  name: "stats",
  needs: { activities: activitiesStage, athlete: athleteStage },
  run: ({ athlete }) => fetchDue(athlete, asking, oneOf(athlete)),
  recall: () => Effect.succeedSome(nothing),
})
