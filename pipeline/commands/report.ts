/** `paceline report`: an HTML page about the stored data, without a request. */
import { Effect, Option, Path, Schema } from "effect"
import { Command, Flag } from "effect/cli"
import { StoredData } from "../landed/StoredData.ts"
import { reportFile } from "../state/file/reports.ts"
import { openBrowser } from "../base/openBrowser.ts"
import { quantity } from "../output/kit/plurals.ts"
import { formatSize } from "../output/kit/sizes.ts"
import { showProgress } from "../output/progress/CommandDisplay.ts"
import { complain, print } from "../base/runMain.ts"
import { databaseUrl } from "./flags/databaseUrl.ts"
import { dataFlag, jsonFlag } from "./process/flags.ts"
import { measureFlags } from "./process/measures.ts"
import { reportFiles, type ReportSettings, unattended } from "./report/reportFiles.ts"
import { reportTarget, writeReport } from "./report/writeReport.ts"
import { withoutNetwork } from "./process/withoutNetwork.ts"

interface Making extends Omit<ReportSettings, "main"> {
  readonly data: string
  readonly out: string | undefined
}

/** Writes the report; returns its path and contents. */
export const makeReport = Effect.fn("makeReport")(
  function* ({ data, out, ...settings }: Making) {
    const path = yield* Path.Path
    const file = out ?? path.join(data, reportFile)
    const target = yield* reportTarget(file)
    const { activities, files } = yield* reportFiles({ ...settings, main: path.basename(target) })
    yield* writeReport({ data, target, files, elsewhere: out !== undefined })
    return {
      file,
      bytes: files.reduce((sum, { bytes }) => sum + bytes.length, 0),
      files: files.map(({ bytes, name }) => ({ name, bytes: bytes.length })),
      activities,
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
