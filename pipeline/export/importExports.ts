/** A whole import: a run without Strava, whose stages read the opened exports. */
import { Effect, Path } from "effect"
import { purgeOlder } from "../purge/older.ts"
import { quantity } from "../output/kit/plurals.ts"
import { runPipeline } from "../run/Pipeline.ts"
import { runSteps } from "../run/run.ts"
import { type StoredSummary, summarizeStored } from "../run/Summary.ts"
import { StateFile } from "../state/StateFile.ts"
import { Exports, otherOwner } from "./Exports.ts"
import { entryOf } from "./importedActivity.ts"
import { type ImportedExport, type ImportProblem, ImportReport } from "./ImportReport.ts"
import { missingOriginals, Originals } from "./originals.ts"
import { exportStreams } from "./stages.ts"

/** Result of an import. */
export interface ImportSummary extends StoredSummary {
  /** The oldest first. */
  readonly exports: ReadonlyArray<ImportedExport>
  /** Activities whose files were not imported, or only in part. */
  readonly problems: ReadonlyArray<ImportProblem>
}

/** Fails if the data directory belongs to another athlete: a rebuilt state file knows that only now. */
const checkOwner = Effect.gen(function* () {
  const { all, athlete } = yield* Exports
  const state = yield* StateFile
  const stored = yield* state.athlete
  if (stored === undefined || stored === athlete) return
  const folder = (yield* Path.Path).dirname(state.path)
  return yield* otherOwner(all[0]?.archive.path ?? "", String(athlete), folder, stored)
})

/** Fails if the disk has too little room for the original files that are not stored yet. */
const checkRoom = Effect.gen(function* () {
  const { all } = yield* Exports
  const originals = yield* Originals
  const stored = yield* originals.stored
  if (stored === undefined) return
  const entries = all.flatMap((from) => from.table.rows.flatMap((row) => entryOf(from, row) ?? []))
  const { bytes, files } = missingOriginals(stored, entries)
  if (files > 0) yield* originals.ensureRoom(bytes)
})

/** Maximum number of activities that a sentence names. */
const mostNamed = 10

/** Returns a sentence about imported activities that the newest export lacks; empty if there are none. */
const describeAbsent = Effect.gen(function* () {
  const { all, athlete } = yield* Exports
  const newest = all.at(-1)
  if (newest === undefined) return []
  const listed = new Set(newest.table.rows.map(({ id }) => id))
  const known = yield* (yield* StateFile).imports.known(athlete)
  const absent = [...known].filter(([id, { origin }]) =>
    origin !== undefined && origin.exported < newest.archive.exportedAt && !listed.has(id)
  ).map(([id]) => id)
  if (absent.length === 0) return []
  const named = `${absent.slice(0, mostNamed).join(", ")}${absent.length > mostNamed ? ", …" : ""}`
  return [
    `it lacks ${quantity(absent.length, "activity", "activities")} of earlier exports, which are ` +
    `kept. They might be deleted at Strava: ${named}`,
  ]
})

const summarize = Effect.fnUntraced(
  function* (...[filled, purged]: Parameters<typeof summarizeStored>) {
    const stored = yield* summarizeStored(filled, purged)
    const report = yield* ImportReport
    const { all } = yield* Exports
    const absent = yield* describeAbsent
    const exports = yield* Effect.forEach(
      all,
      (from) =>
        Effect.map(report.counts(from.archive.path), (counts): ImportedExport => ({
          archive: from.archive.name,
          exportedAt: from.archive.exportedAt,
          activities: from.table.rows.length,
          rejected: from.table.rejected,
          ...counts,
          problems: [
            ...from.problems,
            ...from.archive.ignored,
            ...(from === all.at(-1) ? absent : []),
          ],
        })),
    )
    return { ...stored, exports, problems: yield* report.problems } satisfies ImportSummary
  },
)

/** Imports the exports and delivers what is new to the sinks. */
export const importExports = Effect.fn("importExports")(() =>
  runSteps({
    prepare: Effect.void,
    stages: checkOwner.pipe(
      Effect.andThen(checkRoom),
      Effect.andThen(runPipeline(exportStreams, () => true)),
    ),
    purge: () => purgeOlder(undefined),
    summarize,
    hasProblems: ({ exports, problems }) =>
      problems.length > 0 || exports.some(({ rejected }) => rejected > 0),
  })
)
