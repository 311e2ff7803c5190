/** What a run will ask for and when it will be done, from the state alone: no request, no lock. */
import { Clock, Effect } from "effect"
import type { AthleteId } from "../../schemas/Athlete.ts"
import { Resource } from "../../schemas/Item.ts"
import { burstsOf, finishedAt, leftAfter } from "./estimate.ts"
import type * as Pipeline from "./Pipeline.ts"
import { backfillOf } from "../output/summary/lacks.ts"
import { RunOptions } from "../stages/RunOptions.ts"
import { listAhead } from "../stages/activities.ts"
import { athleteAhead } from "../stages/athlete.ts"
import { detailsAhead } from "../stages/details.ts"
import { isOn } from "../stages/items/optional.ts"
import { type FullSyncSchedule, fullSyncSchedule } from "../stages/lists/fullSync.ts"
import { gearAhead } from "../stages/gear.ts"
import { pagesOf } from "../stages/lists/listing.ts"
import { statsAhead } from "../stages/stats.ts"
import { streamsAhead } from "../stages/streams.ts"
import { sweepAhead } from "../stages/sweep.ts"
import { zonesAhead } from "../stages/zones.ts"
import type { UndeliveredItems } from "../state/outbox/holdings.ts"
import { StateFile } from "../state/StateFile.ts"
import { Quota, type QuotaPolicy, type QuotaSnapshot, shortPause } from "../strava/quota/Quota.ts"

/** Activities that something costs a request each for. */
export interface Each {
  /** Not asked for yet; those assumed are among them. */
  readonly listed: number
  /** Asked for in vain and due by then; and set aside, but not due. */
  readonly due: number
  readonly later: number
  /** Incomplete, and due by then; and incomplete, but not due. */
  readonly again: number
  readonly againLater: number
  /** Fetched with a narrower scope than is granted now. */
  readonly narrower: number
  /** Purged for their age, and asked for again by force only. */
  readonly purged: number
}

/** The kind of sync that a run does, and why. */
interface PlannedSync {
  /** `full` reads the list to its end; `incremental` reads the last weeks of it. */
  readonly kind: "full" | "incremental"
  /** True if a full sync is due and Strava's limit leaves no request for it. */
  readonly postponed: boolean
  /** Undefined until the list has been read to its end once. */
  readonly schedule: FullSyncSchedule | undefined
}

export interface Plan {
  /** When it was made, in milliseconds since 1970, as all times here. */
  readonly now: number
  /** Requests by stage, if all goes well: each failure costs some more. */
  readonly requests: Readonly<Record<Resource | "sweep" | "total", number>>
  readonly activities: {
    /** Activities on the list as far as known, or as assumed. */
    readonly known: number
    /** Whether the list has been read to its end; if not, more may come. */
    readonly whole: boolean
  }
  readonly streams: Each
  readonly details: Each & {
    /** Whether they are asked for. */
    readonly on: boolean
    /** What they would cost besides, where they are not, and when all would be done then. */
    readonly price: number
    readonly ends: number
  }
  /** Undefined if no selected stage reads the list. */
  readonly sync?: PlannedSync | undefined
  readonly quota: QuotaSnapshot
  /** Quarters of an hour in which something is asked for. */
  readonly windows: number
  /** When the first request may go out, and when the last; Infinity where never. */
  readonly starts: number
  readonly ends: number
  /** How much of it one run does under its policy, and what stops it. */
  readonly run: { readonly requests: number; readonly stops: "limit" | "deadline" | "nothing" }
}

/** What of `requests` one run does under `policy`. */
const oneRun = (
  requests: number,
  quota: QuotaSnapshot,
  now: number,
  { deadline = Infinity, onLimit }: QuotaPolicy,
): Plan["run"] => {
  let done = 0
  for (const burst of burstsOf(requests, quota, now)) {
    const limited = onLimit === "stop" && burst.at - now > shortPause
    if (limited) return { requests: done, stops: "limit" }
    if (burst.at >= deadline) return { requests: done, stops: "deadline" }
    done += burst.requests
  }
  return { requests: done, stops: done < requests ? "limit" : "nothing" }
}

const nobody = {
  requests: 0,
  wanted: 0,
  listed: 0,
  due: 0,
  later: 0,
  again: 0,
  againLater: 0,
  narrower: 0,
  purged: 0,
}

/** What is asked for now and then; of nobody known, what their first run asks for. */
const nowAndThen = Effect.fnUntraced(function* (owner: AthleteId | undefined) {
  const first = (extra: "zones" | "stats") => Effect.map(isOn(extra), (on) => on ? 1 : 0)
  return owner === undefined
    ? { zones: yield* first("zones"), stats: yield* first("stats"), gear: 0 }
    : {
      zones: yield* zonesAhead(owner),
      stats: yield* statsAhead(owner),
      gear: yield* gearAhead(owner),
    }
})

/** Requests for what sinks lost and, with `--backfill`, for what those of the run lack. */
const askedAgain = Effect.fnUntraced(function* (lost: ReadonlyArray<UndeliveredItems>) {
  const again = { athlete: 0, activities: 0, zones: 0, stats: 0, gear: 0, streams: 0, details: 0 }
  const { backfill } = yield* RunOptions
  const lacks = backfill ? yield* (yield* StateFile).missingInSinks : []
  for (const part of [lost, lacks]) {
    const requests = backfillOf(part)
    for (const resource of Resource.literals) again[resource] += requests[resource] ?? 0
  }
  return again
})

/**
 * The plan of a run that begins now and runs the selected stages; with `assumed`, as if the list had so
 * many activities, where it is not known to have more. `lost` is what no sink keeps any more.
 */
export const makePlan = Effect.fn("plan")(function* (
  selected: Pipeline.Selection,
  policy: QuotaPolicy,
  assumed = 0,
  lost: ReadonlyArray<UndeliveredItems> = [],
) {
  const owner = yield* (yield* StateFile).owner
  const quota = yield* (yield* Quota).snapshot
  const now = yield* Clock.currentTimeMillis
  const { limit = Infinity } = yield* RunOptions
  const list = yield* listAhead(owner, assumed)
  const few = yield* nowAndThen(owner)
  const again = yield* askedAgain(lost)
  const only = (stage: string, requests: number) => selected(stage) ? requests : 0
  const before = {
    athlete: only("athlete", Math.max(again.athlete, yield* athleteAhead)),
    activities: only(
      "activities",
      again.activities === 0 ? list.requests : Math.max(list.requests, pagesOf(list.known)),
    ),
    zones: only("zones", Math.max(again.zones, few.zones)),
    stats: only("stats", Math.max(again.stats, few.stats)),
    gear: only("gear", Math.max(again.gear, few.gear)),
  }
  const first = Object.values(before).reduce((sum, requests) => sum + requests, 0)
  // By then some of what is set aside may be due.
  const at = finishedAt(before.athlete + before.activities, quota, now)
  const samples = owner === undefined ? nobody : yield* streamsAhead(owner, at)
  const detailed = owner === undefined ? nobody : yield* detailsAhead(owner, at)
  const on = yield* isOn("details")
  const more = Math.max(0, assumed - list.known)
  const streams = only("streams", Math.min(limit, samples.requests + more + again.streams))
  const price = Math.min(limit, detailed.wanted + more + again.details)
  const details = on ? only("details", price) : 0
  const known = first + streams + details
  // It takes what is left, and waits for no window.
  const full = (list.full || again.activities > 0) && selected("activities")
  const due = full ? 0 : only("sweep", yield* sweepAhead(owner, finishedAt(known, quota, now)))
  const sweep = Math.min(due, leftAfter(known, quota, now))
  const total = known + sweep
  const bursts = { count: 0, first: Infinity }
  for (const burst of burstsOf(total, quota, now)) {
    bursts.first = Math.min(bursts.first, burst.at)
    bursts.count++
  }
  const each = (
    { again, againLater, due, later, listed, narrower, purged }: Each,
    besides: number,
  ): Each => ({
    purged,
    again,
    againLater,
    narrower,
    listed: listed + more + besides,
    due,
    later,
  })
  return {
    now,
    requests: { ...before, streams, details, sweep, total },
    activities: { known: Math.max(list.known, assumed), whole: list.whole },
    streams: each(samples, again.streams),
    details: {
      ...each(detailed, again.details),
      on,
      price: on ? 0 : price,
      ends: finishedAt(total + (on ? 0 : price), quota, now),
    },
    sync: selected("activities") || selected("sweep")
      ? {
        kind: full || sweep > 0 ? "full" : "incremental",
        postponed: due > 0 && sweep === 0,
        schedule: owner === undefined ? undefined : yield* fullSyncSchedule(owner),
      }
      : undefined,
    quota,
    windows: bursts.count,
    starts: total === 0 ? now : bursts.first,
    ends: finishedAt(total, quota, now),
    run: oneRun(total, quota, now, policy),
  } satisfies Plan
})
