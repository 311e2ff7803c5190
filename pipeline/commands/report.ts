/** `paceline report`: an HTML page about the stored data, without a request. */
import { Config, Effect, Option, Path, Schema } from "effect"
import { Command, Flag } from "effect/cli"
import { StoredData } from "../landed/StoredData.ts"
import { isEmpty, noActivities } from "../landed/state.ts"
import { reportFile, yearFileOf } from "../state/file/reports.ts"
import { openBrowser } from "../base/openBrowser.ts"
import { quantity } from "../output/kit/plurals.ts"
import { formatSize } from "../output/kit/sizes.ts"
import { showProgress } from "../output/progress/CommandDisplay.ts"
import { complain, print } from "../base/runMain.ts"
import { databaseUrl, dataFlag, jsonFlag } from "./process/flags.ts"
import { measureFlags, measuresOf } from "./process/measures.ts"
import { reportTarget, writeReport } from "./report/writeReport.ts"
import { withoutNetwork } from "./process/withoutNetwork.ts"

/** True in CI, where other people might see the report. */
const unattended = Config.String("CI").pipe(
  Config.withDefault(""),
  Effect.orElseSucceed(() => ""),
  Effect.map((value) => value !== "" && value !== "0" && value.toLowerCase() !== "false"),
)

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
    const [{ collect }, { siteFiles }, { cacheRecordings }] = yield* Effect.promise(() =>
      Promise.all([
        import("../report/collect.ts"),
        import("../report/site/siteFiles.ts"),
        import("../report/pack/readRecordings.ts"),
      ])
    )
    const file = out ?? path.join(options.data, reportFile)
    const target = yield* reportTarget(file)
    const data = yield* collect({ ...options, ...yield* measuresOf(measures) })
    const main = path.basename(target)
    const { files, recordings } = siteFiles(data, {
      main,
      nameOfYear: (year) => yearFileOf(main, year),
    })
    yield* writeReport({ data: options.data, target, files, elsewhere: out !== undefined })
    yield* cacheRecordings(recordings, data.stored)
    if (stored.state !== undefined && isEmpty(stored.state)) {
      yield* complain(`  ${noActivities(stored.state)}`)
    }
    return {
      file,
      bytes: files.reduce((sum, { bytes }) => sum + bytes.length, 0),
      files: files.map(({ bytes, name }) => ({ name, bytes: bytes.length })),
      activities: data.site.activities.length,
    }
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
        }${
          made.files.length === 1
            ? ""
            : `, and ${quantity(made.files.length - 1, "file")} with the activities of a year each`
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
