/** Opens exports and imports them, with the progress on stderr. */
import { Effect, Layer, Option } from "effect"
import { AthleteId } from "../../../schemas/Athlete.ts"
import type { Source } from "../../../schemas/export/source.ts"
import { SinkRegistry } from "../../../sinks/SinkKind.ts"
import { Progress } from "../../base/Progress.ts"
import { complain } from "../../base/runMain.ts"
import { Exports, openExports } from "../../export/Exports.ts"
import { importExports } from "../../export/importExports.ts"
import { ImportOptions } from "../../export/ImportOptions.ts"
import { importResponses } from "../../export/importResponses.ts"
import { ImportReport } from "../../export/ImportReport.ts"
import { makeOriginals, Originals } from "../../export/originals.ts"
import { openSaved, SavedResponses } from "../../export/SavedResponses.ts"
import { wrap } from "../../output/kit/wrap.ts"
import { makeDisplay } from "../../output/progress/ProgressDisplay.ts"
import { type Screen, screenFor } from "../../output/progress/Screen.ts"
import { storeLayer, type StoreSettings } from "../../run/layers.ts"
import { StateError } from "../../state/StateError.ts"
import { StateFile } from "../../state/StateFile.ts"
import { NotConfigured } from "../../strava/errors.ts"
import { stateFileIn, StateFileMissing } from "../process/stateFileMissing.ts"

/** Returns the athlete that the data directory belongs to; undefined if it is empty. */
const ownerOf = Effect.fnUntraced(
  function* (data: string) {
    if (!(yield* stateFileIn(data))) return undefined
    return yield* Effect.provide(
      Effect.flatMap(StateFile, ({ athlete }) => athlete),
      StateFile.layerReadOnly(data),
    )
  },
  // The import recovers a file that is missing, damaged, or without tables after a kill; then it checks the athlete.
  Effect.catchIf(
    (error) =>
      error instanceof StateFileMissing ||
      error instanceof StateError && error.reason === "damaged",
    () => Effect.undefined,
  ),
)

/** Fails if `DATABASE_URL` names a server and the process has no network permission. */
export const checkNetwork = Effect.fnUntraced(function* (
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

export interface ImportFlags {
  readonly data: string
  readonly files: ReadonlyArray<string>
  readonly originals: boolean
  readonly prefer: Option.Option<Source>
  readonly athlete: Option.Option<number>
  readonly json: boolean
  readonly quiet: boolean
  readonly partialOk: boolean
}

/** Returns the default flags of an import. */
export const plainImport = (data: string, files: ReadonlyArray<string>): ImportFlags => ({
  data,
  files,
  originals: true,
  prefer: Option.none(),
  athlete: Option.none(),
  json: false,
  quiet: false,
  partialOk: false,
})

/** Returns whose data the user named, and whose is stored. */
const choiceOf = Effect.fnUntraced(function* ({ athlete, data }: ImportFlags) {
  const named = Option.getOrUndefined(Option.map(athlete, (id) => AthleteId.make(id)))
  return { data, stored: yield* ownerOf(data), named }
})

/** Runs `use`, and shows its progress. */
const withProgress = Effect.fnUntraced(function* <A, E, R>(
  { json, prefer, quiet }: ImportFlags,
  use: Effect.Effect<A, E, R>,
) {
  const screen: Screen = yield* screenFor
  const shown = !quiet && !json
  const display = yield* makeDisplay(shown ? screen : { ...screen, terminal: false, write() {} })
  return yield* use.pipe(
    Effect.provideService(ImportOptions, { prefer: Option.getOrUndefined(prefer) }),
    Effect.provideService(Progress, display.progress),
  )
}, Effect.scoped)

/** Opens the exports, runs `use` with them, and shows its progress. */
export const withExports = Effect.fnUntraced(function* <A, E, R>(
  flags: ImportFlags,
  use: Effect.Effect<A, E, R>,
) {
  const { data, files, originals } = flags
  const exports = yield* openExports(files, yield* choiceOf(flags))
  return yield* use.pipe(
    Effect.provideService(Exports, exports),
    Effect.provideServiceEffect(Originals, makeOriginals(data, originals)),
    (opened) => withProgress(flags, opened),
  )
}, Effect.scoped)

/**
 * Opens saved responses of Strava's API, runs `use` with them, and shows its progress. None if the files are
 * exports.
 */
export const withSaved = Effect.fnUntraced(function* <A, E, R>(
  flags: ImportFlags,
  use: Effect.Effect<A, E, R>,
) {
  const saved = yield* openSaved(flags.files, yield* choiceOf(flags))
  return saved === undefined
    ? Option.none()
    : yield* Effect.asSome(withProgress(flags, Effect.provideService(use, SavedResponses, saved)))
})

const stopped =
  "Stopped. Everything imported so far is kept. Run the same command again to continue."

export type Imported = Effect.Success<ReturnType<typeof importExports>>

const sayStopped = complain(`\n${wrap(stopped).join("\n")}`)

/** Imports the exports and delivers them to the sinks. */
export const importFiles = (settings: StoreSettings, flags: ImportFlags) =>
  withExports(
    flags,
    importExports().pipe(
      Effect.provide(Layer.merge(storeLayer(settings), ImportReport.layer)),
      Effect.onInterrupt(() => sayStopped),
    ),
  )

/** Imports saved responses and delivers them to the sinks; none if the files are exports. */
export const importSaved = (settings: StoreSettings, flags: ImportFlags) =>
  withSaved(
    flags,
    importResponses().pipe(
      Effect.provide(storeLayer(settings)),
      Effect.onInterrupt(() => sayStopped),
    ),
  )
