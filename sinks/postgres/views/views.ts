/** The views that people and charts query. */
import { activitiesView } from "./activities.ts"
import { coverage } from "./coverage.ts"
import { bestEffortsView } from "./efforts.ts"
import { heartRateZones, streamPoints } from "./samples.ts"
import { daily, weeklyView, yearToDateView } from "./totals.ts"
import { type View, viewStatements } from "./View.ts"

/** All views as the newest version has them. A changed view needs its statements in a new migration. */
export const views: ReadonlyArray<View> = [
  activitiesView,
  daily,
  weeklyView,
  yearToDateView,
  streamPoints,
  bestEffortsView,
  heartRateZones,
  coverage,
]

/** Statements that create all views, or bring views that exist up to date. */
export const viewsNow: ReadonlyArray<string> = views.flatMap(viewStatements)
