/** Access to the ledger entry of each item, for verify and repair. */
import { Effect, Schema } from "effect"
import { AthleteId } from "../../../schemas/Athlete.ts"
import type { Item, ItemKey, Resource } from "../../../schemas/Item.ts"
import type { Generation, Sink, SinkContents, SinkError, SinkName } from "../../../sinks/Sink.ts"
import { adopt, type AdoptedCounts } from "../recovery/adopt.ts"
import { Status } from "./counts.ts"
import type { Commit } from "../file/commit.ts"
import type { StateDatabase } from "../file/Database.ts"
import { row } from "../file/rows.ts"
import { distrustIn, refetchLackingIn, type UndeliveredItems } from "../outbox/holdings.ts"
import { lossesIn } from "../outbox/loss.ts"
import {
  endLikePreviousIn,
  forgetIn,
  type FoundItem,
  type LostItem,
  restoreIn,
} from "../outbox/redeliver.ts"
import { stagedItem } from "../outbox/staged.ts"
import { athleteIn } from "./owner.ts"
import { repurgeIn } from "../outbox/purge.ts"
import { generationDrift, recordGenerationIn, type SinkAge } from "../outbox/sinkHistory.ts"
import { type Lineage, lineageIn, recordReconciledIn } from "../outbox/sinkHistory.ts"
import { identitiesIn } from "../outbox/sinkHistory.ts"
import {
  markRefetchIn,
  refetchIn,
  refetchMarkedIn,
  type Shortfall,
  shortfallsIn,
  type ShortSink,
} from "../outbox/shortfall.ts"
import type { StateError } from "../StateError.ts"

/** Ledger entry of an item. */
export interface LedgerEntry extends ItemKey {
  readonly status: Status
  /** Start of its activity, in milliseconds since 1970; 0 if unknown. */
  readonly start: number
  /** Number of failed requests in a row. */
  readonly tries: number
  /** Hash of the newest response; null if there is none. */
  readonly hash: string | null
  /** Hash of the response that each sink holds. */
  readonly landed: ReadonlyMap<string, string>
  /** Sinks that lack a response, or have refused one. */
  readonly outbox: ReadonlyMap<string, "pending" | "refused">
}

export interface Ledger {
  /** Returns the entries of `resource` after `after`, in the order of their keys. */
  page(
    resource: Resource,
    after: Pick<ItemKey, "athlete" | "id"> | undefined,
    limit: number,
  ): Effect.Effect<ReadonlyArray<LedgerEntry>, StateError>
  /** Returns the entries with these ids; ids without an entry are left out. */
  entries(resource: Resource, ids: ReadonlyArray<string>): Effect.Effect<
    ReadonlyArray<LedgerEntry>,
    StateError
  >
  /** Returns the intact responses of these entries that the state file itself stores. */
  responses(entries: ReadonlyArray<LedgerEntry>): Effect.Effect<ReadonlyArray<Item>, StateError>
  /** Returns the facts besides the items that a proof of the contents of `sink` depends on. */
  lineage(sink: SinkName): Effect.Effect<Lineage, StateError>
  /** Identity of each sink that has been used, by its name: see `StateFile.recordIdentity`. */
  readonly identities: Effect.Effect<ReadonlyMap<string, string>, StateError>
  /**
   * Stages items for the sinks that do not hold them, in one transaction. The text of an item must have the
   * hash of its ledger entry.
   */
  restore(restored: ReadonlyArray<FoundItem>): Effect.Effect<void, StateError>
  /**
   * Marks items as pending that no sink and no other store has. Activities are fetched with the next full
   * list.
   */
  forget(lost: ReadonlyArray<LostItem>): Effect.Effect<void, StateError>
  /** Deletes purged items again that were found in a sink. */
  purgeAgain(back: ReadonlyArray<LostItem>): Effect.Effect<void, StateError>
  /** Marks the items that `sinks` lack as pending. */
  refetchLacking(sinks: ReadonlyArray<SinkName>): Effect.Effect<void, StateError>
  /** Returns the resources of which `sink` holds fewer items than the ledger says. */
  shortfalls(
    sink: SinkName,
    contents: SinkContents,
  ): Effect.Effect<ReadonlyArray<Shortfall>, StateError>
  /** Returns the largest possible number of lost items that no sink keeps: the next run fetches them again. */
  losses(
    short: ReadonlyArray<ShortSink>,
  ): Effect.Effect<ReadonlyArray<UndeliveredItems>, StateError>
  /** Returns whether the sink is older or newer than the ledger; undefined if neither. */
  generationDrift(
    sink: SinkName,
    generation: Generation,
  ): Effect.Effect<SinkAge | undefined, StateError>
  /** Records that the sink and the ledger agree at this generation of the sink. */
  recordGeneration(sink: SinkName, generation: number): Effect.Effect<void, StateError>
  /**
   * Updates the ledger with what `sinks` hold now, after they lost items or were replaced by an older or newer
   * version. `drift` says whether their unknown items are newer than the ledger.
   */
  reconcile(
    sinks: ReadonlyArray<Sink>,
    drift: SinkAge | undefined,
  ): Effect.Effect<AdoptedCounts | undefined, StateError | SinkError>
  /** Returns the sinks whose lost items are not restored yet. */
  markedForRefetch(
    sinks: ReadonlyArray<SinkName>,
  ): Effect.Effect<ReadonlyArray<SinkName>, StateError>
  /** Marks lost items that no sink keeps as pending. Returns the number of items by resource. */
  refetch(sinks: ReadonlyArray<SinkName>): Effect.Effect<ReadonlyMap<Resource, number>, StateError>
  /** Ends this run with the exit code of the previous one, because it did not continue that run's work. */
  readonly endLikePrevious: Effect.Effect<void, StateError>
}

const ItemRow = row({
  athlete: AthleteId,
  id: Schema.String,
  status: Status,
  start: Schema.Int,
  tries: Schema.Int,
  hash: Schema.NullOr(Schema.String),
})
type ItemRow = ReturnType<typeof ItemRow>

const LandedRow = row({ id: Schema.String, sink: Schema.String, hash: Schema.String })
const OutboxRow = row({
  id: Schema.String,
  sink: Schema.String,
  reason: Schema.NullOr(Schema.String),
})
const AthleteRow = row({ athlete: AthleteId })

const inIds = "and resource = ? and id in (select value from json_each(?))"

/** Returns the entries of rows of one athlete. */
const entriesOf = (
  db: StateDatabase,
  resource: Resource,
  rows: ReadonlyArray<ItemRow>,
): ReadonlyArray<LedgerEntry> => {
  const athlete = rows[0]?.athlete ?? null
  const among = [athlete, resource, JSON.stringify(rows.map(({ id }) => id))] as const
  const landed = Map.groupBy(
    db.all(LandedRow, `select id, sink, hash from landed where athlete = ? ${inIds}`, ...among),
    ({ id }) => id,
  )
  const outbox = Map.groupBy(
    db.all(OutboxRow, `select id, sink, reason from pending where athlete = ? ${inIds}`, ...among),
    ({ id }) => id,
  )
  return rows.map((item): LedgerEntry => ({
    ...item,
    resource,
    landed: new Map((landed.get(item.id) ?? []).map(({ hash, sink }) => [sink, hash])),
    outbox: new Map(
      (outbox.get(item.id) ?? []).map(({ reason, sink }) => [
        sink,
        reason === null ? "pending" : "refused",
      ]),
    ),
  }))
}

const athletesIn = (db: StateDatabase, after = 0) =>
  db.all(AthleteRow, `select distinct athlete from item where athlete > ? order by athlete`, after)
    .map(({ athlete }) => athlete)

const columns = "athlete, id, status, start, tries, hash"

const pageIn = (
  db: StateDatabase,
  resource: Resource,
  after: Pick<ItemKey, "athlete" | "id"> | undefined,
  limit: number,
): ReadonlyArray<LedgerEntry> => {
  const next = (athlete: number, id: string) =>
    db.all(
      ItemRow,
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
        ItemRow,
        `select ${columns} from item where athlete = ? ${inIds}`,
        athlete,
        resource,
        JSON.stringify(ids),
      ),
    )
  )

const ProfileRow = row({ text: Schema.NullOr(Schema.String), at: Schema.NullOr(Schema.Int) })

/** Returns the profile from the cursor of the stage `athlete`, which stores it for sinks that are added later. */
const profileIn = (
  db: StateDatabase,
  { athlete, hash, resource, id }: LedgerEntry,
): ReadonlyArray<Item> => {
  const stored = db.first(
    ProfileRow,
    `select json_extract(value, '$.text') as text, json_extract(value, '$.fetchedAt') as at
       from cursor where athlete = ? and stage = 'athlete' and json_valid(value)`,
    athlete,
  )
  return hash === null || stored === undefined || stored.text === null
    ? []
    : [{ athlete, resource, id, text: stored.text, hash, fetchedAt: stored.at ?? 0 }]
}

const responsesIn = (db: StateDatabase, entries: ReadonlyArray<LedgerEntry>): ReadonlyArray<Item> =>
  entries.flatMap((entry) => {
    const staged = stagedItem(db, entry)
    if (staged !== undefined) return [staged]
    return entry.resource === "athlete" ? profileIn(db, entry) : []
  })

/** Returns the ledger of `db`. */
export const ledgerIn = (
  db: StateDatabase,
  epoch: number,
  commit: Commit,
  keepers: ReadonlyArray<SinkName>,
): Ledger => ({
  page: (resource, after, limit) => db.read(() => pageIn(db, resource, after, limit)),
  entries: (resource, ids) => db.read(() => entriesIn(db, resource, ids)),
  responses: (entries) => db.read(() => responsesIn(db, entries)),
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
