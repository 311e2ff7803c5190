/** `paceline report`: an HTML page about the stored data, without a request. */
import { Config, Effect, FileSystem, Option, Path, Schema } from "effect"
import { Command, Flag } from "effect/cli"
import {
  describeFileError,
  makeDirectory,
  replaceFile,
  syncDirectory,
} from "../../sinks/files/atomic.ts"
import { fileMode } from "../../sinks/files/privacy.ts"
import { StoredData } from "../landed/StoredData.ts"
import { isEmpty, noActivities } from "../landed/state.ts"
import { rememberReport } from "../state/file/reports.ts"
import { errorExitCode, exitCodes } from "../base/exit.ts"
import { openBrowser } from "../base/openBrowser.ts"
import { quantity } from "../output/kit/plurals.ts"
import { formatSize } from "../output/kit/sizes.ts"
import { showProgress } from "../output/progress/CommandDisplay.ts"
import { complain, print } from "../base/runMain.ts"
import { databaseUrl, dataFlag, jsonFlag } from "./process/flags.ts"
import { measureFlags, measuresOf } from "./process/measures.ts"
import { withoutNetwork } from "./process/withoutNetwork.ts"

/** True in CI, where other people might see the report. */
const unattended = Config.String("CI").pipe(
  Config.withDefault(""),
  Effect.orElseSucceed(() => ""),
  Effect.map((value) => value !== "" && value !== "0" && value.toLowerCase() !== "false"),
)

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
const targetOf = Effect.fnUntraced(function* (file: string) {
  const fs = yield* FileSystem.FileSystem
  const path = (yield* Path.Path).resolve(file)
  const found = yield* Effect.option(fs.stat(path))
  if (Option.isNone(found)) return path
  if (found.value.type !== "File") {
    return yield* new NotWritten({ detail: `${file} is not a file; move it away and run again` })
  }
  return yield* Effect.orElseSucceed(fs.realPath(path), () => path)
})

/** Stores the path of the report for a purge; warns if that fails. */
const remember = (data: string, file: string) =>
  Effect.catch(rememberReport(data, file), (error) =>
    complain(
      `  A purge will not delete ${file}, because its path cannot be stored: ${
        describeFileError(error, data)
      }.`,
    ))

interface Making {
  readonly data: string
  readonly out: string | undefined
  readonly year: number | undefined
  readonly activity: string | undefined
  readonly maps: boolean
  readonly measures: Parameters<typeof measuresOf>[0]
}

/** Writes the report; returns its path and contents. */
export const makeReport = Effect.fn("makeReport")(
  function* ({ measures, out, ...options }: Making) {
    const path = yield* Path.Path
    const stored = yield* StoredData
    yield* Effect.forEach(stored.notes, (note) => complain(`  ${note}`))
    // The site's modules take longer to load than most commands run.
    const [{ collect }, { sitePage }] = yield* Effect.promise(() =>
      Promise.all([import("../report/collect.ts"), import("../report/site/sitePage.ts")])
    )
    const data = yield* collect({ ...options, ...yield* measuresOf(measures) })
    const file = out ?? path.join(options.data, "report.html")
    const bytes = new TextEncoder().encode(sitePage(data))
    const target = yield* targetOf(file)
    yield* makeDirectory(path.dirname(target)).pipe(
      Effect.andThen(out === undefined ? Effect.void : remember(options.data, target)),
      Effect.andThen(replaceFile(target, bytes, { mode: fileMode() })),
      Effect.andThen(syncDirectory(path.dirname(target))),
      Effect.mapError((error) => new NotWritten({ detail: describeFileError(error, file) })),
    )
    if (stored.state !== undefined && isEmpty(stored.state)) {
      yield* complain(`  ${noActivities(stored.state)}`)
    }
    return { file, bytes: bytes.length, activities: data.site.activities.length }
  },
)

export const reportCommand = Command.make(
  "report",
  {
    data: dataFlag,
    json: jsonFlag,
    out: Flag.String("out").pipe(
      Flag.withDescription("Output file (default: report.html in data directory)"),
      Flag.withMetavar("FILE"),
      Flag.optional,
    ),
    year: Flag.Int("year").pipe(
      Flag.withDescription("Last year of the report (default: that of last sync)"),
      Flag.withMetavar("YEAR"),
      Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 1970, maximum: 9999 }))),
      Flag.optional,
    ),
    activity: Flag.String("activity").pipe(
      Flag.withDescription("Activity that --open shows first"),
      Flag.withMetavar("ID"),
      Flag.withSchema(Schema.String.check(Schema.isPattern(/^[1-9][0-9]{0,18}$/))),
      Flag.optional,
    ),
    open: Flag.Boolean("open").pipe(
      Flag.withDescription("Open the report in your browser"),
      Flag.withDefault(false),
    ),
    maps: Flag.Boolean("maps").pipe(
      Flag.withDescription("Include maps, or --no-maps (default: maps, unless CI)"),
      Flag.optional,
    ),
    ...measureFlags,
  },
  Effect.fnUntraced(function* ({ activity, data, json, maps, open, out, year, ...measures }) {
    const made = yield* makeReport({
      data,
      out: Option.getOrUndefined(out),
      year: Option.getOrUndefined(year),
      activity: Option.getOrUndefined(activity),
      maps: Option.isSome(maps) ? maps.value : !(yield* unattended),
      measures,
    }).pipe(
      showProgress("report", { hidden: json }),
      Effect.provide(StoredData.layer({ data, databaseUrl: yield* databaseUrl })),
      Effect.catchTag("StoredDataError", withoutNetwork("report", data)),
    )
    yield* print(
      json
        ? JSON.stringify(made)
        : `${made.file}  ${formatSize(made.bytes)}, ${
          quantity(made.activities, "activity", "activities")
        }`,
    )
    if (open) {
      const address = yield* (yield* Path.Path).toFileUrl((yield* Path.Path).resolve(made.file))
      if (Option.isSome(activity)) address.hash = `#/activity/${activity.value}`
      if (!(yield* openBrowser(address.href))) {
        yield* complain(`Cannot open a browser. Open the file yourself: ${made.file}`)
      }
    }
  }),
).pipe(
  Command.withDescription("Write an HTML report of the stored data"),
  Command.withExamples([
    { command: "paceline report", description: "Write data/report.html" },
    {
      command: "paceline report --year 2025 --no-maps",
      description: "Report one year, without maps",
    },
  ]),
)
