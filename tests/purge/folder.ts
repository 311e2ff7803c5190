/** A folder that a run has filled, unrecognized files, and a disk on which the program dies. */
import { Effect, FileSystem, Layer, Option } from "effect"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { purgeEverything } from "../../pipeline/purge/everything.ts"
import { inventoryOf } from "../../pipeline/purge/inventory.ts"
import { lockPath } from "../../pipeline/state/file/lock.ts"
import { readPurging } from "../../pipeline/state/file/purgeMarker.ts"
import { csvSink } from "../../sinks/csv/CsvSink.ts"
import { jsonSink } from "../../sinks/json/JsonSink.ts"
import { embedded } from "../../sinks/postgres/connection/client.ts"
import { on } from "../../sinks/postgres/PostgresSink.ts"
import { Sinks } from "../../sinks/Sink.ts"
import { runFolder, runToEnd } from "../pipeline/running.ts"

/** Returns every file and folder below `folder`, as relative paths. */
export const below = (folder: string, prefix = ""): ReadonlyArray<string> =>
  [...Deno.readDirSync(`${folder}/${prefix}`)].flatMap(({ isDirectory, name }) =>
    isDirectory ? [`${prefix}${name}/`, ...below(folder, `${prefix}${name}/`)] : [prefix + name]
  ).toSorted()

/** Returns the sinks of a folder after a run, with an embedded database that is not opened. */
export const folderSinks = Effect.fnUntraced(function* (data: string) {
  return [
    yield* jsonSink(`${data}/json`),
    yield* csvSink(`${data}/csv`),
    on(embedded(`${data}/postgres`)),
  ]
})

/** Creates a folder that a run has filled. */
export const purgeFolder = Effect.gen(function* () {
  const data = yield* runFolder
  const [json, csv] = yield* folderSinks(data)
  yield* runToEnd({
    data,
    sinks: [json!, csv!],
    last: "everything",
    options: { turnOn: ["details"] },
  })
  return data
})

export const withSimulator = Effect.provide(
  Simulator.layer({ activities: 4, samples: 3, manual: 0, limits: "none" }),
)

/**
 * Returns a file system on which the `at`-th change and all later ones die, as when the program is
 * killed.
 */
export const dyingAt = (at: number) => {
  let changes = 0
  const layer = Layer.effect(
    FileSystem.FileSystem,
    Effect.map(FileSystem.FileSystem, (fs) => {
      const mortal = <A, E, R>(change: Effect.Effect<A, E, R>) =>
        Effect.suspend(() => ++changes < at ? change : Effect.die("killed"))
      const remove: typeof fs.remove = (...words) => mortal(fs.remove(...words))
      const rename: typeof fs.rename = (...words) => mortal(fs.rename(...words))
      return { ...fs, remove, rename }
    }),
  )
  return { layer, changes: () => changes }
}

/** Purges a folder as the command does, but without a question. */
export const purged = Effect.fnUntraced(
  function* (data: string, deleteRows: Effect.Effect<unknown> = Effect.void) {
    yield* lockPath(`${data}/state.lock`)
    const { mark } = yield* readPurging(data)
    yield* purgeEverything({
      folder: data,
      inventory: yield* Effect.provideServiceEffect(inventoryOf(data), Sinks, folderSinks(data)),
      mark: mark ?? { began: 1, athlete: 7, database: "to delete" },
      revoke: Effect.void,
      deleteRows,
    })
    return Option.fromUndefinedOr(mark)
  },
  Effect.scoped,
)
