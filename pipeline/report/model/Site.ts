/** The data of all pages of a report. Equal stored data leads to an equal site. */
import type { Coverage } from "../../landed/coverage.ts"
import type { Day, WeekStart } from "../../metrics/days.ts"
import type { Position } from "../../metrics/track.ts"
import type { Units } from "../../metrics/units.ts"
import type { SiteActivity } from "./SiteActivity.ts"
import type { SiteCurve } from "./SiteCurve.ts"
import type { SiteLedger } from "./SiteLedger.ts"

export interface SiteGear {
  readonly id: string
  readonly name: string
  readonly brand: string
  readonly kind: "bike" | "shoes"
  /** Meters by Strava's count; undefined if the gear's own response is not stored. */
  readonly meters: number | undefined
  readonly retired: boolean
  /** Kilograms. */
  readonly weight: number | undefined
}

/** A result that was the best when it was set. */
export interface RecordStep {
  readonly value: number
  readonly activity: string
  readonly day: Day
}

/** The best efforts for one distance or one duration. */
export interface SiteRecord {
  /** Meters of a run, or seconds of a ride with a power meter. */
  readonly key: number
  /** From the first to the current record: seconds that fall, or watts that rise. */
  readonly steps: ReadonlyArray<RecordStep>
}

interface SiteQuota {
  readonly window: "15-minute window" | "day (UTC)"
  readonly used: number
  readonly limit: number
  /** Start of the window, such as `2026-01-31 10:00 UTC`. */
  readonly from: string
}

export interface Site {
  readonly athlete: string
  readonly units: Units
  readonly weekStart: WeekStart
  /** Last day that the report covers, and end of the last run in milliseconds since 1970. */
  readonly asOf: { readonly day: Day; readonly sync: number | undefined }
  /** True if everything was imported from an export. */
  readonly onlyExport: boolean
  /** True if tracks are included. */
  readonly maps: boolean
  /** Newest first. */
  readonly activities: ReadonlyArray<SiteActivity>
  /** Number of activities left out because they are dated after that day, or have no date. */
  readonly leftOut: { readonly later: number; readonly undated: number }
  readonly gear: ReadonlyArray<SiteGear>
  /** Lower bound of each heart rate zone, from the lowest; empty if they are unknown. */
  readonly zones: ReadonlyArray<number>
  readonly records: {
    readonly run: ReadonlyArray<SiteRecord>
    readonly power: ReadonlyArray<SiteRecord>
  }
  readonly curves: { readonly run: SiteCurve; readonly power: SiteCurve }
  readonly coverage: ReadonlyArray<Coverage>
  readonly quota: ReadonlyArray<SiteQuota>
  readonly ledger: SiteLedger
  /** Number of samples of all recordings, and of steps of each in this file. */
  readonly samples: number
  readonly steps: number
  /** True if details of activities are fetched, with laps and segments. */
  readonly hasDetails: boolean
  /** Name of the sink that the data was read from. */
  readonly source: string
  /** Files with the activities of a year, if they are not in this one. */
  readonly files: ReadonlyArray<{ readonly year: number; readonly name: string }>
  /** Year of the activities in this file, and the file with the other pages; absent in that file. */
  readonly part?: { readonly year: number; readonly main: string }
}

/** Thinned tracks by activity, without their ends. */
export type Tracks = ReadonlyMap<string, ReadonlyArray<Position>>
