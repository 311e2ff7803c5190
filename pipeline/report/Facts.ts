/**
 * The data that a report shows, read once: the same data leads to the same facts, whatever the
 * time.
 */
import type { Activity } from "../landed/Activity.ts"
import type { Coverage, KnownResource } from "../landed/coverage.ts"
import type { Samples } from "../landed/Samples.ts"
import type { StoredState } from "../landed/state.ts"
import type { Day } from "../metrics/days.ts"
import type { Digest } from "./digest.ts"
import type { Group } from "../metrics/sports.ts"
import type { Position } from "../metrics/track.ts"

/** An activity with a known day; unknown numbers are 0. */
export interface ReportActivity {
  readonly activity: Activity
  readonly day: Day
  readonly group: Group
  readonly meters: number
  readonly seconds: number
  readonly climb: number
}

export interface AsOf {
  /** Last day that the report covers, in the local time of the newest activity. */
  readonly day: Day
  /**
   * End of the last run, in milliseconds since 1970; undefined if the newest activity sets the
   * date.
   */
  readonly sync: number | undefined
}

export interface ReportFacts {
  readonly asOf: AsOf
  /** Number of activities left out because they are dated after that day, or have no date. */
  readonly leftOut: { readonly later: number; readonly undated: number }
  /** Newest first. */
  readonly entries: ReadonlyArray<ReportActivity>
  readonly digests: ReadonlyMap<string, Digest>
  /** Tracks of activities that were imported without a polyline, from their streams; empty without maps. */
  readonly importedTracks: ReadonlyMap<string, ReadonlyArray<Position>>
  /** Lower bound of each heart rate zone, from the lowest; empty if the zones are unknown. */
  readonly zones: ReadonlyArray<number>
  /** True if the athlete's zones are stored, which need not contain heart rates. */
  readonly hasZones: boolean
  /** Activity whose samples are drawn. */
  readonly shown:
    | { readonly entry: ReportActivity; readonly samples: Samples | undefined }
    | undefined
  /** Number of activities with samples, and the reasons why others have none. */
  readonly streams: KnownResource
  /** True if the user chose `shown` by its id. */
  readonly chosen: boolean
  readonly coverage: ReadonlyArray<Coverage>
  readonly state: StoredState | undefined
  /** Name of the sink that the data was read from. */
  readonly source: string
  readonly maps: boolean
}
