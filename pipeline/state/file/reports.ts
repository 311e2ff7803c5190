/**
 * `state.reports`: paths of reports that were written outside the data directory, so that a purge finds them.
 * A file that is no longer a report of Paceline is never touched.
 */
import { Effect, FileSystem, Option, Path, type PlatformError, Schema } from "effect"
import { syncDirectory } from "../../../sinks/files/atomic.ts"
import { systemCodeOf } from "../../../sinks/systemError.ts"
import { jsonFile } from "../jsonFile.ts"

export const reportsFile = "state.reports"

const file = jsonFile(reportsFile, Schema.Array(Schema.String))

/** Line in the head of every report, which identifies it. */
export const reportMark = `<meta name="generator" content="Paceline">`

/** Line in the head of a file with one year of a report, which a whole report of one year does not have. */
export const partMark = `<meta name="paceline-part" content="year">`

/** Number of bytes at the beginning of a file that are searched for the mark. */
const searched = 4096

/** Returns the absolute paths; empty if no report was written elsewhere. */
export const readReports = Effect.fn("readReports")(function* (directory: string) {
  return (yield* file.read(directory)).value ?? []
})

/** Writes the paths. Durable when it succeeds. */
const writeReports = Effect.fnUntraced(function* (directory: string, paths: ReadonlyArray<string>) {
  if (paths.length > 0) return yield* file.write(directory, paths)
  const fs = yield* FileSystem.FileSystem
  yield* fs.remove((yield* Path.Path).join(directory, reportsFile), { force: true })
  yield* syncDirectory(directory)
})

/** Adds the absolute paths of the files of a report. */
export const rememberReports = Effect.fn("rememberReports")(
  function* (directory: string, files: ReadonlyArray<string>) {
    const paths = yield* readReports(directory)
    const added = files.filter((file) => !paths.includes(file))
    if (added.length > 0) yield* writeReports(directory, [...paths, ...added])
  },
)

/** Report in the data directory. */
export const reportFile = "report.html"

/** Returns the name of the file with one year of a report that is too large for one file. */
export const yearFileOf = (report: string, year: number): string =>
  `${report.replace(/\.html?$/i, "")}-${String(year).padStart(4, "0")}.html`

/** True if `name` is that of a file with one year of `report`. */
export const isYearFile = (name: string, report: string): boolean => {
  const year = /-(\d{4})\.html$/.exec(name)?.[1]
  return year !== undefined && name === yearFileOf(report, Number(year))
}

/** True if a report in the data directory has a file of this name. */
export const isReportFile = (name: string): boolean =>
  name === reportFile || isYearFile(name, reportFile)

/** Reports that were written outside the data directory. */
interface Reports {
  /** Files that still are reports of Paceline, with their sizes in bytes. */
  readonly own: ReadonlyArray<{ readonly path: string; readonly bytes: number }>
  /** Paths that cannot be read now, for example on a disk that is not mounted. */
  readonly unreachable: ReadonlyArray<string>
}

/** True if the file does not exist although its disk is mounted: its directory has other files. */
const isGone = Effect.fnUntraced(function* (path: string, error: PlatformError.PlatformError) {
  const fs = yield* FileSystem.FileSystem
  if (systemCodeOf(error) === "ENOTDIR") return true
  if (error.reason._tag !== "NotFound") return false
  const names = yield* Effect.option(fs.readDirectory((yield* Path.Path).dirname(path)))
  return Option.exists(names, ({ length }) => length > 0)
})

/** Returns the paths that can be deleted and those that cannot be read; leaves out files that are no reports. */
export const findReports = Effect.fn("findReports")(function* (
  paths: ReadonlyArray<string>,
  mark = reportMark,
) {
  const fs = yield* FileSystem.FileSystem
  const findAt = Effect.fnUntraced(function* (path: string) {
    const { size, type } = yield* fs.lstat(path)
    if (type !== "File") return { own: [], unreachable: [] }
    const head = new Uint8Array(searched)
    const length = yield* Effect.scoped(
      Effect.flatMap(fs.open(path, { flag: "r" }), (file) => file.read(head)),
    )
    const text = new TextDecoder().decode(head.subarray(0, Number(length)))
    if (!text.includes(mark)) return { own: [], unreachable: [] }
    return { own: [{ path, bytes: Number(size) }], unreachable: [] }
  })
  const found = yield* Effect.forEach(
    paths,
    (path) =>
      Effect.catchTag(
        findAt(path),
        "PlatformError",
        (error) =>
          Effect.map(isGone(path, error), (gone): Reports => ({
            own: [],
            unreachable: gone ? [] : [path],
          })),
      ),
  )
  return {
    own: found.flatMap(({ own }) => own),
    unreachable: found.flatMap(({ unreachable }) => unreachable),
  } satisfies Reports
})

/**
 * Deletes the reports that were written outside the data directory. Returns the paths that cannot be read or
 * deleted, and keeps them in `state.reports`.
 */
export const removeReports = Effect.fn("removeReports")(function* (directory: string) {
  const fs = yield* FileSystem.FileSystem
  const { dirname } = yield* Path.Path
  const paths = yield* readReports(directory)
  if (paths.length === 0) return []
  const { own, unreachable } = yield* findReports(paths)
  const kept: Array<string> = [...unreachable]
  for (const { path } of own) {
    yield* fs.remove(path, { force: true }).pipe(
      Effect.andThen(syncDirectory(dirname(path))),
      Effect.catchTag("PlatformError", () => Effect.sync(() => kept.push(path))),
    )
  }
  yield* writeReports(directory, kept)
  return kept
})
