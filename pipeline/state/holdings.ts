/** What each sink holds of what is here, and whether it still is the sink that it was. */
import type { Resource } from "../../schemas/Item.ts"
import type { SinkName } from "../../sinks/Sink.ts"
import type { Database } from "./Database.ts"
import { metaIn, setMetaIn } from "./meta.ts"

/** Items that have been fetched and that a sink neither holds nor waits for. */
export interface Lack {
  readonly sink: SinkName
  readonly resource: Resource
  readonly count: number
}

export const lacksIn = (db: Database, sinks: ReadonlyArray<SinkName>): ReadonlyArray<Lack> =>
  sinks.flatMap((sink) =>
    db.all(
      `select resource, count(*) as count from item
         where hash is not null and status in ('staged', 'delivered')
           and not exists (select 1 from landed where landed.athlete = item.athlete
             and landed.resource = item.resource and landed.id = item.id and landed.sink = ?1)
           and not exists (select 1 from pending where pending.athlete = item.athlete
             and pending.resource = item.resource and pending.id = item.id and pending.sink = ?1)
         group by resource`,
      sink,
    ).map(({ count, resource }) => ({
      sink,
      resource: resource as Resource,
      count: Number(count),
    }))
  )

/**
 * Note what `sink` is: a folder, this database or that. When it is another than last time, nothing is
 * known to have landed there; gives how many items are so forgotten.
 */
export const recognizeIn = (db: Database, sink: SinkName, identity: string): number => {
  const key = `sink ${sink}`
  const known = metaIn(db.all, key)
  if (known === identity) return 0
  setMetaIn(db, key, identity)
  return known === undefined ? 0 : db.run(`delete from landed where sink = ?`, sink)
}
