/**
 * `state.reports`: where reports were written other than in the data directory, so that a purge finds
 * them. A file that is no report of ours any more is never touched.
 */
import { Effect, FileSystem, Option, Path, Schema } from "effect"
import { syncDirectory, writeFileAtomic } from "../../sinks/files.ts"

export const reportsFile = "state.reports"

const Text = Schema.fromJsonString(Schema.Array(Schema.String))

/** Line of the head of every report, by which it is known. */
export const reportMark = `<meta name="generator" content="Paceline">`

/** The mark stands at the beginning of a report. */
const searched = 4096

/** Returns the absolute paths; none if nothing was written elsewhere. */
export const readReports = Effect.fn("readReports")(function* (directory: string) {
  const fs = yield* FileSystem.FileSystem
  const text = yield* fs.readFileString((yield* Path.Path).join(directory, reportsFile)).pipe(
    Effect.asSome,
    Effect.catchReason("PlatformError", "NotFound", () => Effect.succeedNone),
  )
  const paths = Option.flatMap(text, (text) => Schema.decodeOption(Text)(text))
  return Option.getOrElse(paths, (): ReadonlyArray<string> => [])
})

/** Durable when it succeeds. */
const writeReports = Effect.fnUntraced(function* (directory: string, paths: ReadonlyArray<string>) {
  const fs = yield* FileSystem.FileSystem
  const file = (yield* Path.Path).join(directory, reportsFile)
  if (paths.length === 0) yield* fs.remove(file, { force: true })
  else {
    const content = new TextEncoder().encode(`${JSON.stringify(paths)}\n`)
    yield* writeFileAtomic(file, content, { mode: 0o600 })
  }
  yield* syncDirectory(directory)
})

/** Adds the absolute path `report`. */
export const rememberReport = Effect.fn("rememberReport")(
  function* (directory: string, report: string) {
    const paths = yield* readReports(directory)
    if (!paths.includes(report)) yield* writeReports(directory, [...paths, report])
  },
)

/** Those of `paths` that are still reports of ours, with their sizes in bytes. */
export const ownReports = Effect.fn("ownReports")(function* (paths: ReadonlyArray<string>) {
  const fs = yield* FileSystem.FileSystem
  const ownAt = Effect.fnUntraced(function* (path: string) {
    const { size, type } = yield* fs.lstat(path)
    if (type !== "File") return []
    const head = new Uint8Array(searched)
    const length = yield* Effect.scoped(
      Effect.flatMap(fs.open(path, { flag: "r" }), (file) => file.read(head)),
    )
    const text = new TextDecoder().decode(head.subarray(0, Number(length)))
    return text.includes(reportMark) ? [{ path, bytes: Number(size) }] : []
  })
  const found = yield* Effect.forEach(
    paths,
    (path) =>
      Effect.catchReason(
        ownAt(path),
        "PlatformError",
        "NotFound",
        () => Effect.succeed([]),
      ),
  )
  return found.flat()
})

/** Deletes the reports of ours that were written elsewhere, and forgets all of the others. */
export const removeReports = Effect.fn("removeReports")(function* (directory: string) {
  const fs = yield* FileSystem.FileSystem
  const { dirname } = yield* Path.Path
  const paths = yield* readReports(directory)
  if (paths.length === 0) return
  for (const { path } of yield* ownReports(paths)) {
    yield* fs.remove(path, { force: true })
    yield* syncDirectory(dirname(path))
  }
  yield* writeReports(directory, [])
})
