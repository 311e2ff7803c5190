/** Options of a run that stages read. */
import { Context } from "effect"
import type { Extra } from "../../schemas/Item.ts"

/** Selection of the activities that get requests of their own; all of them if it is empty. */
interface Choice {
  /** Began at this time or later, in milliseconds since 1970. */
  readonly since?: number | undefined
  /** Began before this time. */
  readonly until?: number | undefined
  /** Of one of these sports (`sport_type`), in any letter case; of any where none is named. */
  readonly sports: ReadonlyArray<string>
}

export interface Options {
  /** Most requests under way at once inside a window. */
  readonly concurrency: number
  /** Fetch again what is there. */
  readonly force: boolean
  /** Most activities to fetch samples, and details, of in this run: the newest that lack them. */
  readonly limit: number | undefined
  readonly choice: Choice
  /** Try at once what was set aside, also where its time has not come. */
  readonly retryQuarantined: boolean
  /** Time before the newest activity from which the list is read again, in milliseconds. */
  readonly overlap: number
  /**
   * Most time between full syncs, in milliseconds: 0 for every run, Infinity for none. `auto` is a day or
   * a week, by what the full list costs.
   */
  readonly sweep: number | "auto"
  /** Number of activities that the user knows to be deleted at Strava. */
  readonly allowDeletions: number | undefined
  /** To be asked for from now on, and no longer: remembered in the state file. */
  readonly turnOn: ReadonlyArray<Extra>
  readonly turnOff: ReadonlyArray<Extra>
  /** Ask Strava again for what a sink lacks and no other keeps. */
  readonly backfill: boolean
  /** Purge at the end what was received so long ago, in milliseconds; nothing where it is undefined. */
  readonly retention: number | undefined
}

const day = 24 * 60 * 60_000

/** Options without flags. */
export const defaultOptions: Options = {
  concurrency: 8,
  force: false,
  limit: undefined,
  choice: { sports: [] },
  retryQuarantined: false,
  overlap: 30 * day,
  sweep: "auto",
  allowDeletions: undefined,
  turnOn: [],
  turnOff: [],
  backfill: false,
  retention: undefined,
}

export class RunOptions extends Context.Service<RunOptions, Options>()("paceline/RunOptions") {}
