/** Stats: the athlete's totals as Strava counts them, once a week. */
import { periodic } from "./itemStages.ts"

export const statsStage = periodic({
  resource: "stats",
  request: (id) => ({
    what: "read the athlete's totals",
    path: `/athletes/${id}/stats`,
    shape: "object",
    mayBeMissing: false,
  }),
})
