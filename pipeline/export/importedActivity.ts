/** One activity of an export as items: made from its row and its file, whatever their order and number. */
import { Effect, Option, Schema } from "effect"
import { crc32 } from "node:zlib"
import { SummaryActivity } from "../../schemas/Activity.ts"
import type { AthleteId } from "../../schemas/Athlete.ts"
import { hashOf } from "../../schemas/json/hash.ts"
import { itemFrom } from "../../schemas/json/ParsedItem.ts"
import { itemFromBytes } from "../../schemas/json/itemFromBytes.ts"
import { importedFacts } from "../state/ledger/activityFacts.ts"
import { reasons } from "../state/ledger/reasons.ts"
import type { LedgerMark } from "../state/outbox/checkpoint.ts"
import type { KnownActivity } from "../state/sources/imports.ts"
import type { Origin } from "../state/sources/origins.ts"
import type { Arrival } from "../state/outbox/stage.ts"
import type { Archive, ArchiveEntry } from "./archive/Archive.ts"
import type { AthleteExport } from "./Exports.ts"
import type { ImportProblem } from "./ImportReport.ts"
import { importedStreams } from "./recording/importedStreams.ts"
import { readActivityFile } from "./recording/readActivityFile.ts"
import { firstTimeOf } from "./recording/SampleRows.ts"
import { activityText } from "./table/activityText.ts"
import type { ExportRow } from "./table/ExportRow.ts"
import { exportText } from "./table/exportText.ts"
import { exactInteger } from "./table/numbers.ts"

/** Changes when imported items of an unchanged row and file would differ, so that they are imported again. */
const importVersion = 1

/** Returns the hash of a row, by which a later import recognizes it. */
export const rowHashOf = ({ cells }: ExportRow): string =>
  hashOf(JSON.stringify([importVersion, ...cells])).slice(0, 32)

/** A row to import. */
export interface RowToImport {
  readonly athlete: AthleteId
  readonly from: AthleteExport
  readonly row: ExportRow
}

/** Items of an activity, and what else a checkpoint stores for it. */
export interface ImportedActivity {
  readonly id: string
  /** Path of the export. */
  readonly from: string
  readonly arrivals: ReadonlyArray<Arrival>
  readonly marks: ReadonlyArray<LedgerMark>
  readonly origin: Origin
  readonly problem: ImportProblem | undefined
  /** Content of its file; undefined if it was not read. */
  readonly original: { readonly name: string; readonly bytes: Uint8Array } | undefined
  /** Bytes that it takes in memory until it is stored. */
  readonly size: number
}

/** Content of an activity's file, or the reason why there is none. */
type FileContent =
  | { readonly entry: ArchiveEntry; readonly bytes: Uint8Array }
  | { readonly entry: ArchiveEntry | undefined; readonly reason: string }
  | undefined

/** Returns the entry of the activity's file; undefined if the export does not contain it. */
export const entryOf = ({ archive }: AthleteExport, { file }: ExportRow) =>
  file === undefined ? undefined : archive.entries.get(file)

/** Reads the file of a row; undefined if the row names none. */
export const readFileOf = (
  archive: Archive,
  { cells, file }: ExportRow,
): Effect.Effect<FileContent> => {
  const name = cells.get("Filename")
  if (file === undefined) {
    return Effect.succeed(
      name === undefined
        ? undefined
        : { entry: undefined, reason: `the export has ${JSON.stringify(name)} in place of a file` },
    )
  }
  const entry = archive.entries.get(file)
  return entry === undefined
    ? Effect.succeed({ entry, reason: "the export does not contain the file" })
    : Effect.match(archive.read(file), {
      onSuccess: (bytes) => ({ entry, bytes }),
      onFailure: ({ detail }) => ({ entry, reason: detail }),
    })
}

/** Returns the start: of the row, or the reading of its date that the file's first time is closer to. */
const startOf = ({ dates, start }: ExportRow, first: number | undefined): number | undefined => {
  if (start !== undefined || first === undefined) return start
  if (dates === undefined) return first
  const { dayFirst, monthFirst } = dates
  return Math.abs(dayFirst - first) <= Math.abs(monthFirst - first) ? dayFirst : monthFirst
}

const elapsedOf = ({ cells }: ExportRow): number | undefined => {
  const text = exactInteger(cells.get("Elapsed Time (2)")) ??
    exactInteger(cells.get("Elapsed Time"))
  return text === undefined ? undefined : Number(text)
}

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(SummaryActivity))

/** Streams, and facts, of the file of a row. */
const streamsOf = (row: ExportRow, content: FileContent) => {
  if (content === undefined || !("bytes" in content)) {
    return { row, file: undefined, notes: [] as ReadonlyArray<string> }
  }
  const recording = readActivityFile(content.bytes)
  const first = recording.deviceTime === true ? undefined : firstTimeOf(recording)
  const dated = { ...row, start: startOf(row, first) }
  const file = importedStreams(recording, {
    start: dated.start,
    elapsed: elapsedOf(row),
    file: content.entry.name,
  })
  return { row: dated, file, notes: file.notes }
}

/** Returns the CRC-32 of the file in hexadecimal; undefined if it was not read. */
const crc32Of = (content: FileContent): string | undefined =>
  content !== undefined && "bytes" in content
    ? crc32(content.bytes).toString(16).padStart(8, "0")
    : undefined

/**
 * Makes the items of an activity; those of the export say that its file is kept if `keepsOriginals`. Never
 * fails: a file that cannot be read becomes a problem.
 */
export const importActivity = (
  { athlete, from: { archive }, row: read }: RowToImport,
  content: FileContent,
  keepsOriginals: boolean,
): ImportedActivity => {
  const { exportedAt } = archive
  const { file, notes: fileNotes, row } = streamsOf(read, content)
  const key = { athlete, id: row.id }
  const text = activityText(row, file?.facts, String(athlete))
  const summary = Option.getOrUndefined(decode(text))
  const isManual = summary?.manual === true
  const start = row.start ?? 0
  const damage = file?.damage
  const missing = content === undefined
    ? isManual ? undefined : "the export names no file"
    : "reason" in content
    ? content.reason
    : file?.bytes === undefined
    ? damage ?? fileNotes[0] ?? "the file has no samples of this activity"
    : undefined
  const notes = missing === undefined || fileNotes.includes(missing)
    ? fileNotes
    : [missing, ...fileNotes]
  const entry = content?.entry
  const exported = exportText({
    row,
    activity: text,
    archive: archive.name,
    exportedAt,
    file: entry && { ...entry, crc32: keepsOriginals ? crc32Of(content) : undefined },
    streams: file?.types ?? [],
    derived: file?.derived ?? [],
    notes,
  })
  const streams = file?.bytes === undefined
    ? []
    : [{ item: itemFromBytes(key, file.bytes, exportedAt), start }]
  const reason = content === undefined ? undefined : missing ?? damage
  return {
    id: row.id,
    from: archive.path,
    arrivals: [
      {
        item: itemFrom({ ...key, resource: "activities" }, text, exportedAt),
        start,
        ...(summary !== undefined && { facts: importedFacts(summary) }),
      },
      { item: itemFrom({ ...key, resource: "export" }, exported, exportedAt), start },
      ...streams,
    ],
    marks: streams.length > 0 ? [] : [{
      ...key,
      resource: "streams",
      start,
      ...(isManual
        ? { status: "skipped", reason: reasons.manual } as const
        : { status: "listed", reason: `export: ${missing}` } as const),
    }],
    origin: {
      ...key,
      rowHash: rowHashOf(read),
      file: entry?.name ?? null,
      version: entry?.version ?? null,
      archive: archive.name,
      exported: exportedAt,
    },
    problem: reason === undefined ? undefined : {
      id: row.id,
      name: row.cells.get("Activity Name") ?? "",
      archive: archive.name,
      file: row.cells.get("Filename") ?? null,
      reason,
      partial: streams.length > 0,
    },
    original: content !== undefined && "bytes" in content
      ? { name: content.entry.name, bytes: content.bytes }
      : undefined,
    size: text.length + exported.length + (file?.bytes?.length ?? 0) +
      (content !== undefined && "bytes" in content ? content.bytes.length : 0),
  }
}

/**
 * Returns the activity without items if its file is damaged or missing in a newer export: then what an earlier one
 * has stored stays as it is.
 */
export const keepEarlier = (
  activity: ImportedActivity,
  stored: KnownActivity | undefined,
): ImportedActivity => {
  const { origin, problem } = activity
  const { origin: earlier, streams } = stored ?? {}
  const hasStreams = streams?.source === "export" && streams.hash !== null
  return problem === undefined || earlier === undefined || !hasStreams ||
      earlier.version === origin.version
    ? activity
    : {
      ...activity,
      arrivals: [],
      marks: [],
      origin: { ...origin, ...earlier },
      original: undefined,
      problem: { ...problem, reason: `${problem.reason}; the file of an earlier export is kept` },
    }
}
