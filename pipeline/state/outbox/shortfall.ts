/** Sinks that hold fewer items than the ledger says: their counts, and fetching lost items again. */
import { formatNumber } from "../../output/kit/numbers.ts"
import { Schema } from "effect"
import { type Resource, ResourceName } from "../../../schemas/Item.ts"
import { declarationOf } from "../../../schemas/resources.ts"
import { type SinkContents, SinkName } from "../../../sinks/Sink.ts"
import type { StateDatabase } from "../file/Database.ts"
import { refetchLackingIn, unkeptIn } from "./holdings.ts"
import { deleteMetaIn, metaIn, setMetaIn } from "../file/meta.ts"
import { hasKnownResource, row } from "../file/rows.ts"

/** Number of items of a resource that a sink should hold, and that it was found to hold. */
export const Shortfall = Schema.Struct({
  sink: SinkName,
  resource: ResourceName,
  expected: Schema.Int,
  found: Schema.Int,
})
export type Shortfall = typeof Shortfall.Type

/** A sink that holds fewer items than the ledger says. */
export interface ShortSink {
  readonly sink: SinkName
  readonly location: string
  readonly shortfalls: ReadonlyArray<Shortfall>
}

const ExpectedRow = row({ resource: Schema.String, expected: Schema.Int })

/**
 * Returns the resources that `sink` holds fewer items of than the ledger says. More is no shortfall: after
 * a crash a sink holds items that it has not acknowledged yet. Items that it was about to delete do not
 * count.
 */
export const shortfallsIn = (
  db: StateDatabase,
  sink: SinkName,
  contents: SinkContents,
): ReadonlyArray<Shortfall> =>
  db.all(
    ExpectedRow,
    `select resource, count(*) as expected from landed where sink = ?1
       and not exists (select 1 from pending where pending.sink = ?1
         and pending.athlete = landed.athlete and pending.resource = landed.resource
         and pending.id = landed.id and pending.hash in ('', 'purged'))
       group by resource`,
    sink,
  ).filter(hasKnownResource).map(({ expected, resource }): Shortfall => ({
    sink,
    resource,
    expected,
    found: contents.get(resource) ?? 0,
  })).filter(({ expected, found }) => found < expected)

/** Returns texts such as `0 of 40 activities` and `12 of 38 streams`. */
export const countsOf = (
  shortfalls: ReadonlyArray<Omit<Shortfall, "sink">>,
): ReadonlyArray<string> =>
  shortfalls.map(({ expected, found, resource }) =>
    `${formatNumber(found)} of ${formatNumber(expected)} ${declarationOf(resource).noun}`
  )

/** Describes a sink that lost items, while no run is restoring them. */
export const describeShortfalls = (
  name: SinkName,
  location: string,
  shortfalls: ReadonlyArray<Omit<Shortfall, "sink">>,
): string =>
  `${name} in ${location} holds ${
    countsOf(shortfalls).join(", ")
  }: it was emptied, replaced or changed since ` +
  "the last run"

const key = (sink: SinkName) => `refetch ${sink}`

/** Inside a transaction: records that lost items of `sink` must be restored, from Strava if no sink keeps them. */
export const markRefetchIn = (db: StateDatabase, sink: SinkName): void =>
  setMetaIn(db, key(sink), "1")

/** Returns the sinks whose lost items must be restored. */
export const refetchMarkedIn = (
  db: StateDatabase,
  sinks: ReadonlyArray<SinkName>,
): ReadonlyArray<SinkName> => sinks.filter((sink) => metaIn(db, key(sink)) !== undefined)

/**
 * Inside a transaction: marks lost items that no sink keeps as pending. Returns the number of items by resource.
 */
export const refetchIn = (
  db: StateDatabase,
  sinks: ReadonlyArray<SinkName>,
  keepers: ReadonlyArray<SinkName>,
  now: number,
): ReadonlyMap<Resource, number> => {
  const due = refetchMarkedIn(db, sinks)
  const counts = unkeptIn(db, due, keepers)
  refetchLackingIn(db, due, keepers, now, { kept: false })
  for (const sink of due) deleteMetaIn(db, key(sink))
  return counts
}
