/** Details: description, laps, splits and efforts of each activity. One request each, so off by default. */
import { activityRequest } from "../strava/ItemRequest.ts"
import { perActivity } from "./itemStages.ts"

export const detailsStage = perActivity({ resource: "details", request: activityRequest })
