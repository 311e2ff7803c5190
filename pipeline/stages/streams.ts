/**
 * Streams: the samples of each activity that has any and whose samples are not there yet, newest first,
 * all types in one request.
 */
import { Effect } from "effect"
import type { AthleteId } from "../../schemas/Athlete.ts"
import * as Stage from "./Stage.ts"
import { Strava } from "../strava/Strava.ts"
import { activitiesStage } from "./activities.ts"
import { athleteStage } from "./athlete.ts"
import { type Asking, nothing } from "./items/fetchItems.ts"
import { activitiesAhead, fetchEach } from "./items/perActivity.ts"

const asking = {
  resource: "streams",
  ask: (id) => Effect.flatMap(Strava, (strava) => strava.streams(id)),
} satisfies Asking

/** How many activities the stage would ask for the samples of at `at`, and what there is besides. */
export const streamsAhead = (owner: AthleteId, at: number) => activitiesAhead(owner, "streams", at)

/** Fetch the samples that are listed and not had, as far as the run's options say; gives what came of it. */
export const fetchStreams = Effect.fn("streams.fetch")((owner: AthleteId) =>
  fetchEach(owner, asking)
)

export const streamsStage = Stage.make({
  name: "streams",
  needs: { activities: activitiesStage, athlete: athleteStage },
  run: ({ athlete }) => fetchStreams(athlete),
  recall: () => Effect.succeedSome(nothing),
})
