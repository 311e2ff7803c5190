/** `paceline import`: the athlete's bulk export as a second source, without a sign-in and without a request. */
import { Effect, Option, Schema } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { AthleteId } from "../../schemas/Athlete.ts"
import { registeredNames } from "../../sinks/registry.ts"
import { SinkRegistry } from "../../sinks/SinkKind.ts"
import { exitCodes } from "../base/exit.ts"
import { Progress } from "../base/Progress.ts"
import { complain, endWith, formatError, print } from "../base/runMain.ts"
import { Exports, openExports } from "../export/Exports.ts"
import { importExports, type ImportSummary } from "../export/importExports.ts"
import { ImportOptions } from "../export/ImportOptions.ts"
import { ImportReport } from "../export/ImportReport.ts"
import { makeOriginals, Originals } from "../export/originals.ts"
import { inFolder } from "../output/kit/line.ts"
import { makeDisplay } from "../output/progress/ProgressDisplay.ts"
import { type Screen, screenFor } from "../output/progress/Screen.ts"
import { importEnding, renderImport } from "../output/summary/importPage.ts"
import { storeLayer, type StoreSettings } from "../run/layers.ts"
import { defaultOptions } from "../stages/RunOptions.ts"
import { StateFile } from "../state/StateFile.ts"
import { NotConfigured } from "../strava/errors.ts"
import { databaseUrl, dataFlag, jsonFlag, partialOk, quiet, sinkFlag } from "./process/flags.ts"
import { notTheDemo } from "./pipeline.ts"
import { stateFileIn } from "./process/stateFileMissing.ts"

/** Returns the athlete that the data directory belongs to; undefined if it is empty. */
const ownerOf = Effect.fnUntraced(function* (data: string) {
  if (!(yield* stateFileIn(data))) return undefined
  return yield* Effect.provide(
    Effect.flatMap(StateFile, ({ athlete }) => athlete),
    StateFile.layerReadOnly(data),
  )
})

/** Fails if a database server is to be written to without the permission to reach it. */
const checkNetwork = Effect.fnUntraced(function* (
  { databaseUrl, sinks }: Pick<StoreSettings, "databaseUrl" | "sinks">,
  paths: ReadonlyArray<string>,
) {
  const kinds = yield* SinkRegistry
  const database = kinds.find(({ isDatabase, name }) => isDatabase === true && sinks.includes(name))
  if (database === undefined || Option.isNone(databaseUrl)) return
  const { state } = yield* Effect.promise(() => Deno.permissions.query({ name: "net" }))
  if (state === "granted") return
  return yield* new NotConfigured({
    missing: `DATABASE_URL names a server, and deno task import has no network permission. ` +
      "Nothing was imported",
    remedy: `Run: deno task paceline import ${paths.join(" ")}`,
  })
})

type Imported = Effect.Success<ReturnType<typeof importExports>>

/** Prints the result and ends the process with its code. */
const finish = Effect.fnUntraced(function* (
  { code, error, summary }: Imported,
  flags: { readonly json: boolean; readonly quiet: boolean; readonly partialOk: boolean },
  folder: string,
) {
  if (flags.json) yield* print(JSON.stringify({ ...summary, exit: code }))
  else if (!flags.quiet && Option.isNone(error)) yield* print(renderImport(summary, folder))
  const accepted = flags.partialOk && code === exitCodes.quarantined
  if (code === exitCodes.complete || accepted && flags.quiet) return
  const [first, ...more] = importEnding(summary satisfies ImportSummary, {
    error: Option.getOrUndefined(error),
    code,
    folder,
  })
  if (!accepted) return yield* endWith(code, first, ...more)
  yield* Effect.forEach([first, ...more], (sentence) => complain(formatError(sentence)))
})

export const importCommand = Command.make(
  "import",
  {
    files: Argument.String("file").pipe(
      Argument.withDescription("ZIP files of exports, or folders that they unpack to"),
      Argument.atLeast(1),
    ),
    data: dataFlag,
    json: jsonFlag,
    quiet,
    sink: sinkFlag,
    originals: Flag.Boolean("originals").pipe(
      Flag.withDescription("Store the original activity files (--no-originals: do not)"),
      Flag.withDefault(true),
    ),
    prefer: Flag.Literals("prefer", ["api", "export"]).pipe(
      Flag.withDescription("Streams that are stored if both have them (default: first)"),
      Flag.optional,
    ),
    athlete: Flag.Int("athlete").pipe(
      Flag.withDescription("Athlete of an export without profile.csv"),
      Flag.withMetavar("ID"),
      Flag.withSchema(Schema.Int.check(Schema.isGreaterThan(0))),
      Flag.optional,
    ),
    partialOk,
  },
  Effect.fnUntraced(function* (flags) {
    const { data, files, json, quiet } = flags
    yield* notTheDemo(data)
    const settings: StoreSettings = {
      data,
      sinks: flags.sink.length === 0 ? registeredNames : [...new Set(flags.sink)],
      databaseUrl: yield* databaseUrl,
      options: defaultOptions,
    }
    yield* checkNetwork(settings, files)
    const screen: Screen = yield* screenFor
    const imported = yield* Effect.scoped(Effect.gen(function* () {
      const exports = yield* openExports(files, {
        data,
        stored: yield* ownerOf(data),
        named: Option.getOrUndefined(Option.map(flags.athlete, (id) => AthleteId.make(id))),
      })
      const shown = !quiet && !json
      const display = yield* makeDisplay(
        shown ? screen : { ...screen, terminal: false, write() {} },
      )
      return yield* importExports().pipe(
        Effect.provide(storeLayer(settings)),
        Effect.provide(ImportReport.layer),
        Effect.provideService(Exports, exports),
        Effect.provideService(ImportOptions, { prefer: Option.getOrUndefined(flags.prefer) }),
        Effect.provideServiceEffect(Originals, makeOriginals(data, flags.originals)),
        Effect.provideService(Progress, display.progress),
        Effect.onInterrupt(() =>
          complain(
            `\n${
              inFolder(
                "Stopped. Everything imported so far is kept. Run the same command again to continue.",
                data,
              )
            }`,
          )
        ),
      )
    }))
    yield* finish(imported, flags, data)
  }),
).pipe(
  Command.withDescription("Import the bulk export that Strava sends on request"),
  Command.withExamples([
    {
      command: "paceline import export_12345.zip",
      description: "Import everything in it: no sign-in, no request",
    },
    {
      command: "paceline import old.zip new.zip --sink json",
      description: "Import several exports, to one sink",
    },
    {
      command: "paceline import export_12345.zip --no-originals",
      description: "Do not store the original files",
    },
  ]),
)
