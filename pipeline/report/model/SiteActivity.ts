/** An activity as the pages of the report show it; undefined if Strava sent no value. */
import type { Source } from "../../../schemas/export/source.ts"
import type { MissingReason } from "../../landed/coverage.ts"
import type { Day } from "../../metrics/days.ts"
import type { Group } from "../../metrics/sports.ts"

/** Streams that the pages draw, by Strava's names. */
export const siteStreams = [
  "latlng",
  "altitude",
  "velocity_smooth",
  "heartrate",
  "watts",
  "cadence",
  "temp",
] as const
export type SiteStream = typeof siteStreams[number]

export interface SiteActivity {
  /** Strava's id in decimal digits. */
  readonly id: string
  readonly name: string
  /** Strava's `sport_type`, such as `TrailRun`. */
  readonly sport: string
  readonly group: Group
  /** Local start: day, and minute of the day. */
  readonly day: Day
  readonly minute: number
  readonly meters: number
  /** Seconds. */
  readonly moving: number
  readonly elapsed: number
  /** Meters. */
  readonly climb: number
  /** Beats per minute. */
  readonly beats: number | undefined
  readonly maxBeats: number | undefined
  /** Mean power in watts of a power meter. */
  readonly watts: number | undefined
  /** Steps per minute on foot, otherwise turns per minute. */
  readonly cadence: number | undefined
  /** Strava's relative effort. */
  readonly load: number | undefined
  readonly gear: string | undefined
  readonly device: string | undefined
  readonly isPrivate: boolean
  readonly commute: boolean
  readonly trainer: boolean
  readonly manual: boolean
  readonly source: Source
  /** Streams that are stored; empty if none are. */
  readonly streams: ReadonlyArray<SiteStream>
  /** Reason why no streams are stored, from the ledger; undefined if some are. */
  readonly lack: MissingReason | undefined
  /** Seconds in each heart rate zone, from the lowest; empty without heart rate or zones. */
  readonly zoneSeconds: ReadonlyArray<number>
}
