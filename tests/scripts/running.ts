/** Runs of the pipelines of scripts against a simulated Strava, to real files. */
import { Effect, FileSystem, Path } from "effect"
import { partsOf, type ScriptPipeline } from "../../pipeline/run/ScriptPipeline.ts"
import type { OptionalResource } from "../../schemas/Item.ts"
import { declareResources } from "../../schemas/resources.ts"
import { csvSink } from "../../sinks/csv/CsvSink.ts"
import { jsonSink } from "../../sinks/json/JsonSink.ts"
import { requestCount, runFolder, runToEnd, type Setup } from "../pipeline/running.ts"

/** Declares the resources of the pipeline as long as the scope is open. Returns a data directory, and a run in it. */
export const prepareScript = Effect.fnUntraced(function* (
  pipeline: ScriptPipeline,
  folder?: string,
) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const data = folder ?? (yield* runFolder)
  yield* declareResources(partsOf(pipeline).resources)
  const sinks = [jsonSink(path.join(data, "json")), csvSink(path.join(data, "csv"))]
  /** Runs, and returns the summary with the paths that were requested. */
  const run = Effect.fnUntraced(function* (
    turnOn: ReadonlyArray<OptionalResource> = [],
    setup: Partial<Setup> = {},
  ) {
    const before = (yield* requestCount).length
    const ran = yield* runToEnd({
      data,
      sinks,
      pipeline,
      options: { turnOn, ...setup.options },
      ...setup,
    })
    const paths = (yield* requestCount).slice(before).map(({ path }) => path)
    return { ...ran, paths }
  })
  const files = (folder: string) => fs.readDirectory(path.join(data, folder))
  const text = (file: string) => fs.readFileString(path.join(data, file))
  return { data, run, files, text }
})
