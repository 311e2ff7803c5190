/** Items that each sink lacks, and marking them to be fetched again. */
import { Schema } from "effect"
import { AthleteId } from "../../../schemas/Athlete.ts"
import type { Resource } from "../../../schemas/Item.ts"
import type { SinkName } from "../../../sinks/Sink.ts"
import type { StateDatabase } from "../file/Database.ts"
import { reasons } from "../ledger/reasons.ts"
import { isOfApi } from "../sources/sourceColumn.ts"
import { relistActivitiesIn } from "./redeliver.ts"
import { hasKnownResource, row } from "../file/rows.ts"

/** Number of fetched items whose newest response a sink neither holds nor has in the outbox. */
export interface UndeliveredItems {
  readonly sink: SinkName
  readonly resource: Resource
  readonly count: number
  /** Number of those whose response another sink keeps, according to the ledger. */
  readonly kept: number
}

const same = (table: "landed" | "pending") =>
  `${table}.athlete = item.athlete and ${table}.resource = item.resource and ${table}.id = item.id`

/** SQL: true if an item has been fetched, is not refused by Strava since, and is missing in sink ?1. */
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

const LackRow = row({ resource: Schema.String, count: Schema.Int, kept: Schema.Int })

/** Returns the items that each of `sinks` lacks. */
export const lacksIn = (
  db: StateDatabase,
  sinks: ReadonlyArray<SinkName>,
  keepers: ReadonlyArray<SinkName>,
): ReadonlyArray<UndeliveredItems> =>
  sinks.flatMap((sink) =>
    db.all(
      LackRow,
      `select resource, count(*) as count, sum(${keptBy(keepers)}) as kept from item
         where ${lackingOrOld(keepers)} group by resource`,
      sink,
    ).filter(hasKnownResource).map((lack) => ({ ...lack, sink }))
  )

/**
 * Inside a transaction: handles sinks that are older than the ledger. A sink that does not keep responses counts
 * as empty, because it cannot say which responses its rows were made from.
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

const CountRow = row({ resource: Schema.String, count: Schema.Int })
const AthleteRow = row({ athlete: AthleteId })

/** Returns the number of items by resource that at least one of `sinks` lacks and no sink keeps. */
export const unkeptIn = (
  db: StateDatabase,
  sinks: ReadonlyArray<SinkName>,
  keepers: ReadonlyArray<SinkName>,
): ReadonlyMap<Resource, number> => {
  const counts = new Map<Resource, number>()
  for (const sink of sinks) {
    const rows = db.all(
      CountRow,
      `select resource, count(*) as count from item where ${unkept(keepers)} group by resource`,
      sink,
    )
    for (const { count, resource } of rows.filter(hasKnownResource)) {
      counts.set(resource, Math.max(counts.get(resource) ?? 0, count))
    }
  }
  return counts
}

/**
 * Inside a transaction: marks the items that `sinks` lack as pending; without `kept`, only those that no sink
 * keeps. Activities are fetched with a full list.
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
      AthleteRow,
      `select distinct athlete from item where resource = 'activities' and ${wanted}`,
      sink,
    )
    for (const { athlete } of lists) relistActivitiesIn(db, athlete)
    db.run(
      `delete from origin where exists (select 1 from item where item.athlete = origin.athlete
         and item.id = origin.id and not ${isOfApi} and ${wanted})`,
      sink,
    )
    db.run(
      `update item set status = 'listed', recheck = null, updated = ?2,
         reason = case when ${isOfApi} then reason else '${reasons.lostImport}' end
         where resource not in ('activities', 'export') and ${wanted}`,
      sink,
      now,
    )
  }
}

/**
 * Inside a transaction: records that sinks without responses hold no item of a resource that one of `keepers` keeps,
 * so that the run delivers each to them again.
 */
export const refillIn = (
  db: StateDatabase,
  resource: Resource,
  { keepers, names }: {
    readonly names: ReadonlyArray<SinkName>
    readonly keepers: ReadonlyArray<SinkName>
  },
): void => {
  const others = names.filter((name) => !keepers.includes(name))
  db.run(
    `delete from landed where resource = ? and sink in ${sqlNames(others)}
       and exists (select 1 from item where ${same("landed")} and ${keptBy(keepers)})`,
    resource,
  )
}
