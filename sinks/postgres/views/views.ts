/** The views that people and charts query. */
import { activities } from "./activities.ts"
import { coverage } from "./coverage.ts"
import { bestEfforts } from "./efforts.ts"
import { heartRateZones, streamPoints } from "./samples.ts"
import { daily, weekly, yearToDate } from "./totals.ts"
import { statementsOf, type View } from "./View.ts"

/** All views as the newest version has them. A changed view needs its statements in a new migration. */
export const views: ReadonlyArray<View> = [
  activities,
  daily,
  weekly,
  yearToDate,
  streamPoints,
  bestEfforts,
  heartRateZones,
  coverage,
]

/** Statements that create all views, or bring views that exist up to date. */
export const viewsNow: ReadonlyArray<string> = views.flatMap(statementsOf)
