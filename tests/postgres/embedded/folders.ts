/** Folders of an embedded database: empty ones, and ones with one activity. */
import { Effect, FileSystem, Option } from "effect"
import assert from "node:assert/strict"
import { postgresSink } from "../../../sinks/postgres/PostgresSink.ts"
import { activity } from "../../sinks/items.ts"
import { placeCluster } from "./cluster.ts"

export const databaseFolder = Effect.gen(function* () {
  const data = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
  const dataDir = `${data}/postgres`
  return { data, dataDir, source: yield* postgresSink({ dataDir, url: Option.none() }) }
})

export const rows = (source: Effect.Success<ReturnType<typeof postgresSink>>) =>
  Effect.scoped(Effect.gen(function* () {
    const { contents, notes = [] } = yield* source.open
    return { notes, activities: (yield* contents!(activity(1).athlete)).get("activities") }
  }))

/** Creates a database with one activity, and closes it so that a test can change its folder. */
export const filledDatabase = Effect.gen(function* () {
  const found = yield* databaseFolder
  yield* placeCluster(found.dataDir)
  yield* Effect.scoped(Effect.gen(function* () {
    const sink = yield* found.source.open
    yield* sink.write({ resource: "activities", items: [activity(1)] })
  }))
  assert.deepEqual(yield* rows(found.source), { notes: [], activities: 1 })
  return found
})
