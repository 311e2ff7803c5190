/** Estimates how many items the next run has to fetch again, from the item counts of the sinks. */
import { Schema } from "effect"
import type { SinkName } from "../../../sinks/Sink.ts"
import type { StateDatabase } from "../file/Database.ts"
import { hasKnownResource, row } from "../file/rows.ts"
import { sqlNames, type UndeliveredItems } from "./holdings.ts"
import type { ShortSink } from "./shortfall.ts"

const HeldRow = row({ resource: Schema.String, held: Schema.Int, kept: Schema.Int })
const LandedRow = row({ sink: Schema.String, resource: Schema.String, count: Schema.Int })

/**
 * Returns the number of items by resource that sinks lost and no sink keeps, given the sinks that hold
 * fewer items than the ledger says. Where two sinks that keep responses both lost some, these are taken
 * to be the same items: the number is the most that it can be.
 */
export const lossesIn = (
  db: StateDatabase,
  short: ReadonlyArray<ShortSink>,
  keepers: ReadonlyArray<SinkName>,
): ReadonlyArray<UndeliveredItems> => {
  const [keeper = ""] = keepers
  if (short.length === 0) return []
  const foundIn = (sink: string, resource: string) =>
    short.find((one) => one.sink === sink)?.shortfalls.find((one) => one.resource === resource)
  const rows = db.all(
    HeldRow,
    `select resource, count(*) as held, sum(kept) as kept from (
       select item.resource, max(landed.hash = item.hash and landed.sink in ${
      sqlNames(keepers)
    }) as kept
         from item join landed using (athlete, resource, id)
         where status not in ('deleted', 'purged') group by item.athlete, item.resource, item.id)
       group by resource`,
  )
  const landed = new Map(
    db.all(
      LandedRow,
      `select sink, resource, count(*) as count from landed group by sink, resource`,
    ).map(({ count, resource, sink }) => [`${sink} ${resource}`, count]),
  )
  return rows.filter(hasKnownResource).flatMap(({ held, kept, resource }) => {
    const remaining = Math.max(
      0,
      ...keepers.map((sink) =>
        foundIn(sink, resource)?.found ?? landed.get(`${sink} ${resource}`) ?? 0
      ),
    )
    // Items that only sinks without responses hold.
    const lost = short.filter(({ sink }) => !keepers.includes(sink))
      .flatMap(({ shortfalls }) => shortfalls.filter((one) => one.resource === resource))
      .reduce((sum, { expected, found }) => sum + expected - found, 0)
    const count = Math.max(0, kept - remaining) + Math.min(held - kept, lost)
    return count === 0
      ? []
      : [{ sink: keeper, resource, count, kept: 0 } satisfies UndeliveredItems]
  })
}
