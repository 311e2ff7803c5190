/** What each sink holds of what is here, and whether it still is the sink that it was. */
import type { Resource } from "../../../schemas/Item.ts"
import type { SinkName } from "../../../sinks/Sink.ts"
import type { StateDatabase } from "../file/Database.ts"
import { forgetGenerationIn } from "./generations.ts"
import { relistActivitiesIn } from "./redeliver.ts"
import { metaIn, setMetaIn } from "../file/meta.ts"

/** Items that have been fetched, whose newest answer a sink neither holds nor waits for. */
export interface UndeliveredItems {
  readonly sink: SinkName
  readonly resource: Resource
  readonly count: number
  /** How many of them another sink keeps as Strava sent them, as far as is known. */
  readonly kept: number
}

const same = (table: "landed" | "pending") =>
  `${table}.athlete = item.athlete and ${table}.resource = item.resource and ${table}.id = item.id`

/** What has been fetched and not been refused by Strava since, and sink ?1 lacks. */
const lackingOf = (extra: string) =>
  `hash is not null
  and (status in ('staged', 'delivered') or (status = 'quarantined' and tries = 0)${extra})
  and not exists (select 1 from landed where ${same("landed")} and landed.sink = ?1
    and landed.hash = item.hash)
  and not exists (select 1 from pending where ${same("pending")} and pending.sink = ?1)`

/** Returns the names as a list in SQL. */
export const sqlNames = (names: ReadonlyArray<SinkName>): string =>
  `(${names.map((name) => `'${name.replaceAll("'", "''")}'`).join(", ")})`

/** Condition for items that one of `keepers` keeps. */
const keptBy = (keepers: ReadonlyArray<SinkName>) =>
  `exists (select 1 from landed where ${same("landed")} and landed.hash = item.hash
    and landed.sink in ${sqlNames(keepers)})`

const lacking = lackingOf("")

/**
 * Condition for items that sink ?1 lacks, including those whose last response one of `keepers` keeps while a
 * newer one is not fetched.
 */
const lackingOrOld = (keepers: ReadonlyArray<SinkName>) =>
  lackingOf(` or (status <> 'deleted' and ${keptBy(keepers)})`)

export const lacksIn = (
  db: StateDatabase,
  sinks: ReadonlyArray<SinkName>,
  keepers: ReadonlyArray<SinkName>,
): ReadonlyArray<UndeliveredItems> =>
  sinks.flatMap((sink) =>
    db.all(
      `select resource, count(*) as count, sum(${keptBy(keepers)}) as kept from item
         where ${lackingOrOld(keepers)} group by resource`,
      sink,
    ).map(({ count, kept, resource }) => ({
      sink,
      resource: resource as Resource,
      count: Number(count),
      kept: Number(kept),
    }))
  )

/**
 * Inside a transaction: these sinks are of an earlier time. Those that do not tell which responses their
 * rows were made from are known to hold none of them any more.
 */
export const distrustIn = (
  db: StateDatabase,
  sinks: ReadonlyArray<SinkName>,
  keepers: ReadonlyArray<SinkName>,
): void => {
  for (const sink of sinks) {
    if (!keepers.includes(sink)) db.run(`delete from landed where sink = ?`, sink)
  }
}

/** Condition for items that a sink lacks and none of `keepers` keeps. */
const unkept = (keepers: ReadonlyArray<SinkName>) => `${lacking} and not ${keptBy(keepers)}`

/** Returns the number of items by resource that at least one of `sinks` lacks and no sink keeps. */
export const unkeptIn = (
  db: StateDatabase,
  sinks: ReadonlyArray<SinkName>,
  keepers: ReadonlyArray<SinkName>,
): ReadonlyMap<Resource, number> => {
  const counts = new Map<Resource, number>()
  for (const sink of sinks) {
    const rows = db.all(
      `select resource, count(*) as count from item where ${unkept(keepers)} group by resource`,
      sink,
    )
    for (const { count, resource } of rows) {
      const known = counts.get(resource as Resource) ?? 0
      counts.set(resource as Resource, Math.max(known, Number(count)))
    }
  }
  return counts
}

/**
 * Lists what `sinks` lack, so that it is fetched again; without `kept`, only what no sink keeps.
 * Activities come with a full list.
 */
export const refetchLackingIn = (
  db: StateDatabase,
  sinks: ReadonlyArray<SinkName>,
  keepers: ReadonlyArray<SinkName>,
  now: number,
  { kept = true }: { readonly kept?: boolean } = {},
): void => {
  const wanted = kept ? lacking : unkept(keepers)
  for (const sink of sinks) {
    const lists = db.all(
      `select distinct athlete from item where resource = 'activities' and ${wanted}`,
      sink,
    )
    for (const { athlete } of lists) relistActivitiesIn(db, Number(athlete))
    db.run(
      `update item set status = 'listed', recheck = null, updated = ?2
         where resource <> 'activities' and ${wanted}`,
      sink,
      now,
    )
  }
}

/**
 * Note what `sink` is: a folder, this database or that. When it is another than last time, nothing is
 * known to have landed there; gives how many items are so forgotten.
 */
export const recordIdentityIn = (db: StateDatabase, sink: SinkName, identity: string): number => {
  const key = `sink ${sink}`
  const known = metaIn(db.all, key)
  if (known === identity) return 0
  setMetaIn(db, key, identity)
  forgetGenerationIn(db, sink)
  return known === undefined ? 0 : db.run(`delete from landed where sink = ?`, sink)
}
