/** `paceline import`: the athlete's bulk export, or saved responses, without a sign-in and without a request. */
import { Effect, Option, Schema } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import type { AthleteId } from "../../schemas/Athlete.ts"
import { usualSinks } from "../../sinks/SinkKind.ts"
import { exitCodes } from "../base/exit.ts"
import { complain, endWith, formatError, print } from "../base/runMain.ts"
import { Exports } from "../export/Exports.ts"
import { type ImportPreview, previewImport } from "../export/previewImport.ts"
import { previewResponses } from "../export/importResponses.ts"
import { SavedResponses } from "../export/SavedResponses.ts"
import { quantity } from "../output/kit/plurals.ts"
import { importEnding, renderImport, renderPreview } from "../output/summary/importPage.ts"
import {
  describeUnread,
  renderResponses,
  renderResponsesPreview,
  responsesEnding,
} from "../output/summary/responsesPage.ts"
import type { StoreSettings } from "../run/layers.ts"
import { defaultOptions } from "../stages/RunOptions.ts"
import { StateFile } from "../state/StateFile.ts"
import { databaseUrl } from "./flags/databaseUrl.ts"
import { dataFlag, jsonFlag, partialOk, quiet, rebuildState, sinkFlag } from "./process/flags.ts"
import { notTheDemo } from "./process/ready.ts"
import {
  checkNetwork,
  type Imported,
  importFiles,
  type ImportFlags,
  importSaved,
  withExports,
  withSaved,
} from "./import/importFiles.ts"
import { stateFileIn } from "./process/stateFileMissing.ts"

/** Returns the activities that the state file of a data directory knows. */
const knownIn = Effect.fnUntraced(function* (folder: string, athlete: AthleteId) {
  const known = Effect.flatMap(StateFile, ({ imports }) => imports.known(athlete))
  return (yield* stateFileIn(folder))
    ? yield* Effect.provide(known, StateFile.layerReadOnly(folder))
    : new Map()
})

/** Reads everything, and returns what an import would do. */
const preview = Effect.fnUntraced(function* (folder: string) {
  const { athlete } = yield* Exports
  return yield* previewImport(yield* knownIn(folder, athlete))
})

/** Reads saved responses, and prints what an import would do; false if the files are exports. */
const previewSaved = Effect.fnUntraced(function* (flags: ImportFlags) {
  const { data, json, partialOk, quiet } = flags
  const found = yield* withSaved(
    flags,
    Effect.gen(function* () {
      const { athlete } = yield* SavedResponses
      return yield* previewResponses(yield* knownIn(data, athlete))
    }),
  )
  if (Option.isNone(found)) return false
  const responses = found.value
  const code = responses.problems.length > 0 && !partialOk
    ? exitCodes.quarantined
    : exitCodes.complete
  if (json) yield* print(JSON.stringify({ responses, exit: code }))
  else if (!quiet) yield* print(renderResponsesPreview(responses))
  if (code !== exitCodes.complete) {
    return yield* endWith(code, `${describeUnread(responses)}. Nothing was written`)
  }
  return true
})

/** Imports saved responses, prints the result and ends with its code; false if the files are exports. */
const finishSaved = Effect.fnUntraced(function* (settings: StoreSettings, flags: ImportFlags) {
  const { data, json, partialOk, quiet } = flags
  const found = yield* importSaved(settings, flags)
  if (Option.isNone(found)) return false
  const { code, error, summary } = found.value
  if (json) yield* print(JSON.stringify({ ...summary, exit: code }))
  else if (!quiet && Option.isNone(error)) yield* print(renderResponses(summary, data))
  if (code === exitCodes.complete || partialOk && code === exitCodes.quarantined) return true
  const [first, ...more] = responsesEnding(summary, {
    error: Option.getOrUndefined(error),
    code,
    folder: data,
  })
  return yield* endWith(code, first, ...more)
})

/** Prints what an import would do, and ends the process with the code that it would have. */
const finishPreview = Effect.fnUntraced(function* (
  found: ImportPreview,
  { data, json, partialOk, quiet }: ImportFlags,
) {
  const rejected = found.exports.reduce((sum, { rejected }) => sum + rejected, 0)
  const hasProblems = found.problems.length > 0 || rejected > 0
  const code = hasProblems && !partialOk ? exitCodes.quarantined : exitCodes.complete
  if (json) yield* print(JSON.stringify({ ...found, exit: code }))
  else if (!quiet) yield* print(renderPreview(found, data))
  if (code === exitCodes.complete) return
  const left = [
    ...(found.problems.length > 0 ? [quantity(found.problems.length, "file")] : []),
    ...(rejected > 0 ? [quantity(rejected, "row")] : []),
  ].join(" and ")
  return yield* endWith(code, `${left} cannot be imported completely. Nothing was written`)
})

/** Prints the result and ends the process with its code. */
const finish = Effect.fnUntraced(function* (
  { code, error, summary }: Imported,
  { data, json, partialOk, quiet }: ImportFlags,
) {
  if (json) yield* print(JSON.stringify({ ...summary, exit: code }))
  else if (!quiet && Option.isNone(error)) yield* print(renderImport(summary, data))
  const accepted = partialOk && code === exitCodes.quarantined
  if (code === exitCodes.complete || accepted && quiet) return
  const [first, ...more] = importEnding(summary, {
    error: Option.getOrUndefined(error),
    code,
    folder: data,
  })
  if (!accepted) return yield* endWith(code, first, ...more)
  yield* Effect.forEach([first, ...more], (sentence) => complain(formatError(sentence)))
})

export const importCommand = Command.make(
  "import",
  {
    files: Argument.String("file").pipe(
      Argument.withDescription("Exports (ZIP or folder), or API responses that you saved"),
      Argument.atLeast(1),
    ),
    data: dataFlag,
    json: jsonFlag,
    quiet,
    sink: sinkFlag,
    dryRun: Flag.Boolean("dry-run").pipe(
      Flag.withDescription("Read everything and print the result, but write nothing"),
      Flag.withDefault(false),
    ),
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
    rebuildState,
  },
  Effect.fnUntraced(function* (flags) {
    const { data, files } = flags
    yield* notTheDemo(data)
    if (flags.dryRun) {
      if (yield* previewSaved(flags)) return
      return yield* finishPreview(yield* withExports(flags, preview(data)), flags)
    }
    const settings: StoreSettings = {
      data,
      sinks: flags.sink.length === 0 ? yield* usualSinks(flags.data) : [...new Set(flags.sink)],
      databaseUrl: yield* databaseUrl,
      options: defaultOptions,
      rebuild: flags.rebuildState,
    }
    yield* checkNetwork(settings, files)
    if (yield* finishSaved(settings, flags)) return
    yield* finish(yield* importFiles(settings, flags), flags)
  }),
).pipe(
  Command.withDescription("Import Strava's bulk export, or responses that you saved"),
  Command.withExamples([
    {
      command: "paceline import export_12345.zip",
      description: "Import everything in it: no sign-in, no request",
    },
    {
      command: "paceline import export_12345.zip --dry-run",
      description: "Print what an import would store, and its problems",
    },
    {
      command: "paceline import old.zip new.zip --sink json",
      description: "Import several exports, to one sink",
    },
    {
      command: "paceline import export_12345.zip --no-originals",
      description: "Do not store the original files",
    },
    {
      command: "paceline import ./notebook",
      description: "Import activities and streams that a notebook saved as JSON",
    },
  ]),
)
