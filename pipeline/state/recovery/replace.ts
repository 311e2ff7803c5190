/** Replaces a state file that is missing or damaged. */
import { Effect, FileSystem, Path, type Scope } from "effect"
import { damagedNameOf, exists, syncDirectory } from "../../../sinks/files/atomic.ts"
import type { SinkSource } from "../../../sinks/Sink.ts"
import { openDatabase, type StateDatabase } from "../file/Database.ts"
import { backupFacts, backupPath, restoreBackup } from "../file/backup.ts"
import { fromSinkError, stateDiskError, StateError } from "../StateError.ts"
import { costOf, foreignIn, surveyOf } from "./survey.ts"

/** Reason why the sinks are read. `unread`: nothing was lost as far as is known, but they were never read. */
export type RecoveryReason =
  | "damaged"
  | "missing"
  | "older"
  | "changed"
  | "requested"
  | "unread"

/** Sinks of the run, which recovery needs. A command without sinks leaves recovery to the next run. */
export interface RecoverySources {
  readonly sources: ReadonlyArray<SinkSource>
  readonly rebuild: boolean
}

type Services = FileSystem.FileSystem | Path.Path

/** Renames the state file and its companions. Returns the new name. */
const renameDamaged = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  const aside = yield* damagedNameOf(path)
  for (const end of ["-wal", "-shm", "-journal", ""]) {
    if (yield* exists(path + end)) yield* fs.rename(path + end, aside + end)
  }
  yield* syncDirectory((yield* Path.Path).dirname(path))
  return aside
})

/** File in the place of a lost state file, with messages for the user. */
interface Replacement {
  readonly db: StateDatabase
  /** Undefined if nothing was lost because this is the first run. */
  readonly reason: RecoveryReason | undefined
  readonly notes: ReadonlyArray<string>
}

/** A lost state file: its path, the damage if it still exists, and whether an earlier run is known. */
interface LostState {
  readonly path: string
  readonly first: boolean
  readonly damage: StateError | undefined
}

/** Returns what happened to the file, as the predicate of "The state file …". */
const describeLoss = (damage: StateError | undefined) =>
  damage === undefined ? "is missing" : `is damaged: ${damage.detail}`

/** Renames a damaged file. Returns the sentence for the user; empty if the file is missing. */
const renameLost = ({ damage, path }: LostState) =>
  damage === undefined ? Effect.succeed("") : renameDamaged(path).pipe(
    Effect.map((name) => ` It was renamed to ${name}.`),
    Effect.mapError(stateDiskError(path)),
  )

const restore = Effect.fnUntraced(function* (lost: LostState) {
  const { path } = lost
  const renamed = yield* renameLost(lost)
  yield* restoreBackup(path).pipe(Effect.mapError(stateDiskError(path)))
  const loss = describeLoss(lost.damage)
  return {
    db: yield* openDatabase(path, { blank: false }),
    notes: [`The state file ${loss}.${renamed} The backup of the last run was restored.`],
  }
})

/** Counts the items in the sinks. On a first run, a sink that is down is left out: it blocks only itself. */
const surveySinks = Effect.fnUntraced(function* (
  { first, path }: LostState,
  sources: ReadonlyArray<SinkSource>,
) {
  let isComplete = sources.length > 0
  const survey = first
    ? Effect.map(
      Effect.forEach(sources, (source) =>
        Effect.catchTag(surveyOf([source]), "SinkError", () => {
          isComplete = false
          return Effect.succeed([])
        })),
      (counts) => counts.flat(),
    )
    : surveyOf(sources)
  const counts = yield* survey.pipe(Effect.scoped, Effect.mapError(fromSinkError(path)))
  return { counts, isComplete }
})

/**
 * Replaces a lost state file: by its backup, else by a new one. If the sinks hold items, a new one is created only
 * with `rebuild`; otherwise fails with the cost of a rebuild.
 */
export const replaceLost = Effect.fnUntraced(function* (
  path: string,
  first: boolean,
  { rebuild, sources }: RecoverySources,
  damage: StateError | undefined,
): Effect.fn.Return<Replacement, StateError, Services | Scope.Scope> {
  const lost = { path, first, damage }
  const loss = describeLoss(damage)
  const reason = damage === undefined ? "missing" : "damaged"
  if (backupFacts(backupPath(path), true) !== undefined) return { reason, ...yield* restore(lost) }
  if (sources.length === 0 && damage !== undefined) return yield* damage
  const { counts, isComplete } = yield* surveySinks(lost, sources)
  const foreign = foreignIn(sources)
  const cost = costOf(counts, foreign)
  if (damage === undefined && counts.every(({ count }) => count === 0)) {
    const db = yield* openDatabase(path)
    if (foreign === undefined || first) {
      // The first run that can read the remaining sinks does so before it writes to them.
      return { db, reason: isComplete && foreign === undefined ? undefined : "unread", notes: [] }
    }
    const note = `The state file ${loss}, and there is no backup. A new one was created: ${cost}.`
    return { db, reason, notes: [note] }
  }
  if (!rebuild) {
    return yield* new StateError({
      path,
      reason: "lost",
      detail: `${loss}, and there is no backup. Nothing was changed, and no request was sent to ` +
        `Strava. Restore it from a copy, or rebuild it from the sinks: deno task pipeline ` +
        `--rebuild-state. Cost of the rebuild: ${cost}`,
    })
  }
  const renamed = yield* renameLost(lost)
  const db = yield* openDatabase(path)
  const note = `The state file ${loss}.${renamed} It is being rebuilt from the sinks: ${cost}.`
  return { db, reason, notes: [note] }
})
