/** Requests of the next run and the time of its end, from the state file only: no request, no lock. */
import { Clock, Effect } from "effect"
import { recordOf } from "../../schemas/Item.ts"
import { allResources } from "../../schemas/resources.ts"
import { burstsOf, finishedAt, leftAfter } from "./estimate.ts"
import type { Selection } from "./Pipeline.ts"
import { requestsToRefetch } from "./refetchCost.ts"
import type { ItemsAhead, ListAhead, Planned, StageAhead } from "../stages/StageAhead.ts"
import { stages } from "../stages/all.ts"
import { PipelineStages } from "../stages/PipelineStages.ts"
import { noItems } from "../stages/items/eachActivity.ts"
import { type FullSyncSchedule, fullSyncSchedule } from "../stages/lists/fullSync.ts"
import { RunOptions } from "../stages/RunOptions.ts"
import type { UndeliveredItems } from "../state/outbox/holdings.ts"
import { StateFile } from "../state/StateFile.ts"
import { Quota, type QuotaPolicy, type QuotaSnapshot, shortPause } from "../strava/quota/Quota.ts"

/** Items of a resource with a request for each activity, and when all would be fetched. */
export interface PlannedItems extends ItemsAhead {
  /** Time when all is done, with these items although the resource is off. */
  readonly ends: number
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
  /** Time of the plan, in milliseconds since 1970, as all times here. */
  readonly now: number
  /** Requests by stage, if all goes well: each failure costs some more. */
  readonly requests:
    & Readonly<Record<PlannedName | "total", number>>
    & Readonly<Record<string, number>>
  readonly activities: {
    /** Activities on the list as far as known, or as assumed. */
    readonly known: number
    /** True if the list has been read to its end; if not, more activities may follow. */
    readonly whole: boolean
  }
  /** Items by stage, for stages that fetch one after another. */
  readonly items: Readonly<Record<string, PlannedItems>>
  /** Undefined if no selected stage reads the list. */
  readonly sync?: PlannedSync | undefined
  readonly quota: QuotaSnapshot
  /** Number of 15-minute windows in which requests are sent. */
  readonly windows: number
  /** Times of the first and of the last request; Infinity if there can be none. */
  readonly starts: number
  readonly ends: number
  /** Requests that one run can send under its policy, and the reason that it stops. */
  readonly run: { readonly requests: number; readonly stops: "limit" | "deadline" | "nothing" }
}

/** Returns the part of `requests` that one run can send under `policy`. */
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

/** Returns the requests for items that sinks lost and, with `--backfill`, for those that they lack. */
const askedAgain = Effect.fnUntraced(function* (lost: ReadonlyArray<UndeliveredItems>) {
  const again = recordOf(allResources(), () => 0)
  const { backfill } = yield* RunOptions
  const lacks = backfill ? yield* (yield* StateFile).missingInSinks : []
  for (const part of [lost, lacks]) {
    const requests = requestsToRefetch(part)
    for (const resource of allResources()) {
      again[resource] = (again[resource] ?? 0) + (requests[resource] ?? 0)
    }
  }
  return again
})

type PlannedName = Exclude<keyof typeof stages, "auth">

const noRequests = recordOf(
  ["total", ...Object.keys(stages)].filter((name) => name !== "auth") as ReadonlyArray<
    PlannedName | "total"
  >,
  () => 0,
)

/** Plan of the stages up to one of them. */
interface PlannedStages {
  readonly requests: Plan["requests"]
  readonly planned: Planned
  readonly list: ListAhead
  readonly items: Readonly<Record<string, ItemsAhead>>
  /** Requests of stages that never wait beyond those that the quota leaves. */
  readonly postponed: number
}

/** Adds the plan of each stage to those of the stages before it. */
const planStages = Effect.fnUntraced(function* (
  selected: Selection,
  first: Planned,
  quota: QuotaSnapshot,
  now: number,
) {
  let plan: PlannedStages = {
    requests: noRequests,
    planned: first,
    list: { known: 0, whole: false, full: false },
    items: {},
    postponed: 0,
  }
  for (const [name, stage] of Object.entries((yield* PipelineStages).stages)) {
    // The sign-in sends no request of its own that counts.
    if (name === "auth") continue
    const ahead: StageAhead = yield* stage.ahead(plan.planned)
    const { items, list } = ahead
    const isSelected = selected(name)
    const sent = isSelected ? ahead.requests : 0
    const total = plan.requests.total + sent
    plan = {
      requests: { ...plan.requests, [name]: sent, total },
      planned: {
        ...plan.planned,
        ...(list !== undefined && {
          more: Math.max(0, first.assumed - list.known),
          listed: finishedAt(total, quota, now),
          full: isSelected && list.full,
        }),
        ends: finishedAt(total, quota, now),
        left: leftAfter(total, quota, now),
      },
      list: list ?? plan.list,
      items: items === undefined ? plan.items : { ...plan.items, [name]: items },
      postponed: plan.postponed + (isSelected ? (ahead.wanted ?? sent) - sent : 0),
    }
  }
  return plan
})

/**
 * Returns the plan of a run that starts now with the selected stages. `assumed` is a number of activities, used
 * if it is more than is known. `lost` are items that no sink keeps.
 */
export const makePlan = Effect.fn("plan")(function* (
  selected: Selection,
  policy: QuotaPolicy,
  assumed = 0,
  lost: ReadonlyArray<UndeliveredItems> = [],
) {
  const owner = yield* (yield* StateFile).owner
  const quota = yield* (yield* Quota).snapshot
  const now = yield* Clock.currentTimeMillis
  const { items, list, planned, postponed, requests } = yield* planStages(
    selected,
    {
      owner,
      assumed,
      again: yield* askedAgain(lost),
      more: 0,
      listed: now,
      full: false,
      ends: now,
      left: leftAfter(0, quota, now),
    },
    quota,
    now,
  )
  const { sweep, total } = requests
  const bursts = [...burstsOf(total, quota, now)]
  const itemsOf = (resource: string): PlannedItems => {
    const found = items[resource] ?? noItems
    const extra = found.on ? 0 : found.price
    return { ...found, price: extra, ends: finishedAt(total + extra, quota, now) }
  }
  return {
    now,
    requests,
    activities: { known: Math.max(list.known, assumed), whole: list.whole },
    items: recordOf(Object.keys(items), itemsOf),
    sync: selected("activities") || selected("sweep")
      ? {
        kind: planned.full || sweep > 0 ? "full" : "incremental",
        postponed: postponed > 0 && sweep === 0,
        schedule: owner === undefined ? undefined : yield* fullSyncSchedule(owner),
      }
      : undefined,
    quota,
    windows: bursts.length,
    starts: total === 0 ? now : bursts[0]?.at ?? Infinity,
    ends: finishedAt(total, quota, now),
    run: oneRun(total, quota, now, policy),
  } satisfies Plan
})
