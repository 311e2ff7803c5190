/**
 * Gear: every bike and pair of shoes that the profile or an activity names; when it is first seen, and
 * again when it was used since, at most once a week.
 */
import { Effect, Option } from "effect"
import type { AthleteId } from "../../schemas/Athlete.ts"
import * as Stage from "./Stage.ts"
import { StateFile } from "../state/StateFile.ts"
import { Strava } from "../strava/Strava.ts"
import { activitiesStage } from "./activities.ts"
import { athleteStage, gearOfProfile } from "./athlete.ts"
import { type Asking, nothing } from "./items/fetchItems.ts"
import { ahead, type Candidate, fetchDue } from "./items/periodic.ts"

const asking = {
  resource: "gear",
  ask: (id) => Effect.flatMap(Strava, (strava) => strava.gear(id)),
  named: true,
} satisfies Asking

/** The gear that is known of, most lately used first, then what was never used. */
const known = Effect.fnUntraced(function* (owner: AthleteId) {
  const used = yield* (yield* StateFile).optionalItems.usedGear(owner)
  const ids = new Set(used.map(({ id }) => id))
  const unused = (yield* gearOfProfile(owner)).filter((id) => !ids.has(id))
  return [
    ...used.map(({ id, last }): Candidate => ({ id, changed: last })),
    ...unused.map((id): Candidate => ({ id, changed: 0 })),
  ]
})

/** Requests that the stage would send now, for the gear that is known of. */
export const gearAhead = (owner: AthleteId) =>
  Effect.flatMap(known(owner), (wanted) => ahead(owner, "gear", wanted))

export const gearStage = Stage.make({
  name: "gear",
  needs: { activities: activitiesStage, athlete: athleteStage },
  run: ({ athlete }) =>
    Effect.flatMap(known(athlete), (wanted) => fetchDue(athlete, asking, wanted)),
  recall: () => Effect.succeed(Option.some(nothing)),
})
