/** Reports that the program creates from simulated data. */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Context, Effect, FileSystem, Layer, Option } from "effect"
import { TestClock } from "effect/testing"
import { pathToFileURL } from "node:url"
import { StoredData } from "../../pipeline/landed/StoredData.ts"
import { yearOf } from "../../pipeline/metrics/days.ts"
import { collect } from "../../pipeline/report/collect.ts"
import { siteFiles } from "../../pipeline/report/site/siteFiles.ts"
import { textOf } from "../../schemas/json/utf8.ts"
import { Simulator, type SimulatorOptions } from "../../pipeline/simulator/Simulator.ts"
import { jsonSink } from "../../sinks/json/JsonSink.ts"
import { registryLayer } from "../../sinks/registry.ts"
import { names } from "../report/landed.ts"
import { runStart, runToEnd } from "../pipeline/running.ts"

/** Names of activities that would run or load something if they were not escaped. */
export const hostile = [
  `<script>globalThis.hacked = 1</script>`,
  `"><img src="http://127.0.0.1:9/asked" onerror="globalThis.hacked = 2">`,
  `</title></style></svg></script><iframe src="http://127.0.0.1:9/framed"></iframe>`,
  `' onfocus='globalThis.hacked = 3' autofocus='`,
  `<svg onload=globalThis.hacked=4><a href="javascript:globalThis.hacked=5">`,
  `\u202egnp.live\u2066 ${"W".repeat(300)}`,
  `]]><!--{{constructor.constructor("globalThis.hacked=6")()}}-->`,
]

/** Runs the program against a simulated Strava and returns the data directory. */
const landed = Effect.fnUntraced(
  function* (options: SimulatorOptions, names: ReadonlyArray<string>) {
    const data = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
    yield* Effect.gen(function* () {
      const { world } = yield* Simulator
      yield* Effect.forEach(names, (name, i) => world.edit(world.ids[i] ?? 0, { name }))
      yield* TestClock.setTime(runStart)
      const sinks = [yield* jsonSink(`${data}/json`)]
      yield* runToEnd({ data, sinks, last: "everything", step: 1_000 })
    }).pipe(
      Effect.provide(Simulator.layer({ ...options, limits: "none" })),
      Effect.provide(TestClock.layer()),
    )
    return data
  },
)

const siteDataOf = (data: string, maps: boolean) =>
  collect({
    ...{ year: undefined, activity: undefined, maps },
    ...{ units: "metric", weekStart: "monday" },
  }).pipe(
    Effect.provide(StoredData.layer({ data, databaseUrl: Option.none() })),
  )

/** Writes a report and returns its text and the URL of its file. */
const written = Effect.fnUntraced(function* (data: string, name: string, maps = true) {
  const html = textOf(siteFiles(yield* siteDataOf(data, maps), names).files[0]!.bytes)
  yield* (yield* FileSystem.FileSystem).writeFileString(`${data}/${name}.html`, html)
  return { html, url: pathToFileURL(`${data}/${name}.html`).href }
})

/** Writes a report in several files and returns the URL of the first, and activities of different years. */
const splitFrom = Effect.fnUntraced(function* (data: string) {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped()
  const found = yield* siteDataOf(data, true)
  const { files } = siteFiles(found, { ...names, limit: 100_000 })
  yield* Effect.forEach(files, ({ bytes, name }) => fs.writeFile(`${folder}/${name}`, bytes))
  const { activities } = found.site
  return {
    url: pathToFileURL(`${folder}/${files[0]!.name}`).href,
    newest: activities[0]!.id,
    oldest: activities.at(-1)!.id,
    /** Year of the oldest. */
    first: yearOf(activities.at(-1)!.day),
  }
})

const make = Effect.gen(function* () {
  const many = yield* landed({ activities: 50, years: 2, samples: 120 }, hostile)
  const one = yield* landed({ activities: 1, samples: 60, manual: 0 }, [])
  return {
    /** Report of 50 activities in two years; the newest have hostile names. */
    many: yield* written(many, "many"),
    withoutMaps: yield* written(many, "without-maps", false),
    one: yield* written(one, "one"),
    split: yield* splitFrom(many),
  }
})

export class Reports extends Context.Service<Reports, Effect.Success<typeof make>>()(
  "paceline/tests/Reports",
) {
  static readonly layer = Layer.effect(Reports, make).pipe(
    Layer.provide(Layer.merge(NodeServices.layer, registryLayer)),
  )
}
