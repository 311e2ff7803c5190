/** Sinks that hold fewer items than have landed there: how many, and what happens to these items. */
import { Schema } from "effect"
import { Resource } from "../../../schemas/Item.ts"
import { resources } from "../../../schemas/resources.ts"
import { type SinkContents, SinkName } from "../../../sinks/Sink.ts"
import type { StateDatabase } from "../file/Database.ts"
import { refetchLackingIn, unkeptIn } from "./holdings.ts"
import { metaIn, setMetaIn } from "../file/meta.ts"

/** Number of items of a resource that a sink should hold, and that it was found to hold. */
export const Shortfall = Schema.Struct({
  sink: SinkName,
  resource: Resource,
  expected: Schema.Int,
  found: Schema.Int,
})
export type Shortfall = typeof Shortfall.Type

/** A sink that holds fewer items than have landed there. */
export interface ShortSink {
  readonly sink: SinkName
  readonly location: string
  readonly shortfalls: ReadonlyArray<Shortfall>
}

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
    `select resource, count(*) as expected from landed where sink = ?1
       and not exists (select 1 from pending where pending.sink = ?1
         and pending.athlete = landed.athlete and pending.resource = landed.resource
         and pending.id = landed.id and pending.hash in ('', 'purged'))
       group by resource`,
    sink,
  ).map((row): Shortfall => {
    const resource = row["resource"] as Resource
    const found = contents.get(resource) ?? 0
    return { sink, resource, expected: Number(row["expected"]), found }
  }).filter(({ expected, found }) => found < expected)

const figure = (count: number) => count.toLocaleString("en")

/** `0 of 40 activities`, `12 of 38 samples`. */
export const countsOf = (
  shortfalls: ReadonlyArray<Omit<Shortfall, "sink">>,
): ReadonlyArray<string> =>
  shortfalls.map(({ expected, found, resource }) =>
    `${figure(found)} of ${figure(expected)} ${resources[resource].noun}`
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

/** Inside a transaction: notes that `sink` is to get back what it lost, from Strava if no sink keeps it. */
export const markRefetchIn = (db: StateDatabase, sink: SinkName): void =>
  setMetaIn(db, key(sink), "1")

/** Returns those of `sinks` that are to get back what they lost. */
export const refetchMarkedIn = (
  db: StateDatabase,
  sinks: ReadonlyArray<SinkName>,
): ReadonlyArray<SinkName> => sinks.filter((sink) => metaIn(db.all, key(sink)) !== undefined)

/**
 * Inside a transaction: lists what those of `sinks` lost that no sink keeps, so that it is fetched again;
 * returns how many items, by resource.
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
  for (const sink of due) db.run(`delete from meta where key = ?`, key(sink))
  return counts
}
