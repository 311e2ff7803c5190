/** Options of a run that stages read. */
import { Context } from "effect"
import type { Source } from "../../schemas/export/source.ts"
import type { OptionalResource } from "../../schemas/Item.ts"

/** Selection of the activities that get requests of their own; all of them if it is empty. */
interface Choice {
  /** Earliest start, in milliseconds since 1970. */
  readonly since?: number | undefined
  /** Time before which they start. */
  readonly until?: number | undefined
  /** Sports (`sport_type`), in any letter case; all if it is empty. */
  readonly sports: ReadonlyArray<string>
  /** Ids of activities that are fetched again, and no others; all if it is empty. */
  readonly ids?: ReadonlyArray<string>
}

export interface Options {
  /** Maximum number of requests in flight. */
  readonly concurrency: number
  /** Fetch stored items again. */
  readonly force: boolean
  /** Source of the streams that both sources have: `api` fetches those that come from an export. */
  readonly prefer: Source
  /** Maximum number of activities whose streams, and details, are fetched in this run: the newest that lack them. */
  readonly limit: number | undefined
  readonly choice: Choice
  /** Retry quarantined and skipped items that are not due. */
  readonly retryQuarantined: boolean
  /** Time before the newest activity from which the list is read again, in milliseconds. */
  readonly overlap: number
  /**
   * Time between full syncs, in milliseconds: 0 for every run, Infinity for none. `auto` is a day or a
   * week, by the cost of the full list.
   */
  readonly sweep: number | "auto"
  /** Number of activities that the user knows to be deleted at Strava. */
  readonly allowDeletions: number | undefined
  /** Optional resources that are on, and off, from this run on: stored in the state file. */
  readonly turnOn: ReadonlyArray<OptionalResource>
  readonly turnOff: ReadonlyArray<OptionalResource>
  /** Fetch again what a sink lacks and no sink keeps. */
  readonly backfill: boolean
  /** Record which fields of activities were edited at Strava: see `editsResource`. */
  readonly history: boolean
  /** Age in milliseconds from which responses are purged at the end of the run; undefined for none. */
  readonly retention: number | undefined
}

const day = 24 * 60 * 60_000

/** Options without flags. */
export const defaultOptions: Options = {
  concurrency: 8,
  force: false,
  prefer: "export",
  limit: undefined,
  choice: { sports: [] },
  retryQuarantined: false,
  overlap: 30 * day,
  sweep: "auto",
  allowDeletions: undefined,
  turnOn: [],
  turnOff: [],
  backfill: false,
  history: false,
  retention: undefined,
}

export class RunOptions extends Context.Service<RunOptions, Options>()("paceline/RunOptions") {}
