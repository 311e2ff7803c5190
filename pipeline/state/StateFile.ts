/**
 * The state file: the ledger of what Strava has and what each sink holds, and the write-ahead log that
 * makes it so. An answer is committed here, whole, before any sink sees it; see `checkpoint`.
 */
import { Clock, Context, Effect, FileSystem, Layer, Path } from "effect"
import type { AthleteId } from "../../schemas/Athlete.ts"
import type { Resource } from "../../schemas/Item.ts"
import { failpoint } from "../../sinks/failpoint.ts"
import { openDirectory } from "../../sinks/files.ts"
import type { Batch, Refusal, SinkName } from "../../sinks/Sink.ts"
import type { Tally } from "./arrive.ts"
import { type Checkpoint, checkpointIn } from "./checkpoint.ts"
import { type Database, openDatabase, openReadOnly } from "./Database.ts"
import { type Counts, countsIn } from "./counts.ts"
import { type Lack, lacksIn, recognizeIn } from "./holdings.ts"
import { lock } from "./lock.ts"
import { acknowledgeIn, batchIn } from "./outbox.ts"
import { beginRun, type Run } from "./runs.ts"
import { diskError, type StateError } from "./StateError.ts"

/** How much of a quota window is used; `start` in milliseconds since 1970. */
export interface QuotaRow {
  readonly bucket: string
  readonly start: number
  readonly used: number
  readonly cap: number
}

/** An item of a resource that is still to be asked for. */
export interface Todo {
  readonly id: string
  readonly start: number
}

export class StateFile extends Context.Service<StateFile, {
  readonly path: string
  /** How many runs have opened this file; a higher one fences off a lower one. */
  readonly epoch: number
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
  /** What is listed and not yet had, newest first, and what was set aside and is due again. */
  todo(athlete: AthleteId, resource: Resource): Effect.Effect<ReadonlyArray<Todo>, StateError>
  /**
   * Forget that items of `resource` are had, so that they are asked for again: so many of the newest
   * that there are `limit` to ask for; all without a limit. Gives how many.
   */
  reopen(
    athlete: AthleteId,
    resource: Resource,
    limit?: number,
  ): Effect.Effect<number, StateError>
  cursor(athlete: AthleteId, stage: string): Effect.Effect<unknown, StateError>
  meta(key: string): Effect.Effect<string | undefined, StateError>
  setMeta(key: string, value: string): Effect.Effect<void, StateError>
  quota: Effect.Effect<ReadonlyArray<QuotaRow>, StateError>
  /** Keep the quota's counters: at once, or with the next commit where `durable` is false. */
  saveQuota(
    rows: ReadonlyArray<QuotaRow>,
    options: { readonly durable: boolean },
  ): Effect.Effect<void, StateError>
  counts: Effect.Effect<Counts, StateError>
  /** What the sinks of this run neither hold nor wait for: it came before they were added. */
  lacks: Effect.Effect<ReadonlyArray<Lack>, StateError>
  /** Note what a sink is; gives how many items are forgotten because it is another than last time. */
  recognize(sink: SinkName, identity: string): Effect.Effect<number, StateError>
  /** Note how the run ended, with its exit code. */
  ended(exit: number): Effect.Effect<void, StateError>
}>()("paceline/state/StateFile") {
  /** The state file of `directory`, locked, opened and migrated; `sinks` are those of this run. */
  static readonly layer = (directory: string, sinks: ReadonlyArray<SinkName>) =>
    Layer.effect(
      StateFile,
      Effect.gen(function* () {
        const fs = yield* FileSystem.FileSystem
        const path = (yield* Path.Path).join(directory, "state.db")
        yield* fs.makeDirectory(directory, { recursive: true, mode: 0o700 }).pipe(
          Effect.mapError(diskError(path)),
        )
        yield* lock((yield* Path.Path).join(directory, "state.lock"))
        yield* failpoint("lock.taken")
        yield* openDirectory(directory).pipe(Effect.mapError(diskError(path)))
        const db = yield* openDatabase(path)
        const now = yield* Clock.currentTimeMillis
        return make(db, path, yield* db.transaction(() => beginRun(db, now)), sinks)
      }),
    )

  /** The state file of `directory` as it is, without the lock: for `status`. Writing to it fails. */
  static readonly layerReadOnly = (directory: string, sinks: ReadonlyArray<SinkName>) =>
    Layer.effect(
      StateFile,
      Effect.gen(function* () {
        const path = (yield* Path.Path).join(directory, "state.db")
        return make(yield* openReadOnly(path), path, { epoch: 0, began: 0 }, sinks)
      }),
    )
}

const make = (
  db: Database,
  path: string,
  { began, epoch }: Run,
  sinks: ReadonlyArray<SinkName>,
): StateFile["Service"] => {
  let riding: ReadonlyArray<QuotaRow> = []
  const flushQuota = () => {
    for (const { bucket, start, used, cap } of riding) {
      db.run(`insert or replace into quota values (?, ?, ?, ?)`, bucket, start, used, cap)
    }
    riding = []
  }
  /** Every commit takes the quota's newest counters along. */
  const commit = <A>(body: (now: number) => A) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) =>
      db.transaction(() => {
        flushQuota()
        return body(now)
      }))

  const todo = (athlete: AthleteId, resource: Resource, now: number): ReadonlyArray<Todo> =>
    db.all(
      `select id, start from item where athlete = ?1 and resource = ?2
         and (status = 'listed' or (status = 'quarantined' and next_try <= ?3))
       order by start desc, length(id) desc, id desc`,
      athlete,
      resource,
      now,
    ).map(({ id, start }) => ({ id: String(id), start: Number(start) }))

  return StateFile.of({
    path,
    epoch,
    began: Effect.succeed(began),
    checkpoint: Effect.fn("StateFile.checkpoint")((checkpoint) =>
      Effect.tap(
        commit((now) => checkpointIn(db, sinks, checkpoint, now)),
        () => failpoint("answer.kept"),
      )
    ),
    batch: Effect.fn("StateFile.batch")((sink, resource, limits) =>
      commit(() => batchIn(db, sink, resource, limits))
    ),
    acknowledge: Effect.fn("StateFile.acknowledge")((sink, batch, refusals) =>
      commit((now) => acknowledgeIn(db, sink, batch, refusals, now))
    ),
    todo: Effect.fn("StateFile.todo")((athlete, resource) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => db.read(() => todo(athlete, resource, now)))
    ),
    reopen: Effect.fn("StateFile.reopen")((athlete, resource, limit) =>
      commit((now) =>
        db.run(
          `update item set status = 'listed', updated = ?3
             where athlete = ?1 and resource = ?2 and id in (
               select id from item where athlete = ?1 and resource = ?2 and status <> 'skipped'
                 order by start desc, length(id) desc, id desc limit ?4)
             and status <> 'listed'`,
          athlete,
          resource,
          now,
          limit ?? -1,
        )
      )
    ),
    cursor: Effect.fn("StateFile.cursor")((athlete, stage) =>
      db.read(() => {
        const row = db.all(
          `select value from cursor where athlete = ? and stage = ?`,
          athlete,
          stage,
        )
        return row[0] === undefined ? undefined : JSON.parse(String(row[0]["value"]))
      })
    ),
    meta: Effect.fn("StateFile.meta")((key) =>
      db.read(() => {
        const value = db.all(`select value from meta where key = ?`, key)[0]?.["value"]
        return value === undefined ? undefined : String(value)
      })
    ),
    setMeta: Effect.fn("StateFile.setMeta")((key, value) =>
      commit(() => void db.run(`insert or replace into meta values (?, ?)`, key, value))
    ),
    quota: db.read(() =>
      db.all(`select bucket, start, used, cap from quota`).map((row) => ({
        bucket: String(row["bucket"]),
        start: Number(row["start"]),
        used: Number(row["used"]),
        cap: Number(row["cap"]),
      }))
    ),
    saveQuota: Effect.fn("StateFile.saveQuota")((rows, { durable }) =>
      Effect.suspend(() => {
        riding = rows
        return durable ? commit(() => {}) : Effect.void
      })
    ),
    counts: db.read(() => countsIn(db)),
    lacks: db.read(() => lacksIn(db, sinks)),
    recognize: Effect.fn("StateFile.recognize")((sink, identity) =>
      commit(() => recognizeIn(db, sink, identity))
    ),
    ended: Effect.fn("StateFile.ended")((exit) =>
      commit((now) =>
        void db.run(`update run set ended = ?, exit = ? where epoch = ?`, now, exit, epoch)
      )
    ),
  })
}
