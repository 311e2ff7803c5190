/** All that a report is made of, read once: the same data gives the same facts, whatever the clock says. */
import type { Activity } from "../landed/Activity.ts"
import type { Coverage, KnownResource } from "../landed/coverage.ts"
import type { Samples } from "../landed/Samples.ts"
import type { StoredState } from "../landed/state.ts"
import type { Day } from "../metrics/days.ts"
import type { Digest } from "./digest.ts"
import type { Group } from "../metrics/sports.ts"

/** An activity whose day is known, as the panels see it: 0 where nothing is known. */
export interface ReportActivity {
  readonly activity: Activity
  readonly day: Day
  readonly group: Group
  readonly metres: number
  readonly seconds: number
  readonly climb: number
}

export interface AsOf {
  /** The last day that the report tells of, by the clocks of the newest activity. */
  readonly day: Day
  /** When the last run ended, in milliseconds since 1970, if that is what it goes by. */
  readonly sync: number | undefined
}

export interface ReportFacts {
  readonly asOf: AsOf
  /** What is left out because it is dated after that day, or has no date. */
  readonly leftOut: { readonly later: number; readonly undated: number }
  /** Newest first. */
  readonly entries: ReadonlyArray<ReportActivity>
  readonly digests: ReadonlyMap<string, Digest>
  /** Where each zone of heart rate begins, from the lowest; empty where the zones are not known. */
  readonly zones: ReadonlyArray<number>
  /** True if the athlete's zones are stored, which need not contain heart rates. */
  readonly hasZones: boolean
  /** The activity that is shown sample by sample. */
  readonly shown:
    | { readonly entry: ReportActivity; readonly samples: Samples | undefined }
    | undefined
  /** The activities that have samples here, and why others have none. */
  readonly streams: KnownResource
  /** Whether `shown` was asked for by its id. */
  readonly chosen: boolean
  readonly coverage: ReadonlyArray<Coverage>
  readonly state: StoredState | undefined
  /** Name of the sink that was read, for people. */
  readonly source: string
  readonly maps: boolean
}
