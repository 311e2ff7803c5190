/**
 * The ladder: a state file that is damaged, missing, older or changed never means starting from zero. The
 * copy of the last run takes its place, and what the sinks hold is taken in; where there is no copy, the
 * run stops and says what rebuilding costs.
 */
import { Clock, Effect, FileSystem, Option, type Path, type Scope } from "effect"
import { exists } from "../../../sinks/files/atomic.ts"
import { knownSinks, type SinkRegistry } from "../../../sinks/SinkKind.ts"
import { openDatabase, type StateDatabase } from "../file/Database.ts"
import { type BackupFacts, backupFacts, backupPath, stateFactsIn } from "../file/backup.ts"
import { type EpochMark, fileDigest, readEpochMark, writeEpochMark } from "../file/epochFile.ts"
import { setMetaIn } from "../file/meta.ts"
import { refuseNetworkFileSystem } from "../file/network.ts"
import { type RecoveryReason, type RecoverySources, replaceLost } from "./replace.ts"
import { beginRun, type RunEpoch } from "../ledger/runs.ts"
import { stateDiskError, type StateError } from "../StateError.ts"
import { adoptFromSinks, describeAdoption, markRemovedSinks, recoveryKey } from "./reconcile.ts"

type Services = FileSystem.FileSystem | Path.Path

interface OpenedState {
  readonly db: StateDatabase
  readonly run: RunEpoch
  /** What the user should know of how it was opened, in whole sentences. */
  readonly notes: ReadonlyArray<string>
}

/** What lies beside the state file. */
interface Beside {
  readonly mark: EpochMark | undefined
  readonly copy: BackupFacts | undefined
}

/** Whether the file is of an earlier time than the last run, another's, or changed since it. */
export const suspicion = (
  now: BackupFacts,
  { copy, mark }: Beside,
  digest: string | undefined,
): RecoveryReason | undefined => {
  if (mark !== undefined && (mark.pipeline_id !== now.pipelineId || mark.epoch > now.epoch)) {
    return "older"
  }
  if (copy !== undefined && copy.epoch > now.epoch) return "older"
  const closed = mark?.epoch === now.epoch ? mark.closed : undefined
  return typeof closed === "string" && digest !== closed ? "changed" : undefined
}

/** What is said of a file that stays. */
const words: Readonly<Partial<Record<RecoveryReason, string>>> = {
  older: "The state file is older than the last run, or another's.",
  changed: "The state file was changed since the last run, by something else than Paceline.",
  asked: "The state file is sound and stays; it was compared with the sinks.",
}

/** A count, limit or clock that no run can have written would hold up the next for long. */
const mistrust = (db: StateDatabase, now: number) => {
  db.run(
    `delete from quota where cap <= 0 or used < 0 or used > 2 * cap or start > ?1`,
    now + 24 * 60 * 60_000,
  )
  db.run(`delete from meta where key = 'clock'`)
  db.run(`delete from cursor where not json_valid(value)`)
}

/** The file as it is, if it is there and sound; else what takes its place. */
const openOrReplace = Effect.fnUntraced(function* (
  path: string,
  { deep, first }: { readonly deep: boolean; readonly first: boolean },
  asked: RecoverySources,
) {
  const found = yield* Effect.option((yield* FileSystem.FileSystem).stat(path))
  // An empty file, of which nothing tells that it was ever more, is as good as none.
  if (Option.isNone(found) || (first && Number(found.value.size) === 0)) {
    return { sound: false, ...yield* replaceLost(path, first, asked, undefined) }
  }
  return yield* openDatabase(path, { blank: first, deep }).pipe(
    Effect.map((db) => ({ sound: true, db, why: undefined, notes: [] })),
    Effect.catchIf(
      ({ reason }) => reason === "damaged",
      (damage) =>
        Effect.map(
          replaceLost(path, first, asked, damage),
          (replaced) => ({ sound: false, ...replaced }),
        ),
    ),
  )
})

/** The state file at `path`, fit for a run, and the run noted in it. */
export const openState = Effect.fn("openState")(function* (
  directory: string,
  path: string,
  asked: RecoverySources,
): Effect.fn.Return<OpenedState, StateError, Services | Scope.Scope | SinkRegistry> {
  const { names } = yield* knownSinks
  const services = yield* Effect.context<Services>()
  const disk = Effect.mapError(stateDiskError(path))
  const notes = [...yield* refuseNetworkFileSystem(directory)]

  const { history, mark } = yield* readEpochMark(directory)
  const copy = backupFacts(backupPath(path), false)
  const first = !history && !(yield* exists(backupPath(path)).pipe(disk))
  const digest = typeof mark?.closed === "string" ? yield* fileDigest(path).pipe(disk) : undefined
  const asLeft = mark !== undefined && digest !== undefined && digest === mark.closed

  // The mark gets its digest when all else of the run is over and the file closed.
  let marked = asLeft ? mark : undefined
  yield* Effect.addFinalizer(() =>
    Effect.gen(function* () {
      const closed = yield* fileDigest(path)
      if (marked !== undefined && closed !== undefined) {
        yield* writeEpochMark(directory, { ...marked, closed })
      }
    }).pipe(Effect.ignore, Effect.provideContext(services))
  )
  // From here on the file changes, and whoever is killed leaves it so. Where another has changed it, the
  // digest that tells so stays until that is noted in the file itself.
  if (asLeft) yield* writeEpochMark(directory, { ...mark, closed: null }).pipe(disk)

  const opened = yield* openOrReplace(path, { deep: !asLeft, first }, asked)
  const { db } = opened
  const facts = yield* db.read(() => stateFactsIn(db.all))
  // Made, and then the run was killed: what the sinks hold is not looked at yet.
  const begun = opened.sound && facts.epoch === 0 ? "unasked" : undefined
  const why = opened.why ?? suspicion(facts, { copy, mark }, digest) ??
    (asked.rebuild ? "asked" : begun)
  const said = why === undefined ? undefined : words[why]
  notes.push(...opened.notes, ...(said === undefined ? [] : [said]))

  const now = yield* Clock.currentTimeMillis
  const pipelineId = facts.pipelineId ?? mark?.pipeline_id ?? crypto.randomUUID()
  const run = yield* db.transaction(() => {
    setMetaIn(db, "pipeline_id", pipelineId)
    if (why === "changed") mistrust(db, now)
    if (why !== undefined) {
      const since = why === "unasked" ? "0" : String(now)
      for (const sink of names) setMetaIn(db, recoveryKey(sink), since)
    }
    return beginRun(db, now, Math.max(mark?.epoch ?? 0, copy?.epoch ?? 0))
  })
  marked = { pipeline_id: pipelineId, epoch: run.epoch, closed: null }
  yield* writeEpochMark(directory, marked).pipe(disk)

  if (why === undefined) {
    for (const { location, name } of yield* markRemovedSinks(db, asked.sources, now)) {
      notes.push(`The ${name} sink is gone from ${location}: it is made again from the others.`)
    }
  }
  const adopted = yield* adoptFromSinks(db, path, asked.sources)
  notes.push(...describeAdoption(adopted, why === undefined || why === "unasked"))
  return { db, run, notes: notes.length === 0 ? [] : [notes.join(" ")] }
})
