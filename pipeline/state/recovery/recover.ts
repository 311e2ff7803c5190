/**
 * Recovery when opening the state file: a damaged or missing file is restored from its backup; a lost, older or
 * changed one is updated from the sinks. Without a backup, the run stops and names the cost of a rebuild.
 */
import { Clock, Duration, Effect, FileSystem, Option, Predicate, Scope } from "effect"
import type { Path } from "effect"
import { exists } from "../../../sinks/files/atomic.ts"
import { knownSinks, type SinkRegistry } from "../../../sinks/SinkKind.ts"
import { type BackupFacts, backupFacts, backupPath, stateFactsIn } from "../file/backup.ts"
import { openDatabase, type StateDatabase } from "../file/Database.ts"
import { type EpochMark, fileDigest, readEpochMark, writeEpochMark } from "../file/epochFile.ts"
import { deleteMetaIn, setMetaIn } from "../file/meta.ts"
import { refuseNetworkFileSystem } from "../file/network.ts"
import { beginRun, type RunEpoch } from "../ledger/runs.ts"
import { stateDiskError, type StateError } from "../StateError.ts"
import { adoptFromSinks, describeAdoption, markRemovedSinks, recoveryKey } from "./reconcile.ts"
import { type RecoveryReason, type RecoverySources, replaceLost } from "./replace.ts"

type Services = FileSystem.FileSystem | Path.Path

interface OpenedState {
  readonly db: StateDatabase
  readonly run: RunEpoch
  /** Messages for the user about the recovery, as full sentences. */
  readonly notes: ReadonlyArray<string>
}

/** Facts stored next to the state file, to compare it with. */
interface LastRun {
  readonly mark: EpochMark | undefined
  readonly copy: BackupFacts | undefined
}

/** Returns whether the file is older than the last run (or belongs to another data directory) or was changed since. */
export const suspicion = (
  facts: BackupFacts,
  { copy, mark }: LastRun,
  digest: string | undefined,
): "older" | "changed" | undefined => {
  if (mark !== undefined && (mark.pipeline_id !== facts.pipelineId || mark.epoch > facts.epoch)) {
    return "older"
  }
  if (copy !== undefined && copy.epoch > facts.epoch) return "older"
  const closed = mark?.epoch === facts.epoch ? mark.closed : undefined
  return Predicate.isString(closed) && digest !== closed ? "changed" : undefined
}

/** Messages about a file that is kept. */
const messages: Readonly<Partial<Record<RecoveryReason, string>>> = {
  older: "The state file is older than the last run, or belongs to another data directory.",
  changed: "Another program has changed the state file since the last run.",
  requested: "The state file is intact and was kept. It was compared with the sinks.",
}

/** Deletes values that no run can have written: counts, limits and clocks that would stop the next run. */
const deleteImplausible = (db: StateDatabase, now: number) => {
  db.run(
    `delete from quota where cap <= 0 or used < 0 or used > 2 * cap or start > ?1`,
    now + Duration.toMillis("1 day"),
  )
  deleteMetaIn(db, "clock")
  db.run(`delete from cursor where not json_valid(value)`)
}

/** Opens the file if it exists and is intact; else replaces it. */
const openOrReplace = Effect.fnUntraced(function* (
  path: string,
  { deep, first }: { readonly deep: boolean; readonly first: boolean },
  sources: RecoverySources,
) {
  const found = yield* Effect.option((yield* FileSystem.FileSystem).stat(path))
  // An empty file without any sign of an earlier run counts as missing.
  if (Option.isNone(found) || (first && Number(found.value.size) === 0)) {
    return { intact: false, ...yield* replaceLost(path, first, sources, undefined) }
  }
  return yield* openDatabase(path, { blank: first, deep }).pipe(
    Effect.map((db) => ({ intact: true, db, reason: undefined, notes: [] })),
    Effect.catchIf(
      ({ reason }) => reason === "damaged",
      (damage) =>
        Effect.map(
          replaceLost(path, first, sources, damage),
          (replaced) => ({ intact: false, ...replaced }),
        ),
    ),
  )
})

/** Reads what the last run left next to the state file, and the digest of the file. */
const readLastRun = Effect.fnUntraced(function* (directory: string, path: string) {
  const disk = Effect.mapError(stateDiskError(path))
  const { history, mark } = yield* readEpochMark(directory)
  const copy = backupFacts(backupPath(path), false)
  const first = !history && !(yield* exists(backupPath(path)).pipe(disk))
  const digest = Predicate.isString(mark?.closed) ? yield* fileDigest(path).pipe(disk) : undefined
  /** Mark of a file that is unchanged since the last run closed it. */
  const unchanged = digest !== undefined && digest === mark?.closed ? mark : undefined
  return { copy, digest, first, mark, unchanged }
})

/** Keeps the mark of the run; when the scope closes, after the file is closed, adds the digest of the file. */
const keepMark = Effect.fnUntraced(function* (
  directory: string,
  path: string,
  unchanged: EpochMark | undefined,
) {
  const services = yield* Effect.context<Services>()
  let current = unchanged
  yield* Effect.addFinalizer(() =>
    Effect.gen(function* () {
      const closed = yield* fileDigest(path)
      if (current !== undefined && closed !== undefined) {
        yield* writeEpochMark(directory, { ...current, closed })
      }
    }).pipe(Effect.ignore, Effect.provideContext(services))
  )
  // The file changes from here on. The digest of a file that another program changed stays until the file
  // itself records the change.
  const disk = Effect.mapError(stateDiskError(path))
  if (unchanged !== undefined) {
    yield* writeEpochMark(directory, { ...unchanged, closed: null }).pipe(disk)
  }
  return (mark: EpochMark) =>
    Effect.suspend(() => {
      current = mark
      return writeEpochMark(directory, mark).pipe(disk)
    })
})

/** Records the start of the run, and that the sinks must be read before they are written to. */
const recordStart = Effect.fnUntraced(function* (
  db: StateDatabase,
  pipelineId: string,
  reason: RecoveryReason | undefined,
  { copy, mark }: LastRun,
) {
  const { names } = yield* knownSinks
  const now = yield* Clock.currentTimeMillis
  return yield* db.transaction(() => {
    setMetaIn(db, "pipeline_id", pipelineId)
    if (reason === "changed") deleteImplausible(db, now)
    if (reason !== undefined) {
      const since = reason === "unread" ? "0" : String(now)
      for (const sink of names) setMetaIn(db, recoveryKey(sink), since)
    }
    return beginRun(db, now, Math.max(mark?.epoch ?? 0, copy?.epoch ?? 0))
  })
})

/** Opens the state file at `path`, recovers it if needed, and records the start of the run in it. */
export const openState = Effect.fn("openState")(function* (
  directory: string,
  path: string,
  recovery: RecoverySources,
): Effect.fn.Return<OpenedState, StateError, Services | Scope.Scope | SinkRegistry> {
  const warnings = yield* refuseNetworkFileSystem(directory)
  const { digest, first, unchanged, ...lastRun } = yield* readLastRun(directory, path)
  const writeMark = yield* keepMark(directory, path, unchanged)

  const opened = yield* openOrReplace(path, { deep: unchanged === undefined, first }, recovery)
  const { db } = opened
  const facts = yield* db.read(() => stateFactsIn(db))
  // A run that was killed after creating the file has not read the sinks.
  const unread = opened.intact && facts.epoch === 0 ? "unread" : undefined
  const reason = opened.reason ?? suspicion(facts, lastRun, digest) ??
    (recovery.rebuild ? "requested" : unread)

  const pipelineId = facts.pipelineId ?? lastRun.mark?.pipeline_id ?? crypto.randomUUID()
  const run = yield* recordStart(db, pipelineId, reason, lastRun)
  yield* writeMark({ pipeline_id: pipelineId, epoch: run.epoch, closed: null })

  const removed = reason === undefined ? yield* markRemovedSinks(db, recovery.sources) : []
  const adopted = yield* adoptFromSinks(db, path, recovery.sources)
  const message = reason === undefined ? undefined : messages[reason]
  const notes = [
    ...warnings,
    ...opened.notes,
    ...(message === undefined ? [] : [message]),
    ...removed.map(({ location, name }) =>
      `The ${name} sink in ${location} was removed. It is rebuilt from the other sinks.`
    ),
    ...describeAdoption(adopted, reason === undefined || reason === "unread"),
  ]
  return { db, run, notes: notes.length === 0 ? [] : [notes.join(" ")] }
})
