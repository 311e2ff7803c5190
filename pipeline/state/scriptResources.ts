/** Resources of scripts that the state file of a directory remembers. */
import { Effect, Layer, Path } from "effect"
import { rememberResources, resourcesFrom } from "../../schemas/script/rememberedResources.ts"
import {
  allResources,
  declarationOf,
  declareResources,
  isResource,
} from "../../schemas/resources.ts"
import { openReadOnly } from "./file/Database.ts"
import { metaIn } from "./file/meta.ts"
import { StateFile } from "./StateFile.ts"

const key = "resources"

/** Stores the declarations of the script that runs, for runs of the program without it. */
export const rememberScriptResources = Effect.gen(function* () {
  const declared = allResources().map((name) => [name, declarationOf(name)] as const)
    .filter(([, { ofScript }]) => ofScript !== undefined)
  if (declared.length === 0) return
  const state = yield* StateFile
  const before = yield* state.meta(key)
  const now = rememberResources(before, declared)
  if (now !== before) yield* state.setMeta(key, now)
})

/**
 * Declares the resources that earlier runs of scripts stored in a directory, as long as the scope is open; not
 * those that the present script declares itself. A state file that cannot be read is reported by its reader.
 */
const declareStored = Effect.fnUntraced(function* (directory: string) {
  const file = (yield* Path.Path).join(directory, "state.db")
  const text = yield* Effect.scoped(
    Effect.flatMap(openReadOnly(file), (db) => db.read(() => metaIn(db, key))),
  ).pipe(Effect.orElseSucceed(() => undefined))
  const stored = Object.entries(resourcesFrom(text)).filter(([name]) => !isResource(name))
  yield* Effect.ignore(declareResources(Object.fromEntries(stored)))
})

/** Declares the resources of scripts in a directory. */
export const scriptResourcesLayer = (directory: string) =>
  Layer.effectDiscard(declareStored(directory))
