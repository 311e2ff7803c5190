/** Reads the stored data once and returns the data of the site. */
import { Effect, Option } from "effect"
import { coverageOf } from "../landed/coverage.ts"
import { StoredData } from "../landed/StoredData.ts"
import { decodePolyline, withoutEnds } from "../metrics/track.ts"
import type { Day, WeekStart } from "../metrics/days.ts"
import type { Units } from "../metrics/units.ts"
import { historyOf, type ReportActivity } from "./history.ts"
import type { Site, Tracks } from "./model/Site.ts"
import { paceKind, powerKind, siteCurve } from "./pack/curves.ts"
import { isOutdoors, type PackedRecording, readRecordings } from "./pack/readRecordings.ts"
import { rankedEfforts } from "./pack/records.ts"
import { mostSteps } from "./pack/recording.ts"
import { rideDurations, runDistances } from "./pack/RecordingFacts.ts"
import { simplified } from "./pack/simplified.ts"
import { siteLedger } from "./siteLedger.ts"
import { lowerBounds, shownText, siteActivityOf, siteGear, siteQuota } from "./siteOf.ts"

export interface ReportOptions {
  /** Year that the report ends with; the year of the newest data if undefined. */
  readonly year: number | undefined
  /** Activity that must be in the report. */
  readonly activity: string | undefined
  readonly maps: boolean
  readonly units: Units
  readonly weekStart: WeekStart
}

export interface SiteData {
  readonly site: Site
  readonly tracks: Tracks
  readonly recordings: ReadonlyMap<string, PackedRecording>
  /** Ranks of the efforts of each activity, in their order. */
  readonly ranks: ReadonlyMap<string, ReadonlyArray<number>>
  /** Ids of all stored activities, also of those that the report leaves out. */
  readonly stored: ReadonlyArray<string>
}

const tracksOf = (
  entries: ReadonlyArray<ReportActivity>,
  recordings: ReadonlyMap<string, PackedRecording>,
): Tracks =>
  new Map(
    entries.filter(isOutdoors).flatMap(({ activity: { id, polyline } }) => {
      const track = polyline === null
        ? recordings.get(id)?.track ?? []
        : simplified(withoutEnds(id, decodePolyline(polyline)))
      return track.length < 2 ? [] : [[id, track]]
    }),
  )

const bestEfforts = (
  entries: ReadonlyArray<ReportActivity>,
  recordings: ReadonlyMap<string, PackedRecording>,
  last: Day,
) => {
  const all = entries.map(({ activity: { id }, day, group }) => ({
    ...{ id, day, group },
    efforts: recordings.get(id)?.efforts ?? [],
  }))
  const curves = all.map((each) => ({ ...each, efforts: recordings.get(each.id)?.curve ?? [] }))
  const isRun = ({ group }: { readonly group: string }) => group === "run"
  const run = rankedEfforts(all.filter(isRun), runDistances, (a, b) => a - b)
  const others = all.filter((each) => !isRun(each))
  const power = rankedEfforts(others, rideDurations, (a, b) => b - a)
  return {
    records: { run: run.records, power: power.records },
    curves: {
      run: siteCurve(curves.filter(isRun), paceKind, last),
      power: siteCurve(curves.filter((each) => !isRun(each)), powerKind, last),
    },
    ranks: new Map([...run.ranks, ...power.ranks]),
  }
}

export const collect = Effect.fn("collect")(function* (
  { activity, maps, units, weekStart, year }: ReportOptions,
) {
  const stored = yield* StoredData
  const { all, asOf, entries, leftOut } = yield* historyOf({ activity, year })
  const known = yield* stored.known
  const storedZones = yield* stored.zones
  const zones = lowerBounds(storedZones)
  const recordings = yield* readRecordings({ entries, known, zones })
  const athlete = Option.getOrUndefined(yield* stored.athlete)
  const activities = entries.map((entry) =>
    siteActivityOf(entry, recordings.get(entry.activity.id), known.streams)
  )
  const { curves, ranks, records } = bestEfforts(entries, recordings, asOf.day)
  const coverage = coverageOf(all, known, stored.state?.quarantined)
  const site: Site = {
    athlete: shownText([athlete?.firstname, athlete?.lastname].filter(Boolean).join(" ")),
    ...{ units, weekStart, asOf, maps, activities, leftOut, zones, records, curves },
    onlyExport: stored.state?.onlyExport === true,
    gear: siteGear(yield* stored.gear, activities),
    coverage,
    quota: siteQuota(stored.state),
    ledger: siteLedger(
      stored.state,
      { activities, asOf, coverage, leftOut, zones },
      Option.isSome(storedZones),
    ),
    samples: [...recordings.values()].reduce((sum, { samples }) => sum + samples, 0),
    steps: mostSteps,
    hasDetails: stored.state?.asksDetails ?? known.details.here.size > 0,
    source: stored.source.title,
    files: [],
  }
  return {
    site,
    tracks: maps ? tracksOf(entries, recordings) : new Map(),
    recordings,
    ranks,
    stored: all.map(({ id }) => id),
  } satisfies SiteData
})
