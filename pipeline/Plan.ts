/** What a run will ask for and when it will be done, from the state alone: no request, no lock. */
import { Clock, Effect } from "effect"
import { burstsOf, finishedAt } from "./estimate.ts"
import type * as Pipeline from "./Pipeline.ts"
import { RunOptions } from "./RunOptions.ts"
import { listAhead } from "./stages/activities.ts"
import { athleteAhead } from "./stages/athlete.ts"
import { streamsAhead } from "./stages/streams.ts"
import { StateFile } from "./state/StateFile.ts"
import { Quota, type QuotaPolicy, type QuotaSnapshot } from "./strava/Quota.ts"

export interface Plan {
  /** When it was made, in milliseconds since 1970, as all times here. */
  readonly now: number
  /** Requests by stage, if all goes well: each failure costs some more. */
  readonly requests: {
    readonly athlete: number
    readonly activities: number
    readonly streams: number
    readonly total: number
  }
  readonly activities: {
    /** Activities on the list as far as known, or as assumed. */
    readonly known: number
    /** Whether the list has been read to its end; if not, more may come. */
    readonly whole: boolean
  }
  readonly streams: {
    /** Listed and not yet had; those assumed are among them. */
    readonly listed: number
    /** Set aside and due by then; and set aside, but not due. */
    readonly due: number
    readonly later: number
  }
  readonly quota: QuotaSnapshot
  /** Quarters of an hour in which something is asked for. */
  readonly windows: number
  /** When the first request may go out, and when the last; Infinity where never. */
  readonly starts: number
  readonly ends: number
  /** How much of it one run does under its policy, and what stops it. */
  readonly run: { readonly requests: number; readonly stops: "limit" | "deadline" | "nothing" }
}

/** A run that stops at the limit waits all the same for a window that is so near. */
const shortPause = 5_000

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

/**
 * The plan of a run that begins now and runs the selected stages; with `assumed`, as if the list had so
 * many activities, where it is not known to have more.
 */
export const plan = Effect.fn("plan")(function* (
  selected: Pipeline.Selection,
  policy: QuotaPolicy,
  assumed = 0,
) {
  const owner = yield* (yield* StateFile).owner
  const quota = yield* (yield* Quota).snapshot
  const now = yield* Clock.currentTimeMillis
  const list = yield* listAhead(owner, assumed)
  const athlete = selected("athlete") ? yield* athleteAhead : 0
  const activities = selected("activities") ? list.requests : 0
  // By then some of what is set aside may be due.
  const at = finishedAt(athlete + activities, quota, now)
  const nobody = { requests: 0, listed: 0, due: 0, later: 0 }
  const ahead = owner === undefined ? nobody : yield* streamsAhead(owner, at)
  const more = Math.max(0, assumed - list.known)
  const { limit = Infinity } = yield* RunOptions
  const streams = selected("streams") ? Math.min(limit, ahead.requests + more) : 0
  const total = athlete + activities + streams
  const bursts = { count: 0, first: Infinity }
  for (const burst of burstsOf(total, quota, now)) {
    bursts.first = Math.min(bursts.first, burst.at)
    bursts.count++
  }
  return {
    now,
    requests: { athlete, activities, streams, total },
    activities: { known: Math.max(list.known, assumed), whole: list.whole },
    streams: { listed: ahead.listed + more, due: ahead.due, later: ahead.later },
    quota,
    windows: bursts.count,
    starts: total === 0 ? now : bursts.first,
    ends: finishedAt(total, quota, now),
    run: oneRun(total, quota, now, policy),
  } satisfies Plan
})
