/** Writes the files of a report, and deletes those of an earlier one that it no longer has. */
import { Effect, FileSystem, Option, Path, Schema } from "effect"
import {
  describeFileError,
  makeDirectory,
  replaceFile,
  syncDirectory,
} from "../../../sinks/files/atomic.ts"
import { fileMode } from "../../../sinks/files/privacy.ts"
import { errorExitCode, exitCodes } from "../../base/exit.ts"
import { complain } from "../../base/runMain.ts"
import { findReports, isYearFile, partMark, rememberReports } from "../../state/file/reports.ts"

/** The report cannot be written; an older one is unchanged. */
export class NotWritten extends Schema.TaggedError<NotWritten>()("NotWritten", {
  detail: Schema.String,
}) {
  override get message() {
    return `Cannot write the report: ${this.detail}. Use another file: --out FILE`
  }
  override readonly [errorExitCode] = exitCodes.disk
}

/** Returns the absolute path behind a link; fails if something other than a file is there. */
export const reportTarget = Effect.fn("reportTarget")(function* (file: string) {
  const fs = yield* FileSystem.FileSystem
  const path = (yield* Path.Path).resolve(file)
  const found = yield* Effect.option(fs.stat(path))
  if (Option.isNone(found)) return path
  if (found.value.type !== "File") {
    return yield* new NotWritten({ detail: `${file} is not a file; move it away and run again` })
  }
  return yield* Effect.orElseSucceed(fs.realPath(path), () => path)
})

/** Stores the paths of a report for a purge; warns if that fails. */
const remember = (data: string, files: ReadonlyArray<string>) =>
  Effect.catch(rememberReports(data, files), (error) =>
    complain(
      `  A purge will not delete ${files.join(", ")}, because the paths cannot be stored: ${
        describeFileError(error, data)
      }.`,
    ))

/** Deletes reports of single years that belong to `target` and are not in `written`. */
const withoutOld = Effect.fnUntraced(function* (target: string, written: ReadonlySet<string>) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const folder = path.dirname(target)
  const old = (yield* fs.readDirectory(folder))
    .filter((name) => isYearFile(name, path.basename(target)))
    .map((name) => path.join(folder, name))
    .filter((file) => !written.has(file))
  const { own } = yield* findReports(old, partMark)
  yield* Effect.forEach(own, (found) => fs.remove(found.path, { force: true }))
})

interface Writing {
  readonly data: string
  /** Path of the first file; the others are written next to it. */
  readonly target: string
  readonly files: ReadonlyArray<{ readonly name: string; readonly bytes: Uint8Array }>
  /** True if the files are not in the data directory, where a purge finds them. */
  readonly elsewhere: boolean
}

/** Writes each file at once; the first one last, so that its links lead to files. Returns the paths. */
export const writeReport = Effect.fn("writeReport")(
  function* ({ data, elsewhere, files, target }: Writing) {
    const path = yield* Path.Path
    const folder = path.dirname(target)
    const paths = files.map(({ name }) => path.join(folder, name))
    yield* makeDirectory(folder)
    if (elsewhere) yield* remember(data, paths)
    for (const { bytes, name } of files.toReversed()) {
      yield* replaceFile(path.join(folder, name), bytes, { mode: fileMode() })
    }
    yield* withoutOld(target, new Set(paths))
    yield* syncDirectory(folder)
    return paths
  },
  (effect, { target }) =>
    Effect.mapError(
      effect,
      (error) => new NotWritten({ detail: describeFileError(error, target) }),
    ),
)
