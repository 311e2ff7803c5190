/**
 * `scripts.json`: the resources of scripts that ran in a data directory, so that the program knows them without
 * the script, also when the state file is lost.
 */
import { Effect, Equivalence, Layer, Path, type PlatformError } from "effect"
import type { Declaration } from "../../schemas/Declaration.ts"
import {
  declarationsFrom,
  RememberedResources,
  toRemembered,
} from "../../schemas/script/rememberedResources.ts"
import { declareResources, isResource } from "../../schemas/resources.ts"
import { notify } from "../base/Progress.ts"
import { scriptsFile } from "./file/files.ts"
import { jsonFile } from "./jsonFile.ts"
import { stateDiskError } from "./StateError.ts"
import { StateFile } from "./StateFile.ts"

const file = jsonFile(scriptsFile, RememberedResources)

const isSame = Equivalence.mapInput(Equivalence.String, (value: unknown) => JSON.stringify(value))

/**
 * Stores the declarations of the script that runs in `directory`. Durable when it succeeds. If the columns of a
 * resource are others than before, the run fills its tables again.
 */
export const rememberScriptResources = Effect.fn("rememberScriptResources")(
  function* (directory: string, declarations: Readonly<Record<string, Declaration>>) {
    const state = yield* StateFile
    const path = (yield* Path.Path).join(directory, scriptsFile)
    const failed = <A, R>(effect: Effect.Effect<A, PlatformError.PlatformError, R>) =>
      Effect.mapError(effect, stateDiskError(path))
    const { value: before = {} } = yield* failed(file.read(directory))
    const now = { ...before, ...toRemembered(declarations) }
    if (isSame(now, before)) return
    for (const [name, { columns }] of Object.entries(now)) {
      const known = before[name]
      if (isResource(name) && known !== undefined && !isSame(columns, known.columns)) {
        yield* state.refill(name)
      }
    }
    yield* failed(file.write(directory, now))
  },
)

/**
 * Declares the resources that earlier runs of scripts stored in a directory, as long as the scope is open; not
 * those that the present script declares itself.
 */
const declareStored = Effect.fnUntraced(function* (directory: string) {
  const { exists, value } = yield* file.read(directory).pipe(
    Effect.orElseSucceed(() => ({ exists: true, value: undefined })),
  )
  const declared = declarationsFrom(value ?? {})
  const unreadable = value === undefined
    ? exists ? [scriptsFile] : []
    : Object.keys(value).filter((name) => !(name in declared))
  if (unreadable.length > 0) {
    const text =
      `${directory}/${scriptsFile} cannot be read (${unreadable.join(", ")}). Items of scripts ` +
      "are unknown until their script runs again, which writes the file"
    yield* notify({ _tag: "Note", text })
  }
  const stored = Object.entries(declared).filter(([name]) => !isResource(name))
  yield* Effect.ignore(declareResources(Object.fromEntries(stored)))
})

/** Declares the resources of scripts in a directory. */
export const scriptResourcesLayer = (directory: string) =>
  Layer.effectDiscard(declareStored(directory))
