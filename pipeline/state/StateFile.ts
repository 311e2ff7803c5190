/**
 * The state file: a ledger of what Strava has and what each sink holds, and the write-ahead log for
 * delivery. Each response is committed here before any sink sees it; see `checkpoint`.
 */
import { Clock, Context, Effect, type FileSystem, Layer, Option, Path } from "effect"
import type { AthleteId } from "../../schemas/Athlete.ts"
import type { Resource } from "../../schemas/Item.ts"
import { failpoint } from "../../sinks/failpoints.ts"
import { openDirectory } from "../../sinks/files/atomic.ts"
import { type Batch, type Refusal, type SinkName, Sinks } from "../../sinks/Sink.ts"
import { notify } from "../base/Progress.ts"
import { backupFailed, backUpState } from "./file/backup.ts"
import { openEmpty, openReadOnly } from "./file/Database.ts"
import { lockDataDirectory } from "./file/lock.ts"
import { refuseUnfinishedPurge } from "./file/purgeMarker.ts"
import { openRoom } from "./file/room.ts"
import type { Counts } from "./ledger/counts.ts"
import type { Imports } from "./sources/imports.ts"
import type { Ledger } from "./ledger/ledger.ts"
import type { Lists } from "./ledger/listing.ts"
import type { OptionalItems } from "./ledger/optional.ts"
import type { QuotaRow, QuotaState } from "./ledger/quota.ts"
import { nextRun } from "./ledger/runs.ts"
import type { ScopeCounts } from "./ledger/scope.ts"
import type { ItemFilter, PendingCounts, PendingItem } from "./ledger/todo.ts"
import type { Checkpoint } from "./outbox/checkpoint.ts"
import { Handover, HandoverLimit } from "./outbox/Handover.ts"
import type { UndeliveredItems } from "./outbox/holdings.ts"
import type { Purges } from "./outbox/purge.ts"
import type { Tally } from "./outbox/stage.ts"
import { adoptFromSinks, describeAdoption } from "./recovery/reconcile.ts"
import { openState } from "./recovery/recover.ts"
import { makeService } from "./service.ts"
import { stateDiskError, type StateError } from "./StateError.ts"

export class StateFile extends Context.Service<StateFile, {
  readonly path: string
  /** Number of runs that have opened this file. A higher epoch fences off a lower one. */
  readonly epoch: number
  /** Messages for the user about recovery while opening the file. */
  readonly notes: ReadonlyArray<string>
  /**
   * Start of the current work, in milliseconds since 1970. If this run soon follows an unfinished one, it
   * is the start of that run's work.
   */
  workStarted: Effect.Effect<number>

  // Delivery.
  /**
   * Step 5 of the protocol: commits the items, one outbox row for each sink that lacks them, the ledger
   * and the cursor in one transaction. Durable when it succeeds; only then may sinks see the items.
   */
  checkpoint(checkpoint: Checkpoint): Effect.Effect<Tally, StateError>
  /** Returns the next items that `sink` lacks, newest first, within the limits; empty if none. */
  batch(
    sink: SinkName,
    resource: Resource,
    limits: { readonly items: number; readonly bytes: number },
  ): Effect.Effect<Batch, StateError>
  /**
   * Step 8: records that `sink` holds the batch durably, except the refused items. Deletes the staged
   * responses that no sink lacks any more.
   */
  acknowledge(
    sink: SinkName,
    batch: Batch,
    refusals: ReadonlyArray<Refusal>,
  ): Effect.Effect<void, StateError>

  // Athlete.
  /** Athlete that this file belongs to; undefined until the athlete resource has been fetched. */
  owner: Effect.Effect<AthleteId | undefined, StateError>
  /** Athlete of the items, also without a profile; undefined while there are no items. */
  athlete: Effect.Effect<AthleteId | undefined, StateError>
  /**
   * Adopts items from sinks that could not be read before the athlete was known. Returns messages for the
   * user.
   */
  adopt: Effect.Effect<ReadonlyArray<string>, StateError>

  // Items to fetch.
  /** Returns the items to fetch, newest first: pending ones, and failed or skipped ones due for a retry. */
  pendingItems(
    athlete: AthleteId,
    resource: Resource,
    filter?: ItemFilter,
  ): Effect.Effect<ReadonlyArray<PendingItem>, StateError>
  /** Counts the items to fetch at the time `at`, in milliseconds since 1970. */
  pendingCounts(
    athlete: AthleteId,
    resource: Resource,
    at: number,
    filter?: ItemFilter,
  ): Effect.Effect<PendingCounts, StateError>
  /**
   * Records the granted scope (names separated by commas) and marks responses that were fetched with a
   * narrower one to be fetched again. Returns the number of items marked.
   */
  widenScope(athlete: AthleteId, scope: string): Effect.Effect<ScopeCounts, StateError>
  /** Returns the number of items of `resource` that `widenScope` would mark. */
  countNarrower(
    athlete: AthleteId,
    resource: Resource,
    scope: string,
  ): Effect.Effect<number, StateError>
  /** State of the optional resources: details, zones, stats, gear. */
  readonly optionalItems: OptionalItems
  /**
   * Makes all quarantined and skipped items due now, also those refused by a sink. Returns how many were
   * not due yet.
   */
  retryNow: Effect.Effect<number, StateError>
  /**
   * Marks items of `resource` as pending so that they are fetched again, newest first, until `limit` items
   * are pending; all if there is no limit. Returns the number of items marked.
   */
  markForRefetch(
    athlete: AthleteId,
    resource: Resource,
    limit?: number,
    filter?: ItemFilter,
  ): Effect.Effect<number, StateError>

  // Facts by name.
  cursor(athlete: AthleteId, stage: string): Effect.Effect<unknown, StateError>
  meta(key: string): Effect.Effect<string | undefined, StateError>
  setMeta(key: string, value: string): Effect.Effect<void, StateError>

  // Rate limit.
  quota: Effect.Effect<ReadonlyArray<QuotaRow>, StateError>
  /**
   * Saves the quota counters: now if `durable`, otherwise with the next commit. First reserves disk space
   * for the responses to `inFlight` requests.
   */
  saveQuota(
    quota: () => QuotaState,
    options: { readonly durable: boolean; readonly inFlight?: number },
  ): Effect.Effect<void, StateError>

  // Parts of the ledger.
  counts: Effect.Effect<Counts, StateError>
  /** Items that sinks of this run neither hold nor have in the outbox, because they were added later. */
  missingInSinks: Effect.Effect<ReadonlyArray<UndeliveredItems>, StateError>
  /** Makes the run deliver all items of a resource again to sinks without responses, as far as another sink keeps them. */
  refill(resource: Resource): Effect.Effect<void, StateError>
  /**
   * Records the identity of a sink. If it differs from the recorded one, deletes what the ledger says
   * about the old sink and returns the number of items.
   */
  recordIdentity(sink: SinkName, identity: string): Effect.Effect<number, StateError>
  /** Known activities, and deletions held back, according to Strava's lists. */
  readonly lists: Lists
  /** Imported activities. */
  readonly imports: Imports
  /** Purging by age. */
  readonly purges: Purges
  /** Ledger entry of each item, for verify and repair. */
  readonly ledger: Ledger
  /** Records the end of the run with its exit code, and backs up the file. */
  recordEnd(exit: number): Effect.Effect<void, StateError>
}>()("paceline/state/StateFile") {
  /**
   * Locks, opens and migrates the state file of `directory`, and recovers it if needed. `sinks` are the
   * sinks of this run. With `rebuild`, a lost file without a backup is rebuilt from the sinks.
   */
  static readonly layer = (
    directory: string,
    sinks: ReadonlyArray<SinkName>,
    { rebuild = false }: { readonly rebuild?: boolean } = {},
  ) =>
    Layer.effect(
      StateFile,
      Effect.gen(function* () {
        const path = (yield* Path.Path).join(directory, "state.db")
        yield* lockDataDirectory(directory)
        yield* failpoint("lock.taken")
        yield* refuseUnfinishedPurge(directory)
        yield* openDirectory(directory).pipe(Effect.mapError(stateDiskError(path)))
        const sources = Option.getOrElse(yield* Effect.serviceOption(Sinks), () => [])
        const { db, notes, run } = yield* openState(directory, path, { sources, rebuild })
        const services = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
        // The backup is optional: a full disk must not fail the run.
        const backup = backUpState(db, path).pipe(
          Effect.catch((error) => notify({ _tag: "Note", text: backupFailed(path, error) })),
          Effect.provideContext(services),
        )
        const adopt = Effect.map(
          adoptFromSinks(db, path, sources),
          (adopted) => describeAdoption(adopted, true),
        )
        const room = yield* openRoom(path)
        const handover = new Handover(yield* HandoverLimit)
        return yield* makeService({ db, path, run, sinks, adopt, handover, backup, notes, room })
      }),
    )

  /** Opens the state file of `directory` read-only and without the lock, for all sinks or these. Writes fail. */
  static readonly layerReadOnly = (directory: string, sinks?: ReadonlyArray<SinkName>) =>
    Layer.effect(
      StateFile,
      Effect.andThen(refuseUnfinishedPurge(directory), readOnly(directory, sinks)),
    )

  /** Like `layerReadOnly`, but also opens the file while a purge is unfinished. */
  static readonly layerReadOnlyDuringPurge = (directory: string) =>
    Layer.effect(StateFile, readOnly(directory, []))

  /** An empty state file in memory, for `plan` before the first run. */
  static readonly layerEmpty = Layer.effect(
    StateFile,
    Effect.gen(function* () {
      const began = Math.floor(yield* Clock.currentTimeMillis)
      return yield* makeService({
        db: yield* openEmpty,
        path: "",
        run: { epoch: 0, began },
        sinks: [],
      })
    }),
  )
}

const readOnly = Effect.fnUntraced(function* (directory: string, sinks?: ReadonlyArray<SinkName>) {
  const path = (yield* Path.Path).join(directory, "state.db")
  const db = yield* openReadOnly(path)
  const now = yield* Clock.currentTimeMillis
  const { began } = yield* db.read(() => nextRun(db, now))
  return yield* makeService({ db, path, run: { epoch: 0, began }, sinks })
})
