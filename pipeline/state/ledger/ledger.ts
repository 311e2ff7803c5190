/** The ledger, for who proves it or mends it: what is known of each item, page by page. */
import { Effect } from "effect"
import { AthleteId } from "../../../schemas/Athlete.ts"
import type { Item, ItemKey, Resource } from "../../../schemas/Item.ts"
import type { Generation, Sink, SinkContents, SinkError, SinkName } from "../../../sinks/Sink.ts"
import { adopt, type Adopted } from "../recovery/adopt.ts"
import type { Status } from "./counts.ts"
import type { Commit } from "../file/commit.ts"
import type { SqlRow, StateDatabase } from "../file/Database.ts"
import { distrustIn, refetchLackingIn, type UndeliveredItems } from "../outbox/holdings.ts"
import { lossesIn } from "../outbox/loss.ts"
import {
  endLikePreviousIn,
  forgetIn,
  type FoundItem,
  type LostItem,
  restoreIn,
} from "../outbox/redeliver.ts"
import { itemOf } from "../outbox/outbox.ts"
import { athleteIn } from "./owner.ts"
import { repurgeIn } from "../outbox/purge.ts"
import { generationDrift, recordGenerationIn, type SinkAge } from "../outbox/generations.ts"
import { type Lineage, lineageIn, recordReconciledIn } from "../outbox/lineage.ts"
import { identitiesIn } from "../outbox/identities.ts"
import {
  markRefetchIn,
  refetchIn,
  refetchMarkedIn,
  type Shortfall,
  shortfallsIn,
  type ShortSink,
} from "../outbox/shortfall.ts"
import type { StateError } from "../StateError.ts"

/** What the ledger says of an item. */
export interface LedgerEntry extends ItemKey {
  readonly status: Status
  /** When its activity began, in milliseconds since 1970; 0 if unknown. */
  readonly start: number
  /** How often in a row Strava has failed to give it. */
  readonly tries: number
  /** Of the newest answer; null while there is none. */
  readonly hash: string | null
  /** The hash of the answer that each sink holds. */
  readonly landed: ReadonlyMap<string, string>
  /** The sinks that have yet to take an answer, or have refused one. */
  readonly outbox: ReadonlyMap<string, "pending" | "refused">
}

export interface Ledger {
  /** The next entries of `resource` after those up to `after`, in the order of their keys. */
  page(
    resource: Resource,
    after: Pick<ItemKey, "athlete" | "id"> | undefined,
    limit: number,
  ): Effect.Effect<ReadonlyArray<LedgerEntry>, StateError>
  /** The entries of these ids that there are. */
  entries(resource: Resource, ids: ReadonlyArray<string>): Effect.Effect<
    ReadonlyArray<LedgerEntry>,
    StateError
  >
  /** The answers of these entries that the state file itself has, whole. */
  responses(entries: ReadonlyArray<LedgerEntry>): Effect.Effect<ReadonlyArray<Item>, StateError>
  /** Reads what a proof of the contents of `sink` depends on besides the items. */
  lineage(sink: SinkName): Effect.Effect<Lineage, StateError>
  /** Identity of each sink that has been used, by its name: see `StateFile.recognize`. */
  readonly identities: Effect.Effect<ReadonlyMap<string, string>, StateError>
  /**
   * `sinks` do not hold the item: stage it for them, in one transaction with others. Its text must be of
   * the ledger's own hash.
   */
  restore(restored: ReadonlyArray<FoundItem>): Effect.Effect<void, StateError>
  /**
   * `sinks` do not hold these items and nobody has their answers: profiles and samples are to be asked
   * for again, activities come with the next list.
   */
  forget(lost: ReadonlyArray<LostItem>): Effect.Effect<void, StateError>
  /** `sinks` hold these items, which were purged: they are to take them away again. */
  purgeAgain(back: ReadonlyArray<LostItem>): Effect.Effect<void, StateError>
  /** Let what `sinks` lack be asked for again. */
  refetchLacking(sinks: ReadonlyArray<SinkName>): Effect.Effect<void, StateError>
  /** Returns what `sink` holds less of than the ledger says. */
  shortfalls(
    sink: SinkName,
    contents: SinkContents,
  ): Effect.Effect<ReadonlyArray<Shortfall>, StateError>
  /** Returns how many items of `short` no sink keeps, at most: the next run fetches them again. */
  losses(
    short: ReadonlyArray<ShortSink>,
  ): Effect.Effect<ReadonlyArray<UndeliveredItems>, StateError>
  /** Returns how the sink is of another time than the ledger, if it is. */
  generationDrift(
    sink: SinkName,
    generation: Generation,
  ): Effect.Effect<SinkAge | undefined, StateError>
  /** Notes that the sink and the ledger agree, as of the sink's `generation`. */
  recordGeneration(sink: SinkName, generation: number): Effect.Effect<void, StateError>
  /**
   * Makes the ledger say of `sinks`, which are of another time or lost items, what they hold now. What they
   * hold and the ledger does not know is newer than the ledger, or else older.
   */
  reconcile(
    sinks: ReadonlyArray<Sink>,
    drift: SinkAge | undefined,
  ): Effect.Effect<Adopted | undefined, StateError | SinkError>
  /** Returns those of `sinks` that lost items and are yet to get them back. */
  markedForRefetch(
    sinks: ReadonlyArray<SinkName>,
  ): Effect.Effect<ReadonlyArray<SinkName>, StateError>
  /** Lists what those of `sinks` lost that no sink keeps; returns how many items, by resource. */
  refetch(sinks: ReadonlyArray<SinkName>): Effect.Effect<ReadonlyMap<Resource, number>, StateError>
  /** Note that this run ended and changed nothing of what the one before had still to do. */
  readonly endLikePrevious: Effect.Effect<void, StateError>
}

const parts = (row: SqlRow, resource: Resource): ItemKey => ({
  athlete: AthleteId.make(Number(row["athlete"])),
  resource,
  id: String(row["id"]),
})

const inIds = "and resource = ? and id in (select value from json_each(?))"

/** The entries of rows of one athlete. */
const entriesOf = (
  db: StateDatabase,
  resource: Resource,
  rows: ReadonlyArray<SqlRow>,
): ReadonlyArray<LedgerEntry> => {
  const { athlete = null } = rows[0] ?? {}
  const among = [athlete, resource, JSON.stringify(rows.map(({ id }) => id))] as const
  const byId = (rows: ReadonlyArray<SqlRow>) => Map.groupBy(rows, ({ id }) => String(id))
  const landed = byId(
    db.all(`select id, sink, hash from landed where athlete = ? ${inIds}`, ...among),
  )
  const pending = byId(
    db.all(`select id, sink, reason from pending where athlete = ? ${inIds}`, ...among),
  )
  return rows.map((row): LedgerEntry => {
    const key = parts(row, resource)
    return {
      ...key,
      status: row["status"] as Status,
      start: Number(row["start"]),
      tries: Number(row["tries"]),
      hash: row["hash"] === null ? null : String(row["hash"]),
      landed: new Map(
        (landed.get(key.id) ?? []).map(({ hash, sink }) => [String(sink), String(hash)]),
      ),
      outbox: new Map(
        (pending.get(key.id) ?? []).map(({ reason, sink }) => [
          String(sink),
          reason === null ? "pending" : "refused",
        ]),
      ),
    }
  })
}

const athletesIn = (db: StateDatabase, after = 0) =>
  db.all(`select distinct athlete from item where athlete > ? order by athlete`, after)
    .map(({ athlete }) => Number(athlete))

const columns = "athlete, id, status, start, tries, hash"

const pageIn = (
  db: StateDatabase,
  resource: Resource,
  after: Pick<ItemKey, "athlete" | "id"> | undefined,
  limit: number,
): ReadonlyArray<LedgerEntry> => {
  const next = (athlete: number, id: string) =>
    db.all(
      `select ${columns} from item where athlete = ? and resource = ? and id > ?
         order by id limit ?`,
      athlete,
      resource,
      id,
      limit,
    )
  const rest = after === undefined ? [] : next(after.athlete, after.id)
  if (rest.length > 0) return entriesOf(db, resource, rest)
  for (const athlete of athletesIn(db, after?.athlete)) {
    const rows = next(athlete, "")
    if (rows.length > 0) return entriesOf(db, resource, rows)
  }
  return []
}

const entriesIn = (
  db: StateDatabase,
  resource: Resource,
  ids: ReadonlyArray<string>,
): ReadonlyArray<LedgerEntry> =>
  athletesIn(db).flatMap((athlete) =>
    entriesOf(
      db,
      resource,
      db.all(
        `select ${columns} from item where athlete = ? ${inIds}`,
        athlete,
        resource,
        JSON.stringify(ids),
      ),
    )
  )

/** The cursor of the athlete keeps the profile, for sinks that are added later. */
const profileIn = (
  db: StateDatabase,
  { athlete, hash, resource, id }: LedgerEntry,
): ReadonlyArray<Item> => {
  const value = db.all(
    `select json_extract(value, '$.text') as text, json_extract(value, '$.fetchedAt') as at
       from cursor where athlete = ? and stage = 'athlete' and json_valid(value)`,
    athlete,
  )[0]
  return hash !== null && typeof value?.["text"] === "string"
    ? [{
      athlete,
      resource,
      id,
      text: value["text"],
      hash,
      fetchedAt: Number(value["at"]),
    }]
    : []
}

const textsIn = (db: StateDatabase, entries: ReadonlyArray<LedgerEntry>): ReadonlyArray<Item> =>
  entries.flatMap((entry) => {
    const { athlete, id, resource } = entry
    const row = db.all(
      `select athlete, id, hash, fetched_at, body from staged
         where athlete = ? and resource = ? and id = ?`,
      athlete,
      resource,
      id,
    )[0]
    const staged = row === undefined ? undefined : itemOf(row, resource)
    if (staged !== undefined) return [staged]
    return entry.resource === "athlete" ? profileIn(db, entry) : []
  })

/** The ledger of `db`; `commit` runs a transaction. */
export const ledgerIn = (
  db: StateDatabase,
  epoch: number,
  commit: Commit,
  keepers: ReadonlyArray<SinkName>,
): Ledger => ({
  page: (resource, after, limit) => db.read(() => pageIn(db, resource, after, limit)),
  entries: (resource, ids) => db.read(() => entriesIn(db, resource, ids)),
  responses: (entries) => db.read(() => textsIn(db, entries)),
  lineage: (sink) => db.read(() => lineageIn(db, sink)),
  identities: db.read(() => identitiesIn(db)),
  restore: (restored) => commit((now) => restoreIn(db, restored, now)),
  forget: (lost) => commit((now) => forgetIn(db, lost, now)),
  purgeAgain: (back) => commit(() => repurgeIn(db, back)),
  refetchLacking: (sinks) => commit((now) => refetchLackingIn(db, sinks, keepers, now)),
  shortfalls: (sink, contents) => db.read(() => shortfallsIn(db, sink, contents)),
  losses: (short) => db.read(() => lossesIn(db, short, keepers)),
  generationDrift: (sink, generation) => db.read(() => generationDrift(db, sink, generation)),
  recordGeneration: (sink, generation) =>
    commit(() => recordGenerationIn(db, sink, generation), { idle: 1 }),
  reconcile: (sinks, drift) =>
    commit((now) => {
      for (const { name } of sinks) {
        markRefetchIn(db, name)
        recordReconciledIn(db, name, epoch)
      }
      if (drift === "older") distrustIn(db, sinks.map(({ name }) => name), keepers)
      return { athlete: athleteIn(db), since: drift === "newer" ? now : 0 }
    }).pipe(Effect.flatMap(({ athlete, since }) => adopt(db, sinks, since, athlete))),
  markedForRefetch: (sinks) => db.read(() => refetchMarkedIn(db, sinks)),
  refetch: (sinks) => commit((now) => refetchIn(db, sinks, keepers, now)),
  endLikePrevious: commit((now) => endLikePreviousIn(db, epoch, now)),
})
