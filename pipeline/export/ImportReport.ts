/** Problems of an import, by activity: kept for the summary. */
import { Context, Effect, Layer } from "effect"

/** An activity whose file was not imported, or only in part. */
export interface ImportProblem {
  /** Digits of the activity's id. */
  readonly id: string
  readonly name: string
  /** Name of the export. */
  readonly archive: string
  /** Name of the file in the export, or what the table has instead. */
  readonly file: string | null
  readonly reason: string
  /** True if a part of the file was imported. */
  readonly partial: boolean
}

/** Figures of one export. */
export interface ImportedExport {
  readonly archive: string
  /** Time of the export, in milliseconds since 1970. */
  readonly exportedAt: number
  /** Activities in the table, and those among them that were imported before. */
  readonly activities: number
  readonly known: number
  /** Rows of the table that are not imported. */
  readonly rejected: number
  /** Streams that were imported from it. */
  readonly streams: number
  /** Original files that were stored, and their size in bytes. */
  readonly originals: number
  readonly bytes: number
  readonly problems: ReadonlyArray<string>
}

type Counts = Pick<ImportedExport, "known" | "streams" | "originals" | "bytes">

export class ImportReport extends Context.Service<ImportReport, {
  /** Records a problem; a later one of the same activity replaces it. */
  problem(problem: ImportProblem): Effect.Effect<void>
  /** Records that the streams of an activity are stored: another export might have lacked its file. */
  solved(id: string): Effect.Effect<void>
  /** Adds to the figures of the export at a path; names can be equal. */
  count(path: string, counts: Partial<Counts>): Effect.Effect<void>
  /** Counts original files that were stored. */
  originals(
    path: string,
    files: ReadonlyArray<{ readonly bytes: Uint8Array }>,
  ): Effect.Effect<void>
  readonly problems: Effect.Effect<ReadonlyArray<ImportProblem>>
  counts(path: string): Effect.Effect<Counts>
}>()("paceline/export/ImportReport") {
  static readonly layer = Layer.sync(ImportReport, () => {
    const problems = new Map<string, ImportProblem>()
    const sums = new Map<string, Counts>()
    const countsOf = (path: string): Counts =>
      sums.get(path) ?? { known: 0, streams: 0, originals: 0, bytes: 0 }
    const count = (path: string, counts: Partial<Counts>) => {
      const { bytes, known, originals, streams } = countsOf(path)
      sums.set(path, {
        known: known + (counts.known ?? 0),
        streams: streams + (counts.streams ?? 0),
        originals: originals + (counts.originals ?? 0),
        bytes: bytes + (counts.bytes ?? 0),
      })
    }
    return ImportReport.of({
      problem: (problem) => Effect.sync(() => void problems.set(problem.id, problem)),
      solved: (id) => Effect.sync(() => void problems.delete(id)),
      count: (path, counts) => Effect.sync(() => count(path, counts)),
      originals: (path, files) =>
        Effect.sync(() =>
          count(path, {
            originals: files.length,
            bytes: files.reduce((sum, { bytes }) => sum + bytes.length, 0),
          })
        ),
      problems: Effect.sync(() => [...problems.values()]),
      counts: (path) => Effect.sync(() => countsOf(path)),
    })
  })
}
