/** Part of a plan: what one stage would fetch now, as far as it is known without a request. */
import type { Effect } from "effect"
import type { AthleteId } from "../../schemas/Athlete.ts"
import type { Resource } from "../../schemas/Item.ts"
import type { StateError } from "../state/StateError.ts"
import type { StateFile } from "../state/StateFile.ts"
import type { Quota } from "../strava/quota/Quota.ts"
import type { RunOptions } from "./RunOptions.ts"

/** Facts that stages plan from; the plan of each stage adds to those of the stages after it. */
export interface Planned {
  /** Undefined before the first run. */
  readonly owner: AthleteId | undefined
  /** Number of activities that the user assumes; 0 without an assumption. */
  readonly assumed: number
  /** Requests for items that sinks lost and, with `--backfill`, for those that they lack. */
  readonly again: Readonly<Record<Resource, number>>
  /** Assumed activities beyond those that are known. */
  readonly more: number
  /** Time when the list has been read, in milliseconds since 1970: some retries are due by then. */
  readonly listed: number
  /** True if the run reads the full list before. */
  readonly full: boolean
  /** Time when all requests of the stages before are sent; Infinity if never. */
  readonly ends: number
  /** Requests that the quota leaves for then without a wait. */
  readonly left: number
}

/** Cost and length of the list of activities. */
export interface ListAhead {
  /** Number of known activities, as far as listed. */
  readonly known: number
  /** True if all of them have been listed once. */
  readonly whole: boolean
  /** True if the stage reads the full list, not only the last weeks. */
  readonly full: boolean
}

/** Numbers of activities that cost a request each. */
export interface ItemsAhead {
  /** Not fetched yet, assumed activities among them. */
  readonly listed: number
  /** Failed before, and due; and failed before, but not due. */
  readonly due: number
  readonly later: number
  /** Incomplete, and due; and incomplete, but not due. */
  readonly again: number
  readonly againLater: number
  /** Fetched with a narrower scope than is granted now. */
  readonly narrower: number
  /** From an export, so that only `--prefer api` fetches them; and fetched because of it. */
  readonly imported: number
  readonly preferred: number
  /** Purged for their age, so that only `--force` fetches them. */
  readonly purged: number
  /** False of an optional resource that is off. */
  readonly on: boolean
  /** Requests that the resource would cost if it was on. */
  readonly price: number
}

export interface StageAhead {
  /** Requests that the stage would send, if all goes well: each failure costs some more. */
  readonly requests: number
  /** Present for the stage that lists activities. */
  readonly list?: ListAhead
  /** Present for stages with a request for each activity. */
  readonly items?: ItemsAhead
  /** Present for a stage that never waits: requests that it would send with more quota. */
  readonly wanted?: number
}

/** Plans a stage. */
export type PlanStage = (
  planned: Planned,
) => Effect.Effect<StageAhead, StateError, StateFile | Quota | RunOptions>
