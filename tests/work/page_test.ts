/** Bounds of the work for a page of activities, from the response to three sinks. */
import assert from "node:assert/strict"
import { Effect, FileSystem, Layer, Option } from "effect"
import { defaultOptions } from "../../pipeline/stages/RunOptions.ts"
import { runLayer } from "../../pipeline/run/layers.ts"
import { layerClient } from "../../pipeline/simulator/client.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { activitiesStage } from "../../pipeline/stages/activities.ts"
import { sync } from "../../pipeline/run/run.ts"
import { memory } from "../memory.ts"
import { credentials } from "../pipeline/running.ts"
import { TestServer } from "../postgres/databases.ts"
import { freshDatabase } from "../postgres/server.ts"
import { liveWith } from "../testing.ts"
import { type WorkDone, workOf } from "./Work.ts"

const live = liveWith(TestServer.layer)

const pageSize = 200

/** Fetches this many pages of activities into JSON, CSV and a PostgreSQL server. */
const runOf = (pages: number) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const data = yield* fs.makeTempDirectoryScoped(
      memory === undefined ? {} : { directory: memory },
    )
    const settings = {
      data,
      sinks: ["json", "csv", "postgres"],
      databaseUrl: Option.some(yield* freshDatabase(yield* TestServer)),
      policy: { onLimit: "wait", deadline: undefined, reserve: 0 },
      options: defaultOptions,
    } as const
    const simulated = Simulator.layer({
      activities: pages * pageSize,
      samples: 2,
      manual: 0,
      shortPages: false,
      limits: "none",
    })
    const strava = layerClient.pipe(Layer.provide(simulated))
    const { result, work } = yield* workOf(
      Effect.suspend(() =>
        sync(activitiesStage, () => true).pipe(
          Effect.provide(runLayer(settings, strava)),
          Effect.provide(credentials),
        )
      ),
    )
    return { ...work, received: result.summary.bytes }
  }).pipe(Effect.scoped)

/**
 * Bytes per byte received. Hashed are items, their fields for completeness, and the files of both
 * file sinks.
 */
const perByte = { hashed: 3.2, decoded: 1.05, parsed: 1.6, written: 1.6 }

/** Calls per activity. The response is hashed and checked once; the second hash covers a few fields. */
const perActivity = {
  "schemas/json/hash.ts hashOf": 2,
  "schemas/json/ParsedItem.ts parseResponse": 1,
  "schemas/json/compress.ts packed": 1,
  "schemas/json/compress.ts unpacked": 0,
}

/** Maximum number of modules with a function that is called for every activity. */
const mostModules = 36

const moreCalls = (base: WorkDone, more: WorkDone, name: string): number =>
  (more.calls.get(name) ?? 0) - (base.calls.get(name) ?? 0)

live(
  "an activity for three sinks is parsed, checked and hashed once",
  () =>
    Effect.gen(function* () {
      // The first run also does work that happens once per process.
      yield* runOf(1)
      const base = yield* runOf(1)
      const more = yield* runOf(2)
      const amounts = Object.entries(perByte).map(([name, bound]) => {
        const amount = more[name as keyof typeof perByte] - base[name as keyof typeof perByte]
        return [`${name} per byte`, amount / (more.received - base.received), bound] as const
      })
      const calls = Object.entries(perActivity).map(([name, bound]) =>
        [name, moreCalls(base, more, name) / pageSize, bound] as const
      )
      const modules = new Set(
        [...more.calls.keys()].filter((name) => moreCalls(base, more, name) >= pageSize)
          .map((name) => name.split(" ")[0]),
      )
      const measured = [...amounts, ...calls, ["modules", modules.size, mostModules] as const]
      const exceeded = measured.flatMap(([name, amount, bound]) =>
        amount <= bound + 0.01 ? [] : [`${name}: ${amount.toFixed(2)}, at most ${bound}`]
      )
      assert.deepEqual(exceeded, [], [...modules].toSorted().join("\n"))
    }),
)
