/** Decides for each row of an export, from the state file, which of its items are imported. */
import type { AthleteId } from "../../schemas/Athlete.ts"
import type { Source } from "../../schemas/export/source.ts"
import type { KnownActivity } from "../state/sources/imports.ts"
import type { Origin } from "../state/sources/origins.ts"
import type { AthleteExport } from "./Exports.ts"
import { entryOf, rowHashOf, type RowToImport } from "./importedActivity.ts"
import { originalName } from "./archive/originalNames.ts"

export interface ImportPlan {
  /** Rows without a file that can be read. */
  readonly rows: ReadonlyArray<RowToImport>
  /** Rows with a file to read. */
  readonly files: ReadonlyArray<RowToImport>
  /** Rows of which only the streams are missing, because a newer export has the row. */
  readonly gaps: ReadonlyArray<RowToImport>
  /** Known rows whose original file is not stored. */
  readonly originals: ReadonlyArray<RowToImport>
  /** Origins of known rows that this newer export confirms. */
  readonly confirmed: ReadonlyArray<Origin>
  /** Number of rows that are stored as they are in the export. */
  readonly known: number
}

interface Knowledge {
  readonly athlete: AthleteId
  readonly known: ReadonlyMap<string, KnownActivity>
  /** Sizes of the stored original files by name; undefined if none are to be stored. */
  readonly originals: ReadonlyMap<string, number> | undefined
  readonly prefer: Source | undefined
}

/** True if the streams are settled, so that the file is not needed for them. */
const hasStreams = ({ streams }: KnownActivity, prefer: Source | undefined): boolean =>
  streams !== undefined && streams.status !== "listed" &&
  !(streams.source === "api" && (prefer === "export" || streams.status === "purged"))

/** True if the activity was deleted at Strava after the export, so that nothing of it is imported. */
const isDeletedSince = (activity: KnownActivity | undefined, { archive }: AthleteExport): boolean =>
  archive.exportedAt <= (activity?.deletedAt ?? -1)

type Decision = "rows" | "files" | "gaps" | "known"

const decide = (
  { from, row }: RowToImport,
  activity: KnownActivity | undefined,
  prefer: Source | undefined,
): Decision => {
  const entry = entryOf(from, row)
  const origin = activity?.origin
  if (isDeletedSince(activity, from)) return "known"
  if (activity === undefined || origin === undefined || activity.activities?.status === "purged") {
    return entry === undefined ? "rows" : "files"
  }
  if (origin.exported > from.archive.exportedAt) {
    return entry === undefined || hasStreams(activity, prefer) ? "known" : "gaps"
  }
  if (entry === undefined) {
    // A file that is missing is a problem of each import, until the streams are stored.
    const isSettled = !row.cells.has("Filename") || hasStreams(activity, prefer)
    return origin.rowHash === rowHashOf(row) && isSettled ? "known" : "rows"
  }
  return origin.rowHash === rowHashOf(row) && origin.version === entry.version &&
      hasStreams(activity, prefer)
    ? "known"
    : "files"
}

/** Returns the plan of an export; the newest activities come first. */
export const planImport = (
  from: AthleteExport,
  { athlete, known, originals, prefer }: Knowledge,
): ImportPlan => {
  const { archive: { exportedAt, name }, table } = from
  const plan = {
    rows: [] as Array<RowToImport>,
    files: [] as Array<RowToImport>,
    gaps: [] as Array<RowToImport>,
    originals: [] as Array<RowToImport>,
    confirmed: [] as Array<Origin>,
    known: 0,
  }
  const rows = table.rows.toSorted((a, b) => (b.start ?? 0) - (a.start ?? 0))
  for (const row of rows) {
    const one = { athlete, from, row }
    const activity = known.get(row.id)
    const decision = decide(one, activity, prefer)
    if (decision !== "known") {
      plan[decision].push(one)
      continue
    }
    plan.known++
    const origin = activity?.origin
    if (origin !== undefined && origin.exported < exportedAt) {
      plan.confirmed.push({ ...origin, athlete, id: row.id, archive: name, exported: exportedAt })
    }
    const entry = entryOf(from, row)
    if (entry === undefined || originals === undefined || isDeletedSince(activity, from)) continue
    const stored = originals.get(originalName(entry.name))
    // The stored file is that of the row, so an older export does not replace it.
    const isOlder = origin !== undefined && origin.exported > exportedAt
    if (stored === undefined || (stored !== entry.size && !isOlder)) plan.originals.push(one)
  }
  return plan
}
