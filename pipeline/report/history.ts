/** Activities of a report: their order, the last day, and the year that it ends with. */
import { Clock, Effect, Schema, Stream } from "effect"
import { errorExitCode, exitCodes } from "../base/exit.ts"
import { type Activity, newestFirst } from "../landed/Activity.ts"
import { StoredData } from "../landed/StoredData.ts"
import { type Day, dayAt, dayOf, firstOfYear, yearOf } from "../metrics/days.ts"
import { type Group, groupOf } from "../metrics/sports.ts"
import type { Site } from "./model/Site.ts"

/** An activity with a known day; unknown numbers are 0. */
export interface ReportActivity {
  readonly activity: Activity
  readonly day: Day
  readonly group: Group
  readonly meters: number
  readonly seconds: number
  readonly climb: number
}

/** Most that one activity can have: once around the Earth, a year, and a hundred times Mount Everest. */
const most = { meters: 40_075_000, seconds: 31_536_000, climb: 884_900 } as const

/** Returns a value from 0 to `limit`; others are wrong, so they count as unknown. */
const possible = (value: number | null, limit: number): number =>
  value !== null && value >= 0 && value <= limit ? value : 0

/** Returns the activity for the report; undefined if its day is unknown. */
export const reportActivityOf = (activity: Activity): ReportActivity | undefined => {
  const day = dayOf(activity.local)
  if (day === undefined) return undefined
  return {
    activity,
    day,
    group: groupOf(activity.sport_type ?? activity.type),
    meters: possible(activity.distance, most.meters),
    seconds: possible(activity.moving_time ?? activity.elapsed_time, most.seconds),
    climb: possible(activity.total_elevation_gain, most.climb),
  }
}

/** No data for the chosen activity or year. */
class NoSuchData extends Schema.TaggedError<NoSuchData>()("NoSuchData", {
  detail: Schema.String,
}) {
  override get message() {
    return `Cannot create the report: ${this.detail}`
  }
  override readonly [errorExitCode] = exitCodes.usage
}

/**
 * Returns the time of the last sync, in the local time of the newest activity; if no run is known,
 * the start of the newest activity. Ignores activities dated after the sync, or after `now`, by a
 * wrong clock.
 */
export const asOfFrom = (
  entries: ReadonlyArray<ReportActivity>,
  run: { readonly started: number; readonly ended: number | null } | undefined,
  now: number,
): Site["asOf"] => {
  const sync = run === undefined ? undefined : run.ended ?? run.started
  const known = entries.find(({ activity }) => (activity.start ?? Infinity) <= (sync ?? now))
  if (sync === undefined) return { day: (known ?? entries[0])?.day ?? 0, sync }
  return { day: dayAt(sync + (known?.activity.utc_offset ?? 0) * 1_000), sync }
}

const noSuchYear = (year: number, dated: ReadonlyArray<ReportActivity>, newest: Day) => {
  const known = dated.filter(({ day }) => day <= newest)
  const years = [...new Set(known.map(({ day }) => yearOf(day)))].sort((a, b) => b - a)
  const isLater = dated.some(({ day }) => yearOf(day) === year)
  return new NoSuchData({
    detail: `there is no activity in ${year}${
      isLater ? ", except some that are dated after the last sync and left out" : ""
    }; ${years.length === 0 ? "no other year has any" : `there are some in ${years.join(", ")}`}`,
  })
}

/** Reads all activities, and returns those up to the last day of the report, newest first. */
export const historyOf = Effect.fn("historyOf")(function* (
  { activity, year }: { readonly activity: string | undefined; readonly year: number | undefined },
) {
  const { activities, state } = yield* StoredData
  const all = (yield* Stream.runCollect(activities)).toSorted(newestFirst)
  const dated = all.flatMap((each) => reportActivityOf(each) ?? [])
  const newest = asOfFrom(dated, state?.lastRun, yield* Clock.currentTimeMillis)
  const asOf = year === undefined || year >= yearOf(newest.day)
    ? newest
    : { day: firstOfYear(year + 1) - 1, sync: newest.sync }
  const entries = dated.filter(({ day }) => day <= asOf.day)
  if (year !== undefined && !entries.some(({ day }) => yearOf(day) === year)) {
    return yield* noSuchYear(year, dated, newest.day)
  }
  if (activity !== undefined && !entries.some((each) => each.activity.id === activity)) {
    return yield* new NoSuchData({
      detail: `there is no activity ${activity} up to the last day of the report. ` +
        "To list activities: deno task show activities",
    })
  }
  const leftOut = { later: dated.length - entries.length, undated: all.length - dated.length }
  return { all, asOf, entries, leftOut }
})
