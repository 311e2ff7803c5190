/** Result of a run as data; pipeline/output prints it. */
import { Clock, Effect } from "effect"
import type { Resource } from "../../schemas/Item.ts"
import { type SinkName, Sinks } from "../../sinks/Sink.ts"
import { Delivery } from "../delivery/Delivery.ts"
import { type Figures, RunTally } from "../stages/RunTally.ts"
import type { Counts } from "../state/ledger/counts.ts"
import type { UndeliveredItems } from "../state/outbox/holdings.ts"
import type { PurgeCounts } from "../state/outbox/purge.ts"
import type { Shortfall } from "../state/outbox/shortfall.ts"
import { StateFile } from "../state/StateFile.ts"
import { Quota, type QuotaSnapshot } from "../strava/quota/Quota.ts"
import { Strava } from "../strava/Strava.ts"
import type { FilledSink } from "./backfill.ts"
import { workLeft, type WorkProgress } from "./work.ts"

/** Result of any run: what it stored and delivered. */
export interface StoredSummary {
  readonly resources: Readonly<Partial<Record<Resource, Figures>>>
  /** Number of pending streams. */
  readonly left: number
  /** Progress of the selected resources. */
  readonly work: ReadonlyArray<WorkProgress>
  readonly incomplete: Counts["incomplete"]
  readonly withheld: Counts["withheld"]
  /** Unknown fields that this run was the first to see. */
  readonly drift: Counts["drift"]
  readonly heldBack: Counts["heldBack"] | null
  /** Time of these figures, in milliseconds since 1970. */
  readonly at: number
  readonly quarantined: Counts["quarantined"]
  /** Number of quarantined items, also of those that are not listed. */
  readonly setAside: number
  /** Items that sinks received from other sinks, without a request. */
  readonly filled: ReadonlyArray<FilledSink>
  /** Items that sinks lacked, compared with the state file; those that another sink keeps were restored. */
  readonly shortfalls: ReadonlyArray<Shortfall>
  /** Number of items purged for their age, by resource. */
  readonly purged: PurgeCounts
  /** Items that sinks lack because they were fetched before the sinks were added. */
  readonly lacks: ReadonlyArray<UndeliveredItems>
  readonly unknownSinks: Counts["unknownSinks"]
  /** Stored items by source. */
  readonly sources: Counts["sources"]
  readonly sinks: ReadonlyArray<{
    readonly sink: SinkName
    readonly location: string
    readonly pending: number
    /** Error of the sink, if it failed. */
    readonly error: string | undefined
  }>
}

/** Result of a run that fetches. */
export interface Summary extends StoredSummary {
  readonly requests: number
  readonly bytes: number
  readonly quota: QuotaSnapshot
}

/** Returns the number of quarantined items. */
export const countQuarantined = ({ items }: Counts): number =>
  items.filter(({ status }) => status === "quarantined")
    .reduce((sum, { count }) => sum + count, 0)

/** Returns what this run stored and delivered. */
export const summarizeStored = Effect.fn("summarizeStored")(function* (
  filled: ReadonlyArray<FilledSink>,
  purged: PurgeCounts,
) {
  const state = yield* StateFile
  const owner = yield* state.owner
  const at = yield* Clock.currentTimeMillis
  const counts = yield* state.counts
  const down = yield* (yield* Delivery).down
  const waiting = (name: SinkName) =>
    counts.sinks.filter(({ sink }) => sink === name).reduce((sum, { pending }) => sum + pending, 0)
  return {
    resources: yield* (yield* RunTally).all,
    left: owner === undefined ? 0 : (yield* state.pendingCounts(owner, "streams", at)).listed,
    work: yield* workLeft(owner),
    incomplete: counts.incomplete,
    withheld: counts.withheld,
    drift: counts.drift.filter(({ epoch }) => epoch === state.epoch),
    heldBack: counts.heldBack ?? null,
    at,
    quarantined: counts.quarantined,
    setAside: countQuarantined(counts),
    filled,
    shortfalls: yield* (yield* Delivery).shortfalls,
    purged,
    lacks: yield* state.missingInSinks,
    unknownSinks: counts.unknownSinks,
    sources: counts.sources,
    sinks: (yield* Sinks).map(({ location, name }) => ({
      sink: name,
      location,
      pending: waiting(name),
      error: down.find(({ sink }) => sink === name)?.detail,
    })),
  } satisfies StoredSummary
})

/** Returns the result of a run that fetches. */
export const summarize = Effect.fn("summarize")(function* (
  filled: ReadonlyArray<FilledSink>,
  purged: PurgeCounts,
) {
  const { bytes, requests } = yield* (yield* Strava).traffic
  const { resources, ...stored } = yield* summarizeStored(filled, purged)
  const quota = yield* (yield* Quota).snapshot
  return { resources, requests, bytes, quota, ...stored } satisfies Summary
})
