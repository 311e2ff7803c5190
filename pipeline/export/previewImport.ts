/** A dry run: reads everything that an import would read, and writes nothing. */
import { Effect } from "effect"
import { notify } from "../base/Progress.ts"
import type { KnownActivity } from "../state/sources/imports.ts"
import type { ArchiveEntry } from "./archive/Archive.ts"
import { Exports } from "./Exports.ts"
import {
  entryOf,
  importActivity,
  type ImportedActivity,
  keepEarlier,
  readFileOf,
  type RowToImport,
} from "./importedActivity.ts"
import { ImportOptions } from "./ImportOptions.ts"
import { planImport } from "./importPlan.ts"
import type { ImportProblem } from "./ImportReport.ts"
import { missingOriginals, Originals } from "./originals.ts"

/** Effects that the import of one export would have. */
interface PreviewedExport {
  readonly archive: string
  /** Time of the export, in milliseconds since 1970. */
  readonly exportedAt: number
  /** Activities in the table: new, imported before but changed, and unchanged. */
  readonly activities: number
  readonly fresh: number
  readonly changed: number
  readonly known: number
  /** Rows of the table that it would not import. */
  readonly rejected: number
  /** Streams that it would store. */
  readonly streams: number
  readonly problems: ReadonlyArray<string>
}

export interface ImportPreview {
  readonly exports: ReadonlyArray<PreviewedExport>
  readonly problems: ReadonlyArray<ImportProblem>
  /** Original files that it would store, and their size in bytes. */
  readonly originals: { readonly files: number; readonly bytes: number }
}

/** Returns the knowledge that the state file would have of an activity after its import. */
const knowledgeOf = ({ arrivals, origin }: ImportedActivity): KnownActivity => {
  const stored = (resource: "activities" | "streams" | "export") => {
    const item = arrivals.find(({ item }) => item.resource === resource)?.item
    return item === undefined
      ? { source: "api", status: "listed", hash: null } as const
      : { source: "export", status: "delivered", hash: item.hash } as const
  }
  return {
    origin,
    activities: stored("activities"),
    streams: stored("streams"),
    export: stored("export"),
  }
}

const entriesOf = (rows: ReadonlyArray<RowToImport>): ReadonlyArray<ArchiveEntry> =>
  rows.flatMap(({ from, row }) => entryOf(from, row) ?? [])

/** Returns what an import would do. `stored` are the activities that the state file knows. */
export const previewImport = Effect.fn("previewImport")(
  function* (stored: ReadonlyMap<string, KnownActivity>) {
    const { all, athlete } = yield* Exports
    const { prefer } = yield* ImportOptions
    const { keeps, stored: storedOriginals } = yield* Originals
    const originals = yield* storedOriginals
    const known = new Map(stored)
    const problems = new Map<string, ImportProblem>()
    const files: Array<ArchiveEntry> = []
    const exports: Array<PreviewedExport> = []
    for (const from of all.toReversed()) {
      const { archive, problems: ofTable, table } = from
      const plan = planImport(from, { athlete, known, originals, prefer })
      const work: ReadonlyArray<RowToImport> = [...plan.rows, ...plan.files, ...plan.gaps]
      const [counts, stage] = [{ fresh: 0, changed: 0, streams: 0 }, `dry run of ${archive.name}`]
      yield* notify({ _tag: "StageStarted", stage })
      for (const [index, one] of work.entries()) {
        const { id } = one.row
        const read = importActivity(one, yield* readFileOf(archive, one.row), keeps)
        const made = keepEarlier(read, known.get(id))
        const hasStreams = made.arrivals.some(({ item }) => item.resource === "streams")
        if (hasStreams) problems.delete(id)
        if (made.problem !== undefined) problems.set(id, made.problem)
        if (made.original !== undefined) files.push(...entriesOf([one]))
        if (made.arrivals.length > 0) {
          counts[known.get(id)?.activities?.hash == null ? "fresh" : "changed"]++
          counts.streams += hasStreams ? 1 : 0
          known.set(id, knowledgeOf(made))
        }
        yield* notify({ _tag: "Advanced", stage, done: index + 1, total: work.length })
        yield* Effect.yieldNow
      }
      yield* notify({ _tag: "StageEnded", stage })
      files.push(...entriesOf(plan.originals))
      exports.unshift({
        archive: archive.name,
        exportedAt: archive.exportedAt,
        activities: table.rows.length,
        ...counts,
        known: plan.known,
        rejected: table.rejected,
        problems: [...ofTable, ...archive.ignored],
      })
    }
    return {
      exports,
      problems: [...problems.values()],
      originals: originals === undefined
        ? { files: 0, bytes: 0 }
        : missingOriginals(originals, files),
    } satisfies ImportPreview
  },
)
