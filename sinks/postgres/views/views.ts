/**
 * The views: what charts and people ask for. The first version's stay as they were in `views/first.ts`;
 * today's are made over them, by the migration that adds the tables they read.
 */
import { activities } from "./activities.ts"
import { coverage, coverageOf3 } from "./coverage.ts"
import { bestEfforts } from "./efforts.ts"
import {
  heartRateZones,
  heartRateZonesOf3,
  streamPoints,
  streamPointsOf3,
  streamPointsOf5,
} from "./samples.ts"
import { daily, weekly, weeklyOf3, yearToDate, yearToDateOf3 } from "./totals.ts"
import { statementsOf, type View } from "./View.ts"

export { viewsOf1 } from "./first.ts"

/** All views as they are now. */
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

/** Views of the third version that are others now. */
const of3: ReadonlyMap<View, View> = new Map([
  [coverage, coverageOf3],
  [streamPoints, streamPointsOf3],
  [heartRateZones, heartRateZonesOf3],
  [weekly, weeklyOf3],
  [yearToDate, yearToDateOf3],
])

/**
 * The statements of the third version: views that are there get more columns, others are made. A new
 * column, or a new view, needs a list of its own in a migration of its own.
 */
export const viewsOf3: ReadonlyArray<string> = views
  .map((view) => of3.get(view) ?? view).flatMap(statementsOf)

/** The statements of the fourth version. */
export const viewsOf4: ReadonlyArray<string> = statementsOf(coverage)

/** The views of the fifth version that read samples, which are float8 since. */
export const samplesOf5: ReadonlyArray<View> = [streamPointsOf5, heartRateZones]

/** The statements of the seventh version: no empty weeks and days because of one activity's wrong date. */
export const viewsOf7: ReadonlyArray<string> = [weekly, yearToDate].flatMap(statementsOf)

/** The statements of the ninth version: points read only the arrays that a query names. */
export const viewsOf9: ReadonlyArray<string> = statementsOf(streamPoints)

/** The statements that make them all as they are now. */
export const viewsNow: ReadonlyArray<string> = views.flatMap(statementsOf)
