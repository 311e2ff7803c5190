/** What takes the place of a state file that is no longer there or not sound. */
import { Effect, FileSystem, Path, type Scope } from "effect"
import { asideOf, exists, syncDirectory } from "../../sinks/files.ts"
import type { SinkSource } from "../../sinks/Sink.ts"
import { type Database, openDatabase } from "./Database.ts"
import { type Facts, putBack } from "./generation.ts"
import type { Mark } from "./mark.ts"
import { diskError, ofSink, StateError } from "./StateError.ts"
import { costOf, surveyOf } from "./survey.ts"

/** What was wrong with the state file. */
export type Why = "damaged" | "missing" | "older" | "changed" | "asked" | "unasked"

/** The sinks of a run are needed to recover; a command without any leaves that to the next run. */
export interface Asked {
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

export interface Ground {
  readonly path: string
  readonly mark: Mark | undefined
  readonly copy: Facts | undefined
  /** Whether nothing tells of a run before this one. */
  readonly first: boolean
}

/** A state file that is no longer there or not sound: what goes in its place, and what is said of it. */
export const replaceLost = Effect.fnUntraced(function* (
  { copy, first, path }: Ground,
  { rebuild, sources }: Asked,
  lost: StateError | undefined,
): Effect.fn.Return<
  { readonly db: Database; readonly why: Why | undefined; readonly notes: ReadonlyArray<string> },
  StateError,
  Services | Scope.Scope
> {
  const disk = Effect.mapError((error: Error) => diskError(path)(error))
  const what = lost === undefined ? "is missing" : `is damaged: ${lost.detail}`
  const why = lost === undefined ? "missing" : "damaged"
  const aside = Effect.suspend(() => lost === undefined ? Effect.succeed("") : setAside(path)).pipe(
    Effect.map((name) => name === "" ? "" : ` It is kept as ${name}.`),
    disk,
  )
  if (copy !== undefined) {
    const kept = yield* aside
    yield* putBack(path).pipe(Effect.mapError(diskError(path)))
    const db = yield* openDatabase(path, { blank: false })
    return { db, why, notes: [`The state file ${what}.${kept} The copy of the last run is used.`] }
  }
  if (sources.length === 0 && lost !== undefined) return yield* lost
  const survey = yield* (first
    // Nothing says that there ever was anything: a sink that is down holds back only itself.
    ? Effect.map(
      Effect.forEach(sources, (source) => Effect.orElseSucceed(surveyOf([source]), () => [])),
      (counts) => counts.flat(),
    )
    : surveyOf(sources)).pipe(Effect.scoped, Effect.mapError(ofSink(path)))
  const nothing = survey.every(({ count }) => count === 0)
  if (lost === undefined && nothing) {
    // Nobody could be asked: the first run with sinks does it.
    return {
      db: yield* openDatabase(path),
      why: sources.length === 0 ? "unasked" : undefined,
      notes: [],
    }
  }
  const cost = costOf(survey)
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
