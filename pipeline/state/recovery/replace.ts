/** What takes the place of a state file that is no longer there or not sound. */
import { Effect, FileSystem, Path, type Scope } from "effect"
import { asideOf, exists, syncDirectory } from "../../../sinks/files/atomic.ts"
import type { SinkSource } from "../../../sinks/Sink.ts"
import { openDatabase, type StateDatabase } from "../file/Database.ts"
import { backupFacts, backupPath, restoreBackup } from "../file/backup.ts"
import { fromSinkError, stateDiskError, StateError } from "../StateError.ts"
import { costOf, foreignIn, surveyOf } from "./survey.ts"

/** What was wrong with the state file. */
export type RecoveryReason = "damaged" | "missing" | "older" | "changed" | "asked" | "unasked"

/** The sinks of a run are needed to recover; a command without any leaves that to the next run. */
export interface RecoverySources {
  readonly sources: ReadonlyArray<SinkSource>
  readonly rebuild: boolean
}

type Services = FileSystem.FileSystem | Path.Path

/** Move the state file out of the way, with what lies beside it; gives its new name. */
const setAside = Effect.fnUntraced(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  const aside = yield* asideOf(path)
  for (const end of ["-wal", "-shm", "-journal", ""]) {
    if (yield* exists(path + end)) yield* fs.rename(path + end, aside + end)
  }
  yield* syncDirectory((yield* Path.Path).dirname(path))
  return aside
})

/** What is in the place of a lost state file, and what is said of that. */
interface Replacement {
  readonly db: StateDatabase
  /** Undefined where nothing was lost: this is the first run. */
  readonly why: RecoveryReason | undefined
  readonly notes: ReadonlyArray<string>
}

/**
 * Replace a state file that is damaged, as `lost` says, or else not there: by its copy, by a new one, or,
 * where the sinks hold something, only if rebuilding was asked for. `first`: nothing tells of an
 * earlier run.
 */
export const replaceLost = Effect.fnUntraced(function* (
  path: string,
  first: boolean,
  { rebuild, sources }: RecoverySources,
  lost: StateError | undefined,
): Effect.fn.Return<Replacement, StateError, Services | Scope.Scope> {
  const disk = Effect.mapError(stateDiskError(path))
  const what = lost === undefined ? "is missing" : `is damaged: ${lost.detail}`
  const why = lost === undefined ? "missing" : "damaged"
  const aside = Effect.suspend(() => lost === undefined ? Effect.succeed("") : setAside(path)).pipe(
    Effect.map((name) => name === "" ? "" : ` It is kept as ${name}.`),
    disk,
  )
  if (backupFacts(backupPath(path), true) !== undefined) {
    const kept = yield* aside
    yield* restoreBackup(path).pipe(disk)
    const db = yield* openDatabase(path, { blank: false })
    return { db, why, notes: [`The state file ${what}.${kept} The copy of the last run is used.`] }
  }
  if (sources.length === 0 && lost !== undefined) return yield* lost
  let unseen = sources.length === 0
  const survey = yield* (first
    // Nothing says that there ever was anything: a sink that is down holds back only itself.
    ? Effect.map(
      Effect.forEach(sources, (source) =>
        Effect.catchTag(surveyOf([source]), "SinkError", () => {
          unseen = true
          return Effect.succeed([])
        })),
      (counts) => counts.flat(),
    )
    : surveyOf(sources)).pipe(Effect.scoped, Effect.mapError(fromSinkError(path)))
  const foreign = foreignIn(sources)
  if (lost === undefined && survey.every(({ count }) => count === 0)) {
    const db = yield* openDatabase(path)
    if (foreign !== undefined && !first) {
      const text = `The state file ${what}, and there is no copy of it. It is made again: ${
        costOf(survey, foreign)
      }.`
      return { db, why, notes: [text] }
    }
    // Who could not be asked is, by the first run that can, before anything is written there.
    return { db, why: unseen || foreign !== undefined ? "unasked" : undefined, notes: [] }
  }
  const cost = costOf(survey, foreign)
  if (!rebuild) {
    return yield* new StateError({
      path,
      reason: "lost",
      detail: `${what}, and there is no copy of it. Nothing was changed, and nothing asked of ` +
        `Strava. Restore it from a backup; or let it be made anew from what the sinks hold: ` +
        `deno task pipeline --rebuild-state. That costs ${cost}`,
    })
  }
  const kept = yield* aside
  const db = yield* openDatabase(path)
  const text = `The state file ${what}.${kept} It is made anew from what the sinks hold: ${cost}.`
  return { db, why, notes: [text] }
})
