/** Reads the stored data once and returns the facts of a report. */
import { Clock, Effect, Option, Schema, Stream } from "effect"
import { StoredData } from "../landed/StoredData.ts"
import { type Activity, newestFirst } from "../landed/Activity.ts"
import { coverageOf } from "../landed/coverage.ts"
import type { Zones } from "../../schemas/Zones.ts"
import { advanced } from "../base/CommandProgress.ts"
import { errorExitCode, exitCodes } from "../base/exit.ts"
import type { AsOf, ReportActivity, ReportFacts } from "./Facts.ts"
import { type Digest, type DigestKind, reportDigest, wantedFor } from "./digest.ts"
import { readImportedTracks } from "./importedTracks.ts"
import { isDrawable } from "../metrics/buckets.ts"
import { dayAt, dayOf, firstOfYear, yearOf } from "../metrics/days.ts"
import { groupOf } from "../metrics/sports.ts"

export interface ReportOptions {
  /** Year that the report ends with; the year of the newest data if undefined. */
  readonly year: number | undefined
  /** Activity whose samples are drawn; the newest with streams if undefined. */
  readonly activity: string | undefined
  readonly maps: boolean
}

/** No data for the chosen activity or year. */
export class NoSuchData extends Schema.TaggedError<NoSuchData>()("NoSuchData", {
  detail: Schema.String,
}) {
  override get message() {
    return `Cannot create the report: ${this.detail}`
  }
  override readonly [errorExitCode] = exitCodes.usage
}

/** Days before the last day: older heart rates change nothing in the report. */
const longAgo = 2 * 366

/** Returns the activity for the report; undefined if its day is unknown. */
export const reportActivityOf = (activity: Activity): ReportActivity | undefined => {
  const day = dayOf(activity.local)
  if (day === undefined) return undefined
  return {
    activity,
    day,
    group: groupOf(activity.sport_type ?? activity.type),
    meters: Math.max(0, activity.distance ?? 0),
    seconds: Math.max(0, activity.moving_time ?? activity.elapsed_time ?? 0),
    climb: Math.max(0, activity.total_elevation_gain ?? 0),
  }
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
): AsOf => {
  const sync = run === undefined ? undefined : run.ended ?? run.started
  const known = entries.find(({ activity }) => (activity.start ?? Infinity) <= (sync ?? now))
  if (sync === undefined) return { day: (known ?? entries[0])?.day ?? 0, sync }
  return { day: dayAt(sync + (known?.activity.utc_offset ?? 0) * 1_000), sync }
}

const kindOf = ({ activity, day, group }: ReportActivity, last: number): DigestKind | undefined =>
  group === "run"
    ? "run"
    : activity.device_watts === true
    ? "power"
    : activity.has_heartrate !== false && day > last - longAgo
    ? "beats"
    : undefined

const lowerBounds = (zones: Option.Option<Zones>): ReadonlyArray<number> => {
  const lower = (Option.getOrUndefined(zones)?.heart_rate?.zones ?? []).map(({ min }) => min)
  const rising = lower.every((min, i) =>
    typeof min === "number" && (i === 0 || min > (lower[i - 1] ?? Infinity))
  )
  return rising ? lower.map(Number) : []
}

const digests = Effect.fnUntraced(function* (
  entries: ReadonlyArray<ReportActivity>,
  here: ReadonlySet<string>,
  last: number,
) {
  const { streamsOf } = yield* StoredData
  const found = new Map<string, Digest>()
  let read = 0
  const byKind = Map.groupBy(
    entries.filter(({ activity }) => here.has(activity.id)),
    (entry) => kindOf(entry, last),
  )
  const total = [...byKind].reduce((sum, [kind, { length }]) => sum + (kind ? length : 0), 0)
  for (const [kind, some] of byKind) {
    if (kind === undefined) continue
    yield* Stream.runForEach(
      streamsOf(some.map(({ activity }) => activity.id), wantedFor[kind]),
      ([id, samples]) =>
        Effect.suspend(() => {
          found.set(id, reportDigest(kind, samples))
          return advanced("streams", ++read, total)
        }),
    )
  }
  return found
})

/** Most activities whose samples are read to find some that can be drawn. */
const mostTried = 20

const shownOf = Effect.fnUntraced(function* (
  entries: ReadonlyArray<ReportActivity>,
  here: ReadonlySet<string>,
  wanted: string | undefined,
) {
  const { streams } = yield* StoredData
  const read = ({ activity }: ReportActivity) =>
    Effect.map(streams(activity.id), Option.getOrUndefined)
  if (wanted === undefined) {
    const some = entries.filter(({ activity }) => here.has(activity.id))
    const [first] = some
    const candidates = [
      ...some.filter(({ meters }) => meters >= 1_000),
      ...some.filter(({ meters }) => meters < 1_000),
    ]
    for (const entry of candidates.slice(0, mostTried)) {
      const samples = yield* read(entry)
      if (samples !== undefined && isDrawable(samples)) return { entry, samples }
    }
    return first === undefined ? undefined : { entry: first, samples: yield* read(first) }
  }
  const entry = entries.find(({ activity }) => activity.id === wanted)
  if (entry === undefined) {
    return yield* new NoSuchData({
      detail: `there is no activity ${wanted} up to the last day of the report. ` +
        "To list activities: deno task show activities",
    })
  }
  return { entry, samples: yield* read(entry) }
})

export const collect = Effect.fn("collect")(function* ({ activity, maps, year }: ReportOptions) {
  const stored = yield* StoredData
  const all = (yield* Stream.runCollect(stored.activities)).toSorted(newestFirst)
  const dated = all.flatMap((each) => reportActivityOf(each) ?? [])
  const newest = asOfFrom(dated, stored.state?.lastRun, yield* Clock.currentTimeMillis)
  const last = year === undefined || year >= yearOf(newest.day)
    ? newest
    : { day: firstOfYear(year + 1) - 1, sync: newest.sync }
  const entries = dated.filter(({ day }) => day <= last.day)
  if (year !== undefined && !entries.some(({ day }) => yearOf(day) === year)) {
    const known = dated.filter(({ day }) => day <= newest.day)
    const years = [...new Set(known.map(({ day }) => yearOf(day)))].sort((a, b) => b - a)
    const isLater = dated.some(({ day }) => yearOf(day) === year)
    return yield* new NoSuchData({
      detail: `there is no activity in ${year}${
        isLater ? ", except some that are dated after the last sync and left out" : ""
      }; ${years.length === 0 ? "no other year has any" : `there are some in ${years.join(", ")}`}`,
    })
  }
  const known = yield* stored.known
  const { here } = known.streams
  const zones = yield* stored.zones
  const facts: ReportFacts = {
    asOf: last,
    leftOut: { later: dated.length - entries.length, undated: all.length - dated.length },
    entries,
    digests: yield* digests(entries, here, last.day),
    importedTracks: maps ? yield* readImportedTracks(entries, here) : new Map(),
    zones: lowerBounds(zones),
    hasZones: Option.isSome(zones),
    streams: known.streams,
    shown: yield* shownOf(entries, here, activity),
    chosen: activity !== undefined,
    coverage: coverageOf(all, known, stored.state?.quarantined),
    state: stored.state,
    source: stored.source.title,
    maps,
  }
  return facts
})
