/** The part of an activity that a page reads only when it is opened. */
import type { Position } from "../../metrics/track.ts"

/** A recording in steps of equal length, each the mean of its samples. */
export interface SiteRecording {
  /** Seconds since the start, at the end of each step. */
  readonly time: ReadonlyArray<number>
  /** Meters. */
  readonly distance?: ReadonlyArray<number>
  readonly altitude?: ReadonlyArray<number>
  /** Meters per second. */
  readonly speed?: ReadonlyArray<number>
  readonly beats?: ReadonlyArray<number>
  readonly watts?: ReadonlyArray<number>
  /** As in `SiteActivity`. */
  readonly cadence?: ReadonlyArray<number>
  /** Degrees Celsius. */
  readonly temp?: ReadonlyArray<number>
  /** Positions without the ends, and the step of the first one. */
  readonly track?: { readonly from: number; readonly positions: ReadonlyArray<Position> }
}

export interface Split {
  readonly meters: number
  /** Seconds of moving time. */
  readonly seconds: number
  /** Net change of altitude in meters. */
  readonly rise: number | undefined
  readonly beats: number | undefined
}

/** A lap, or an effort on a segment, from the details of the activity. */
export interface SiteLap {
  readonly name: string
  readonly meters: number
  readonly seconds: number
  readonly climb: number | undefined
  readonly beats: number | undefined
  readonly watts: number | undefined
}

export interface SiteEffort {
  /** Meters of a run, or seconds of a ride with a power meter. */
  readonly key: number
  /** Least seconds over the distance, or highest mean watts for the time. */
  readonly value: number
  /** Position among the efforts of all activities; 1 is the best. */
  readonly rank: number
  /** Best value of all activities. */
  readonly best: number
}

export interface ActivityBlock {
  readonly recording: SiteRecording | undefined
  /** Splits of one kilometer and of one mile. */
  readonly splits: {
    readonly metric: ReadonlyArray<Split>
    readonly imperial: ReadonlyArray<Split>
  }
  /** Undefined if the details of the activity are not stored. */
  readonly laps: ReadonlyArray<SiteLap> | undefined
  readonly segments: ReadonlyArray<SiteLap> | undefined
  readonly efforts: ReadonlyArray<SiteEffort>
}
