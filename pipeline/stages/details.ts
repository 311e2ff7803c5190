/** Details: description, laps, splits and efforts of each activity; a request each, so off at first. */
import { Effect } from "effect"
import type { AthleteId } from "../../schemas/Athlete.ts"
import * as Stage from "./Stage.ts"
import { StateFile } from "../state/StateFile.ts"
import { Strava } from "../strava/Strava.ts"
import { activitiesStage } from "./activities.ts"
import { athleteStage } from "./athlete.ts"
import { isOn } from "./items/optional.ts"
import { type Asking, nothing } from "./items/fetchItems.ts"
import { activitiesAhead, fetchEach } from "./items/perActivity.ts"

const asking = {
  resource: "details",
  ask: (id) => Effect.flatMap(Strava, (strava) => strava.details(id)),
  named: true,
} satisfies Asking

/** How many activities the stage would ask for at `at` if it is turned on, and what there is besides. */
export const detailsAhead = Effect.fnUntraced(function* (owner: AthleteId, at: number) {
  const ahead = yield* activitiesAhead(owner, "details", at)
  const on = yield* isOn("details")
  return { ...ahead, on, requests: on ? ahead.requests : 0 }
})

/** Likewise the details, where they are turned on: of every activity that is known and not deleted. */
export const fetchDetails = Effect.fn("details.fetch")(function* (owner: AthleteId) {
  if (!(yield* isOn("details"))) return nothing
  yield* (yield* StateFile).optionalItems.listDetails(owner)
  return yield* fetchEach(owner, asking)
})

export const detailsStage = Stage.make({
  name: "details",
  needs: { activities: activitiesStage, athlete: athleteStage },
  run: ({ athlete }) => fetchDetails(athlete),
  recall: () => Effect.succeedSome(nothing),
})
