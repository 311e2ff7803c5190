/**
 * Decides when a full sync is due. Only the full list shows late uploads, late edits and deletions,
 * so it is read once a day if that is cheap.
 */
import { Clock, Effect } from "effect"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import { RunOptions } from "../RunOptions.ts"
import { leeway } from "../../state/ledger/quarantine.ts"
import { StateFile } from "../../state/StateFile.ts"
import { Quota } from "../../strava/quota/Quota.ts"
import { day } from "../../strava/quota/quotaWindow.ts"
import { lists } from "../activities.ts"
import { type FullList, pagesOf } from "./listing.ts"

/** Share of a day's reads that `--sweep auto` spends on the full list. */
const dailyShare = 0.01

export interface FullSyncSchedule {
  /** Time between full syncs in milliseconds: 0 for every run, Infinity for none. */
  readonly every: number
  /** True if the interval follows from the cost; otherwise the user has set it. */
  readonly auto: boolean
  /** Requests that the full list costs, if no page is short. */
  readonly cost: number
  /** Reads that Strava allows per day. */
  readonly reads: number
  /** Time from which a run is a full sync, in milliseconds since 1970. */
  readonly due: number
}

/** The first run of the next day in UTC, as Strava counts reads: so there is one per day at most. */
const nextDay = ({ ended, opened = ended }: FullList) => (Math.floor(opened / day) + 1) * day

/** The schedule of full syncs; undefined until the list has been read to its end once. */
export const fullSyncSchedule = Effect.fnUntraced(function* (owner: AthleteId) {
  const { sweep } = yield* RunOptions
  const { whole } = yield* lists(owner)
  if (whole === undefined) return undefined
  const quota = yield* Quota
  const reads = yield* quota.readsPerDay
  const cost = pagesOf((yield* (yield* StateFile).lists.known(owner)).listed)
  const auto = sweep === "auto"
  const every = !auto ? sweep : cost <= reads * dailyShare ? day : 7 * day
  const now = Math.max(yield* Clock.currentTimeMillis, yield* quota.serverTime)
  // By Strava's clock: one of ours that ran ahead would put off every full sync until then.
  const isAhead = whole.ended > now + leeway
  const due = every === Infinity
    ? Infinity
    : isAhead
    ? now
    : auto && every === day
    ? nextDay(whole)
    : whole.ended + every - Math.min(leeway, every / 2)
  return { every, auto, cost, reads, due } satisfies FullSyncSchedule
})
