/** Implementation of the service `StateFile` on an open database. */
import { Clock, Effect } from "effect"
import type { AthleteId } from "../../schemas/Athlete.ts"
import type { Resource } from "../../schemas/Item.ts"
import { failpoint } from "../../sinks/failpoints.ts"
import type { Batch, Refusal, SinkName } from "../../sinks/Sink.ts"
import { knownSinks } from "../../sinks/SinkKind.ts"
import { type Commit, makeCommit } from "./file/commit.ts"
import type { StateDatabase } from "./file/Database.ts"
import { metaIn, setMetaIn } from "./file/meta.ts"
import { type Room, unlimitedRoom } from "./file/room.ts"
import { countsIn } from "./ledger/counts.ts"
import { importsIn } from "./sources/imports.ts"
import { ledgerIn } from "./ledger/ledger.ts"
import { listsIn } from "./ledger/listing.ts"
import { optionalItemsIn } from "./ledger/optional.ts"
import { athleteIn, ownerIn } from "./ledger/owner.ts"
import { retryNowIn } from "./ledger/quarantine.ts"
import { quotaIn, type QuotaState } from "./ledger/quota.ts"
import { endRun, type RunEpoch } from "./ledger/runs.ts"
import { narrowerIn, widenIn } from "./ledger/scope.ts"
import {
  type ItemFilter,
  markForRefetchIn,
  pendingCountsIn,
  pendingItemsIn,
} from "./ledger/todo.ts"
import { type Checkpoint, checkpointIn, cursorIn } from "./outbox/checkpoint.ts"
import { Handover } from "./outbox/Handover.ts"
import { lacksIn, refillIn } from "./outbox/holdings.ts"
import { acknowledgeIn, takeBatch } from "./outbox/outbox.ts"
import { purgesIn } from "./outbox/purge.ts"
import { recordIdentityIn } from "./outbox/sinkHistory.ts"
import type { StateError } from "./StateError.ts"

/** Open state file and what the service needs besides it. A file that is only read has the defaults. */
interface StateParts {
  readonly db: StateDatabase
  readonly path: string
  readonly run: RunEpoch
  /** Sinks of this run; all if undefined. */
  readonly sinks: ReadonlyArray<SinkName> | undefined
  readonly adopt?: Effect.Effect<ReadonlyArray<string>, StateError>
  readonly handover?: Handover
  readonly backup?: Effect.Effect<void>
  readonly notes?: ReadonlyArray<string>
  readonly room?: Room
}

/** Checkpoint, batch and acknowledgement: steps 5 to 8 of the protocol. */
const deliveryIn = (
  { db, handover, run: { epoch } }: Required<Pick<StateParts, "db" | "run" | "handover">>,
  sinks: ReadonlyArray<SinkName>,
  commit: Commit,
) => ({
  checkpoint: Effect.fn("StateFile.checkpoint")((checkpoint: Checkpoint) =>
    Effect.tap(
      commit((now) => checkpointIn(db, sinks, checkpoint, { epoch, now }), {
        // Reading a list that contains nothing new is not worth a new backup.
        idle: ({ known }) => known + (checkpoint.cursor === undefined ? 0 : 1),
        isResponse: true,
      }),
      () => {
        handover.put(checkpoint.arrivals ?? [])
        return failpoint("answer.kept")
      },
    )
  ),
  batch: Effect.fn("StateFile.batch")((
    sink: SinkName,
    resource: Resource,
    limits: { readonly items: number; readonly bytes: number },
  ) => takeBatch(db, commit, handover, sink, resource, limits)),
  acknowledge: Effect.fn("StateFile.acknowledge")((
    sink: SinkName,
    batch: Batch,
    refusals: ReadonlyArray<Refusal>,
  ) => Effect.map(commit((now) => acknowledgeIn(db, sink, batch, refusals, now)), handover.settle)),
})

/** Items to fetch, and marking items to be fetched again. */
const pendingIn = (db: StateDatabase, commit: Commit) => ({
  pendingItems: Effect.fn("StateFile.pendingItems")((
    athlete: AthleteId,
    resource: Resource,
    filter?: ItemFilter,
  ) =>
    Effect.flatMap(
      Clock.currentTimeMillis,
      (now) => db.read(() => pendingItemsIn(db, athlete, resource, now, filter)),
    )
  ),
  pendingCounts: Effect.fn("StateFile.pendingCounts")((
    athlete: AthleteId,
    resource: Resource,
    at: number,
    filter?: ItemFilter,
  ) => db.read(() => pendingCountsIn(db, athlete, resource, at, filter))),
  optionalItems: optionalItemsIn(db, commit),
  widenScope: Effect.fn("StateFile.widenScope")((athlete: AthleteId, scope: string) =>
    commit((now) => widenIn(db, athlete, scope, now), { idle: 1 })
  ),
  countNarrower: Effect.fn("StateFile.countNarrower")((
    athlete: AthleteId,
    resource: Resource,
    scope: string,
  ) => db.read(() => narrowerIn(db, athlete, resource, scope))),
  retryNow: commit((now) => retryNowIn(db, now)),
  markForRefetch: Effect.fn("StateFile.markForRefetch")((
    athlete: AthleteId,
    resource: Resource,
    limit?: number,
    filter?: ItemFilter,
  ) => commit((now) => markForRefetchIn(db, athlete, resource, now, { filter, limit }))),
})

/** Cursors, facts by name, and the counters of the rate limit. */
const factsIn = (
  db: StateDatabase,
  { commit, setQuota }: ReturnType<typeof makeCommit>,
  room: Room,
) => ({
  cursor: Effect.fn("StateFile.cursor")((athlete: AthleteId, stage: string) =>
    db.read(() => cursorIn(db, athlete, stage))
  ),
  meta: Effect.fn("StateFile.meta")((key: string) => db.read(() => metaIn(db, key))),
  setMeta: Effect.fn("StateFile.setMeta")((key: string, value: string) =>
    commit(() => setMetaIn(db, key, value), { idle: 1 })
  ),
  quota: db.read(() => quotaIn(db)),
  saveQuota: Effect.fn("StateFile.saveQuota")((
    quota: () => QuotaState,
    { durable, inFlight = 0 }: { readonly durable: boolean; readonly inFlight?: number },
  ) =>
    Effect.andThen(
      inFlight === 0 ? Effect.void : room.ensure(inFlight),
      Effect.suspend(() => {
        setQuota(quota)
        return durable ? commit(() => {}) : Effect.void
      }),
    )
  ),
})

/** Returns the service `StateFile`. */
export const makeService = Effect.fnUntraced(function* ({
  adopt = Effect.succeed([]),
  backup = Effect.void,
  db,
  handover = new Handover(0),
  notes = [],
  path,
  room = unlimitedRoom,
  run,
  sinks: chosen,
}: StateParts) {
  const { keepers, names } = yield* knownSinks
  const sinks = chosen ?? names
  const commits = makeCommit(db, run.epoch, room)
  const { commit } = commits
  return {
    path,
    epoch: run.epoch,
    notes,
    workStarted: Effect.succeed(run.began),
    ...deliveryIn({ db, handover, run }, sinks, commit),
    ...pendingIn(db, commit),
    ...factsIn(db, commits, room),
    owner: db.read(() => ownerIn(db)),
    athlete: db.read(() => athleteIn(db)),
    adopt,
    counts: db.read(() => countsIn(db, names)),
    missingInSinks: db.read(() => lacksIn(db, sinks, keepers)),
    refill: Effect.fn("StateFile.refill")((resource: Resource) =>
      commit(() => refillIn(db, resource, { keepers, names }))
    ),
    recordIdentity: Effect.fn("StateFile.recordIdentity")((sink: SinkName, identity: string) =>
      commit(() => recordIdentityIn(db, sink, identity))
    ),
    lists: listsIn(db, (body) => commit(body, { idle: 1 })),
    purges: purgesIn(db, commit),
    imports: importsIn(db),
    ledger: ledgerIn(db, run.epoch, commit, keepers),
    recordEnd: Effect.fn("StateFile.recordEnd")((exit: number) =>
      Effect.andThen(commit((now) => endRun(db, run.epoch, exit, now), { idle: 1 }), backup)
    ),
  }
})
