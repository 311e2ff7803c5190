/**
 * The state file: the ledger of what Strava has and what each sink holds, and the write-ahead log that
 * makes it so. An answer is committed here, whole, before any sink sees it; see `checkpoint`.
 */
import { Clock, Context, Effect, type FileSystem, Layer, Option, Path } from "effect"
import type { AthleteId } from "../../schemas/Athlete.ts"
import type { Resource } from "../../schemas/Item.ts"
import { failpoint } from "../../sinks/failpoints.ts"
import { openDirectory } from "../../sinks/files/atomic.ts"
import { type Batch, type Refusal, type SinkName, Sinks } from "../../sinks/Sink.ts"
import { notify } from "../base/Progress.ts"
import type { Tally } from "./outbox/stage.ts"
import { type Checkpoint, checkpointIn, cursorIn } from "./outbox/checkpoint.ts"
import { makeCommit } from "./file/commit.ts"
import { type Database, openNothing, openReadOnly } from "./file/Database.ts"
import { type Counts, countsIn } from "./ledger/counts.ts"
import { Handover, HandoverLimit } from "./outbox/Handover.ts"
import { keepGeneration, notKept } from "./file/backup.ts"
import { lacksIn, recognizeIn, type UndeliveredItems } from "./outbox/holdings.ts"
import { type Ledger, ledgerIn } from "./ledger/ledger.ts"
import { type Lists, listsIn } from "./ledger/listing.ts"
import { lockFolder } from "./file/lock.ts"
import { metaIn, setMetaIn } from "./file/meta.ts"
import { athleteIn, ownerIn } from "./ledger/owner.ts"
import { quotaIn, type QuotaRow, type QuotaState } from "./ledger/quota.ts"
import { acknowledgeIn, takeBatch } from "./outbox/outbox.ts"
import { type Purges, purgesIn } from "./outbox/purge.ts"
import { refusePurged } from "./file/purgeMarker.ts"
import { hurryIn } from "./ledger/quarantine.ts"
import { openState } from "./recovery/recover.ts"
import { endlessRoom, openRoom, type Room } from "./file/room.ts"
import { nextRun, type RunEpoch } from "./ledger/runs.ts"
import { diskError, type StateError } from "./StateError.ts"
import { narrowerIn, type ScopeCounts, widenIn } from "./ledger/scope.ts"
import { type Extras, extrasIn } from "./ledger/optional.ts"
import { describeAdoption, takeIn } from "./recovery/reconcile.ts"
import { type Ahead, aheadIn, type Among, reopenIn, type Todo, todoIn } from "./ledger/todo.ts"

export class StateFile extends Context.Service<StateFile, {
  readonly path: string
  /** How many runs have opened this file; a higher one fences off a lower one. */
  readonly epoch: number
  /** What the user should know of how the file was opened: that it was recovered, and from what. */
  readonly notes: ReadonlyArray<string>
  /**
   * When the work began that this run does, in milliseconds since 1970: where the run before did not
   * come to its end and this one follows soon, when that one's work began.
   */
  began: Effect.Effect<number>
  /**
   * Step 5 of the protocol: commit the items, one pending row for each sink that lacks them, the
   * ledger and the cursor in one transaction. Durable when it succeeds; then sinks may see the items.
   */
  checkpoint(checkpoint: Checkpoint): Effect.Effect<Tally, StateError>
  /** The next items that `sink` lacks, newest first, within the limits; none when it has all. */
  batch(
    sink: SinkName,
    resource: Resource,
    limits: { readonly items: number; readonly bytes: number },
  ): Effect.Effect<Batch, StateError>
  /** Step 7 and 8: `sink` holds the batch durably but for the refusals; what nobody lacks is let go. */
  acknowledge(
    sink: SinkName,
    batch: Batch,
    refusals: ReadonlyArray<Refusal>,
  ): Effect.Effect<void, StateError>
  /** Whose file this is; undefined until the profile has been had. */
  owner: Effect.Effect<AthleteId | undefined, StateError>
  /** Athlete of the items, also without a profile; undefined while there are no items. */
  athlete: Effect.Effect<AthleteId | undefined, StateError>
  /**
   * Adopts what the sinks hold that could not be looked at before the athlete was known. Returns what the
   * user should know of it.
   */
  adopt: Effect.Effect<ReadonlyArray<string>, StateError>
  /** What is listed and not yet had, newest first, and what was set aside and is due again. */
  todo(
    athlete: AthleteId,
    resource: Resource,
    among?: Among,
  ): Effect.Effect<ReadonlyArray<Todo>, StateError>
  /** How much there is to ask for, as it will be at a time in milliseconds since 1970. */
  ahead(
    athlete: AthleteId,
    resource: Resource,
    at: number,
    among?: Among,
  ): Effect.Effect<Ahead, StateError>
  /**
   * Notes the granted scope (names with commas between), and queues what was fetched with a narrower one;
   * returns how many items.
   */
  widen(athlete: AthleteId, scope: string): Effect.Effect<ScopeCounts, StateError>
  /** Number of items of `resource` that `widen` would queue for this scope. */
  narrower(athlete: AthleteId, resource: Resource, scope: string): Effect.Effect<number, StateError>
  /** What there is to ask for besides the list, and how it stands. */
  readonly extras: Extras
  /** Let what is set aside be due now, at Strava and at the sinks; gives how many were not due yet. */
  hurry: Effect.Effect<number, StateError>
  /**
   * Forget that items of `resource` are had, so that they are asked for again: so many of the newest
   * that there are `limit` to ask for; all without a limit. Gives how many.
   */
  reopen(
    athlete: AthleteId,
    resource: Resource,
    limit?: number,
    among?: Among,
  ): Effect.Effect<number, StateError>
  cursor(athlete: AthleteId, stage: string): Effect.Effect<unknown, StateError>
  meta(key: string): Effect.Effect<string | undefined, StateError>
  setMeta(key: string, value: string): Effect.Effect<void, StateError>
  quota: Effect.Effect<ReadonlyArray<QuotaRow>, StateError>
  /**
   * Keeps the quota's counters, as they are by then: at once, or with the next commit if `durable` is false.
   * Before that, makes sure that the responses to `inFlight` requests will have room on the disk.
   */
  saveQuota(
    quota: () => QuotaState,
    options: { readonly durable: boolean; readonly inFlight?: number },
  ): Effect.Effect<void, StateError>
  counts: Effect.Effect<Counts, StateError>
  /** What the sinks of this run neither hold nor wait for: it came before they were added. */
  lacks: Effect.Effect<ReadonlyArray<UndeliveredItems>, StateError>
  /** Note what a sink is; gives how many items are forgotten because it is another than last time. */
  recognize(sink: SinkName, identity: string): Effect.Effect<number, StateError>
  /** What is known beside Strava's lists. */
  readonly lists: Lists
  /** What goes because it was received long ago. */
  readonly purges: Purges
  /** What is known of each item, for who proves it or mends it. */
  readonly ledger: Ledger
  /** Note how the run ended, with its exit code, and keep a copy of the file. */
  ended(exit: number): Effect.Effect<void, StateError>
}>()("paceline/state/StateFile") {
  /**
   * The state file of `directory`, locked, opened and migrated, and where need be recovered; `sinks` are
   * those of this run. With `rebuild`, it is made anew from what the sinks hold if nothing is left of it.
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
        yield* lockFolder(directory)
        yield* failpoint("lock.taken")
        yield* refusePurged(directory)
        yield* openDirectory(directory).pipe(Effect.mapError(diskError(path)))
        const sources = Option.getOrElse(yield* Effect.serviceOption(Sinks), () => [])
        const { db, notes, run } = yield* openState(directory, path, { sources, rebuild })
        const services = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
        // It is a copy: a full disk takes nothing from the run.
        const keep = keepGeneration(db, path).pipe(
          Effect.catch((error) => notify({ _tag: "Note", text: notKept(path, error) })),
          Effect.provideContext(services),
        )
        const adopt = Effect.map(
          takeIn(db, path, sources),
          (found) => describeAdoption(found, true),
        )
        const room = yield* openRoom(path)
        const handover = new Handover(yield* HandoverLimit)
        return make(db, path, run, sinks, { adopt, handover, keep, notes, room })
      }),
    )

  /** The state file of `directory` as it is, without the lock: for `status`. Writing to it fails. */
  static readonly layerReadOnly = (directory: string, sinks: ReadonlyArray<SinkName>) =>
    Layer.effect(StateFile, Effect.andThen(refusePurged(directory), readOnly(directory, sinks)))

  /** Likewise, also in the middle of a purge. */
  static readonly layerPurged = (directory: string) =>
    Layer.effect(StateFile, readOnly(directory, []))

  /** What there is before the first run: nothing. For `plan`. */
  static readonly layerNothing = Layer.effect(
    StateFile,
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      return make(yield* openNothing, "", { epoch: 0, began: Math.floor(now) }, [])
    }),
  )
}

const readOnly = Effect.fnUntraced(function* (directory: string, sinks: ReadonlyArray<SinkName>) {
  const path = (yield* Path.Path).join(directory, "state.db")
  const db = yield* openReadOnly(path)
  const now = yield* Clock.currentTimeMillis
  const { began } = yield* db.read(() => nextRun(db, now))
  return make(db, path, { epoch: 0, began }, sinks)
})

const make = (
  db: Database,
  path: string,
  { began, epoch }: RunEpoch,
  sinks: ReadonlyArray<SinkName>,
  {
    adopt = Effect.succeed([]),
    handover = new Handover(0),
    keep = Effect.void,
    notes = [],
    room = endlessRoom,
  }: {
    readonly adopt?: StateFile["Service"]["adopt"]
    readonly handover?: Handover
    readonly keep?: Effect.Effect<void>
    readonly notes?: ReadonlyArray<string>
    readonly room?: Room
  } = {},
): StateFile["Service"] => {
  const { commit, setQuota } = makeCommit(db, epoch, room)

  return StateFile.of({
    path,
    epoch,
    notes,
    began: Effect.succeed(began),
    checkpoint: Effect.fn("StateFile.checkpoint")((checkpoint) =>
      Effect.tap(
        commit((now) => checkpointIn(db, sinks, checkpoint, { epoch, now }), {
          // A list that was read and contains only known items is no reason for a new backup.
          idle: ({ known }) => known + (checkpoint.cursor === undefined ? 0 : 1),
          isResponse: true,
        }),
        () => {
          handover.put(checkpoint.arrivals?.map(({ item }) => item) ?? [])
          return failpoint("answer.kept")
        },
      )
    ),
    batch: Effect.fn("StateFile.batch")((sink, resource, limits) =>
      takeBatch(db, commit, handover, sink, resource, limits)
    ),
    acknowledge: Effect.fn("StateFile.acknowledge")((sink, batch, refusals) =>
      Effect.map(commit((now) => acknowledgeIn(db, sink, batch, refusals, now)), handover.settle)
    ),
    owner: db.read(() => ownerIn(db)),
    athlete: db.read(() => athleteIn(db)),
    adopt,
    todo: Effect.fn("StateFile.todo")((athlete, resource, among) =>
      Effect.flatMap(
        Clock.currentTimeMillis,
        (now) => db.read(() => todoIn(db, athlete, resource, now, among)),
      )
    ),
    ahead: Effect.fn("StateFile.ahead")((athlete, resource, at, among) =>
      db.read(() => aheadIn(db, athlete, resource, at, among))
    ),
    extras: extrasIn(db, commit),
    widen: Effect.fn("StateFile.widen")((athlete, scope) =>
      commit((now) => widenIn(db, athlete, scope, now), { idle: 1 })
    ),
    narrower: Effect.fn("StateFile.narrower")((athlete, resource, scope) =>
      db.read(() => narrowerIn(db, athlete, resource, scope))
    ),
    hurry: commit((now) => hurryIn(db, now)),
    reopen: Effect.fn("StateFile.reopen")((athlete, resource, limit, among) =>
      commit((now) => reopenIn(db, athlete, resource, now, { among, limit }))
    ),
    cursor: Effect.fn("StateFile.cursor")((athlete, stage) =>
      db.read(() => cursorIn(db, athlete, stage))
    ),
    meta: Effect.fn("StateFile.meta")((key) => db.read(() => metaIn(db.all, key))),
    setMeta: Effect.fn("StateFile.setMeta")((key, value) =>
      commit(() => setMetaIn(db, key, value), { idle: 1 })
    ),
    quota: db.read(() => quotaIn(db.all)),
    saveQuota: Effect.fn("StateFile.saveQuota")((quota, { durable, inFlight = 0 }) =>
      Effect.andThen(
        inFlight === 0 ? Effect.void : room.ensure(inFlight),
        Effect.suspend(() => {
          setQuota(quota)
          return durable ? commit(() => {}) : Effect.void
        }),
      )
    ),
    counts: db.read(() => countsIn(db)),
    lacks: db.read(() => lacksIn(db, sinks)),
    recognize: Effect.fn("StateFile.recognize")((sink, identity) =>
      commit(() => recognizeIn(db, sink, identity))
    ),
    lists: listsIn(db, (body) => commit(body, { idle: 1 })),
    purges: purgesIn(db, commit),
    ledger: ledgerIn(db, epoch, commit),
    ended: Effect.fn("StateFile.ended")((exit) =>
      commit(
        (now) =>
          void db.run(`update run set ended = ?, exit = ? where epoch = ?`, now, exit, epoch),
        { idle: 1 },
      ).pipe(
        Effect.andThen(keep),
      )
    ),
  })
}
