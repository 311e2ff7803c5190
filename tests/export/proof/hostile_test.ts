/** Input of a hostile or an unlucky user: the command ends, names all that it left out, and harms nothing. */
import { Effect, FileSystem, PlatformError } from "effect"
import assert from "node:assert/strict"
import { errorExitCode, exitCodes } from "../../../pipeline/base/exit.ts"
import { openExports } from "../../../pipeline/export/Exports.ts"
import {
  expectedSamples,
  exportedActivities,
} from "../../../pipeline/simulator/export/ExportedActivity.ts"
import { live } from "../../testing.ts"
import { exportTime, importedJson, importing, writtenExport } from "../import/importing.ts"
import { jsonContent } from "./sinks.ts"

/** Cells of the rows of a hostile table, by column. */
const hostileRows: ReadonlyArray<Readonly<Record<string, string>>> = [
  { "Activity ID": "9007199254740993", "Activity Name": "beyond 2^53" },
  { "Activity Name": "\u001b[31mred\u001b]0;title\u0007", "Activity Type": "\u001b[2J" },
  { "Activity Name": "nul \u0000", "Activity Description": "a\u0000b" },
  { "Filename": "activities/\u001b[31m.fit" },
  { "Filename": "activities/../../../etc/passwd" },
  { "Filename": "activities/1.fit.gz\u0000.jpg" },
  { "Distance": "1e400", "Elapsed Time": "9".repeat(400), "Moving Time": "1e400" },
  { "Distance": "NaN", "Max Speed": "Infinity", "Average Speed": "-Infinity" },
  { "Distance": " ", "Elapsed Time": " ", "Moving Time": " " },
  { "Distance": "-1", "Elapsed Time": "-100", "Average Heart Rate": "-0" },
  { "Distance": `${"1".repeat(5_000)}.${"3".repeat(5_000)}` },
  { "Activity Date": "Jan 1, 1969, 1:00:00 AM" },
  { "Activity Date": "Jan 1, 2106, 1:00:00 AM" },
  { "Activity Date": "Feb 30, 2020, 1:00:00 AM" },
  { "Gear": "\u001b[31m", "Bike": "-1", "Activity Gear": "\u001b[31mgear" },
  { "Flagged": "2.7", "Perceived Exertion": "abc", "Weather Observation Time": "1e30" },
]

/** Ids that are no number, and two rows with the same id. */
const lostRows: ReadonlyArray<Readonly<Record<string, string>>> = [
  { "Activity ID": "99999999999999999999" },
  { "Activity ID": "-5" },
  { "Activity ID": "1e5" },
  { "Activity ID": "" },
  { "Activity ID": "٣" },
  { "Activity ID": "100" },
]

const header = [...new Set(["Activity ID", "Activity Date", ...hostileRows.flatMap(Object.keys)])]

const tableOf = (rows: ReadonlyArray<Readonly<Record<string, string>>>) => {
  const usual: Readonly<Record<string, string>> = {
    "Activity Date": "Jun 16, 2021, 4:52:23 AM",
    "Activity Name": "usual",
    "Activity Type": "Run",
    "Elapsed Time": "10",
    "Distance": "1.5",
  }
  const lines = rows.map((row, i) =>
    header.map((name) =>
      `"${row[name] ?? (name === "Activity ID" ? String(100 + i) : usual[name] ?? "")}"`
    )
  )
  return [header, ...lines].map((cells) => cells.join(",")).join("\n")
}

/** True if the text has a character that moves the cursor or changes colors of a terminal. */
const controls = (text: string) =>
  // deno-lint-ignore no-control-regex
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/.test(text)

live(
  "absurd cells and escape sequences are imported as text, named, and never printed raw",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { data, folder, path } = yield* writtenExport({ activities: 1 }, { name: "export/" })
      yield* fs.writeFileString(
        `${path}activities.csv`,
        tableOf([{ "Activity Name": "usual" }, ...hostileRows, ...lostRows]),
      )
      const { code, stderr, stdout } = yield* importing(
        data,
        path,
        "--sink",
        "json",
        "--sink",
        "csv",
      )
      assert.equal(code, 2, stderr)
      assert.equal(controls(stdout.replaceAll("\r", "")), false, JSON.stringify(stdout))
      assert.equal(controls(stderr), false, JSON.stringify(stderr))
      assert.match(stdout, /the activity id is not a number/)
      assert.match(stdout, /activity 100 again: not imported/)
      const { activities } = yield* jsonContent(data)
      assert.equal(activities.size, 1 + hostileRows.length)
      assert.equal(activities.get("9007199254740993")?.["name"], "beyond 2^53")
      assert.deepEqual((yield* fs.readDirectory(folder)).sort(), ["data", "export"])
      const again = yield* importedJson(2, data, path, "--sink", "json", "--sink", "csv")
      assert.deepEqual(
        [again.resources.activities.fresh, again.resources.activities.changed],
        [0, 0],
      )
    }),
)

live(
  "traps 13, 21, 22: of bombs, links, paths out of the folder and cut files, all are named and none harms",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const damage = ["bomb", "link", "hostile", "truncated", "flipped"] as const
      const options = { damage, formats: ["fit"] } as const
      const { data, folder, path, world } = yield* writtenExport({ manual: 0 }, options)
      const { problems } = yield* importedJson(2, data, path, "--sink", "json")
      const truth = [...exportedActivities(world, { ...options, exportedAt: exportTime })]
      const damaged = truth.filter(({ damage }) => damage !== undefined)
      assert.equal(damaged.length, damage.length)
      assert.deepEqual(
        problems.map(({ id }: { readonly id: string }) => id).sort(),
        damaged.map(({ values }) => String(values.id)).sort(),
      )
      assert.ok(problems.every(({ reason }: { readonly reason: string }) => reason.length > 5))
      assert.deepEqual((yield* fs.readDirectory(folder)).sort(), ["data", "export_1.zip"])
      const cut = truth.find(({ damage }) => damage === "truncated")!
      const { streams } = yield* jsonContent(data)
      const times = streams.get(String(cut.values.id))?.get("time") ?? []
      const whole = expectedSamples(cut)!.time
      assert.ok(times.length > 0 && times.length < whole.length)
      assert.deepEqual(times.map(Number), whole.slice(0, times.length))
    }),
)

live(
  "a table that the system does not let us read is no damaged export",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { data, path } = yield* writtenExport({ activities: 1 }, { name: "export/" })
      const denied = PlatformError.systemError({
        _tag: "PermissionDenied",
        module: "FileSystem",
        method: "readFile",
      })
      const choice = { data, stored: undefined, named: undefined }
      const error = yield* Effect.flip(Effect.scoped(openExports([path], choice))).pipe(
        Effect.provideService(FileSystem.FileSystem, {
          ...fs,
          readFile: () => Effect.fail(denied),
        }),
      )
      assert.equal(error[errorExitCode], exitCodes.disk)
      assert.match(error.message, /activities\.csv cannot be read: .*Fix the cause/)
    }),
)

live(
  "an export with no activity, or with one, is imported; a rejected row makes the exit code 2",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { data, path } = yield* writtenExport({ activities: 1 }, { name: "export/" })
      const table = yield* fs.readFileString(`${path}activities.csv`)
      yield* fs.writeFileString(`${path}activities.csv`, table.slice(0, table.indexOf("\n") + 1))
      const none = yield* importedJson(0, data, path, "--sink", "json")
      assert.equal(none.exports[0].activities, 0)
      yield* fs.writeFileString(`${path}activities.csv`, table)
      const one = yield* importedJson(0, data, path, "--sink", "json")
      assert.equal(one.resources.activities.fresh, 1)
      yield* fs.writeFileString(`${path}activities.csv`, `${table}no id,,,\n`)
      for (const words of [[], ["--dry-run"]]) {
        const rejected = yield* importedJson(2, data, path, "--sink", "json", ...words)
        assert.equal(rejected.exports[0].rejected, 1)
      }
    }),
)
