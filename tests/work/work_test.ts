/** Bounds of the work for an activity, in counts that are the same on every machine. */
import assert from "node:assert/strict"
import { Effect, FileSystem, Layer, Option } from "effect"
import { defaultOptions } from "../../pipeline/stages/RunOptions.ts"
import { runLayer } from "../../pipeline/run/layers.ts"
import { layerClient } from "../../pipeline/simulator/client.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { stages } from "../../pipeline/stages/all.ts"
import { sync } from "../../pipeline/run/run.ts"
import { memory } from "../memory.ts"
import { credentials } from "../pipeline/running.ts"
import { liveWith } from "../testing.ts"
import { TestServer } from "../postgres/databases.ts"
import { freshDatabase } from "../postgres/server.ts"
import { type WorkDone, workOf } from "./Work.ts"

const live = liveWith(TestServer.layer)

const runOf = (activities: number, samples: number) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const data = yield* fs.makeTempDirectoryScoped(
      memory === undefined ? {} : { directory: memory },
    )
    const databaseUrl = Option.some(yield* freshDatabase(yield* TestServer))
    const settings = {
      data,
      sinks: ["json", "csv", "postgres"],
      databaseUrl,
      policy: { onLimit: "wait", deadline: undefined, reserve: 0 },
      options: defaultOptions,
    } as const
    const strava = layerClient.pipe(
      Layer.provide(Simulator.layer({ activities, samples, manual: 0, limits: "none" })),
    )
    const { result, work } = yield* workOf(
      Effect.suspend(() =>
        sync(stages.streams, () => true).pipe(
          Effect.provide(runLayer(settings, strava)),
          Effect.provide(credentials),
        )
      ),
    )
    return { ...work, received: result.summary.bytes }
  }).pipe(Effect.scoped)

type Amount = "hashed" | "decoded" | "parsed" | "written" | "syncs"

/** Bytes per byte received of samples, in a run with JSON, CSV and a PostgreSQL server. */
const perByte = { hashed: 1.6, decoded: 0.05, parsed: 0.05, written: 2 }

/** Syncs per activity in such a run: a JSON file and a CSV file. */
const perActivity = { syncs: 2 }

/** Function calls of the program per sample of 11 types. */
const callsPerSample = 24

const callsOf = ({ calls }: WorkDone) => calls.values().reduce((sum, count) => sum + count, 0)

live(
  "the work for an activity and for a sample stays within its bounds",
  () =>
    Effect.gen(function* () {
      const [activities, samples] = [6, 200]
      const base = yield* runOf(activities, samples)
      const longer = yield* runOf(activities, 2 * samples)
      const more = yield* runOf(2 * activities, samples)
      const measured = [
        ...Object.entries(perByte).map(([name, bound]) => {
          const amount = longer[name as Amount] - base[name as Amount]
          return [
            `${name} per byte received`,
            amount / (longer.received - base.received),
            bound,
          ] as const
        }),
        ...Object.entries(perActivity).map(([name, bound]) => {
          const amount = more[name as Amount] - base[name as Amount]
          return [`${name} per activity`, amount / activities, bound] as const
        }),
        [
          "calls per sample",
          (callsOf(longer) - callsOf(base)) / (activities * samples),
          callsPerSample,
        ],
      ] as const
      const exceeded = measured.flatMap(([name, amount, bound]) =>
        amount <= bound ? [] : [`${name}: ${amount.toFixed(2)}, at most ${bound}`]
      )
      assert.deepEqual(exceeded, [])
    }),
)
