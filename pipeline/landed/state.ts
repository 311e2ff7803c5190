/** Contents of the state file for reports: last run, rate limit, reasons why responses are missing. */
import { quantity } from "../output/kit/plurals.ts"
import { Effect } from "effect"
import type { AthleteId } from "../../schemas/Athlete.ts"
import type { Resource } from "../../schemas/Item.ts"
import type { SinkName } from "../../sinks/Sink.ts"
import { sinkNames } from "../../sinks/SinkKind.ts"
import { countFrom, countOf, type Counts, isOnlyExport } from "../state/ledger/counts.ts"
import type { LedgerEntry } from "../state/ledger/ledger.ts"
import type { QuotaRow } from "../state/ledger/quota.ts"
import { rememberedFrom, rememberedKey } from "../state/ledger/optional.ts"
import type { Shortfall } from "../state/outbox/shortfall.ts"
import { StateFile } from "../state/StateFile.ts"
import type { MissingReason, StartedActivity } from "./coverage.ts"
import { formatTime } from "../../schemas/time.ts"

export interface StoredState {
  /** Times in milliseconds since 1970; without an end, the run is active or was killed. */
  readonly lastRun: Counts["lastRun"]
  /** Usage and limit of each window at the last request. */
  readonly quota: ReadonlyArray<QuotaRow>
  /** Athlete of the items; undefined while there are none. */
  readonly owner: AthleteId | undefined
  /** True once Strava's list has been read to its end. */
  readonly listed: boolean
  /** Number of activities that have been fetched and still are at Strava. */
  readonly activities: number
  /** Number of activities that were purged for their age. */
  readonly purged: number
  /** Activities that Strava lists and that could not be read or stored. */
  readonly quarantined: ReadonlyArray<StartedActivity>
  /** True if the athlete's gear is fetched. */
  readonly asksGear: boolean
  /** True if the athlete's zones are fetched. */
  readonly asksZones: boolean
  /** Strava's reason for not sending the zones; undefined if it sends them. */
  readonly zonesWithheld: string | undefined
  /** Items that each sink should hold. */
  readonly expected: ReadonlyArray<Shortfall>
  /** Activities that each sink holds. */
  readonly landed: ReadonlyMap<SinkName, number>
  /** Reason by activity why there is no response. */
  readonly lacks: Readonly<Record<"streams" | "details", ReadonlyMap<string, MissingReason>>>
  /** Hash of the response of each activity that each sink holds. */
  readonly hashes: Readonly<Record<"streams" | "details", HashesOf>>
  /** True if details were ever listed to be fetched. */
  readonly asksDetails: boolean
  /** Stored items by source. */
  readonly sources: Counts["sources"]
  /** True if everything was imported. */
  readonly onlyExport: boolean
  /** Activities whose streams were imported from an export. */
  readonly imported: ReadonlySet<string>
}

/** Hashes by activity and sink. */
type HashesOf = ReadonlyMap<string, LedgerEntry["landed"]>

/** True if the account had no activities at the last sync. */
export const isEmpty = ({ activities, listed }: StoredState): boolean => listed && activities === 0

/** Returns a sentence about an account without activities, or whose activities were all purged. */
export const noActivities = ({ purged }: Pick<StoredState, "purged">): string =>
  purged === 0
    ? "Strava lists no activities in this account yet."
    : `${quantity(purged, "activity was", "activities were")} purged ` +
      "for their age, and none is left."

const pageSize = 1_000

const entriesOf = Effect.fnUntraced(function* (resource: Resource) {
  const { ledger } = yield* StateFile
  const entries: Array<LedgerEntry> = []
  let last: LedgerEntry | undefined
  do {
    const page: ReadonlyArray<LedgerEntry> = yield* ledger.page(resource, last, pageSize)
    entries.push(...page)
    last = page.at(-1)
  } while (last !== undefined)
  return entries
})

const itemsOf = Effect.fnUntraced(function* (resource: Resource) {
  const lacks = new Map<string, MissingReason>()
  const hashes = new Map<string, LedgerEntry["landed"]>()
  for (const { id, landed, status } of yield* entriesOf(resource)) {
    if (landed.size > 0) hashes.set(id, landed)
    if (status === "delivered" || status === "staged" || status === "deleted") continue
    lacks.set(id, status)
  }
  return { hashes, lacks }
})

const quarantined = Effect.map(
  entriesOf("activities"),
  (entries) =>
    entries.filter(({ status }) => status === "quarantined").map((
      { id, start },
    ): StartedActivity => ({
      id,
      local: start > 0 ? formatTime(start) : null,
    })),
)

const importedStreams = Effect.fnUntraced(function* (owner: AthleteId) {
  const known = yield* (yield* StateFile).imports.known(owner)
  return new Set(
    [...known].flatMap(([id, { streams }]) => streams?.source === "export" ? [id] : []),
  )
})

/** Reads the state file of `folder`, which is not locked and might be in use. */
export const storedState = Effect.fn("storedState")(function* (folder: string) {
  return yield* Effect.gen(function* () {
    const state = yield* StateFile
    const counts = yield* state.counts
    const owner = yield* state.athlete
    const remembered = rememberedFrom(yield* state.meta(rememberedKey))
    const streams = yield* itemsOf("streams")
    const details = yield* itemsOf("details")
    const found: StoredState = {
      quarantined: countOf(counts.items, "activities", "quarantined") === 0
        ? []
        : yield* quarantined,
      asksGear: remembered["gear"] !== false,
      asksZones: remembered["zones"] !== false,
      zonesWithheld: counts.withheld.find(({ resource }) => resource === "zones")?.reason,
      listed: owner !== undefined && (yield* state.lists.isComplete(owner)),
      activities: countOf(counts.items, "activities", "delivered", "staged"),
      purged: countOf(counts.items, "activities", "purged"),
      lastRun: counts.lastRun,
      quota: yield* state.quota,
      owner,
      expected: (yield* Effect.forEach(
        yield* sinkNames,
        (sink) => state.ledger.shortfalls(sink, new Map()),
      )).flat(),
      landed: new Map(
        counts.sinks.filter(({ resource }) => resource === "activities")
          .map(({ landed, sink }) => [sink, landed]),
      ),
      lacks: { streams: streams.lacks, details: details.lacks },
      hashes: { streams: streams.hashes, details: details.hashes },
      asksDetails: counts.items.some(({ resource }) => resource === "details"),
      sources: counts.sources,
      onlyExport: isOnlyExport(counts.sources),
      imported: owner === undefined || countFrom(counts.sources, "streams", "export") === 0
        ? new Set()
        : yield* importedStreams(owner),
    }
    return found
  }).pipe(Effect.provide(StateFile.layerReadOnly(folder)))
})
