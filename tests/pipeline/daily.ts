/** Small accounts that are synced daily for years: a folder, a sink in memory, and one run per day. */
import { Effect, Option } from "effect"
import { TestClock } from "effect/testing"
import { Simulator, type SimulatorOptions } from "../../pipeline/simulator/Simulator.ts"
import type { Options } from "../../pipeline/stages/RunOptions.ts"
import { StateFile } from "../../pipeline/state/StateFile.ts"
import { memorySink } from "../delivery/MemorySink.ts"
import { requestCount, runFolder, runToEnd, type Setup } from "./running.ts"

export const simulatedDays = (options: SimulatorOptions = {}) =>
  Effect.provide(
    Simulator.layer({
      activities: 40,
      samples: 3,
      manual: 0,
      years: 3,
      limits: "none",
      ...options,
    }),
  )

/** Orders in which Strava is documented or observed to list activities, and a random order. */
export const orders = ["newest", "oldest", "shuffled"] as const

const day = 24 * 60 * 60_000

/** Creates an empty folder. Each call of `next` is a run, by default one day after the previous one. */
export const dailyAthlete = (more: Partial<Setup> = {}) =>
  Effect.gen(function* () {
    const sink = memorySink("json")
    const setup: Setup = {
      data: yield* runFolder,
      sinks: [sink.source],
      last: "everything",
      ...more,
    }
    const next = Effect.fnUntraced(function* (
      days = 1,
      options: Partial<Options> = {},
      changed: Partial<Setup> = {},
    ) {
      yield* TestClock.adjust(days * day)
      const before = (yield* requestCount).length
      const all = { ...setup.options, ...options }
      const outcome = yield* runToEnd({ ...setup, options: all, ...changed })
      const requests = (yield* requestCount).slice(before).map(({ path, query }) => ({
        path: path.slice("/api/v3".length),
        query,
      }))
      return { ...outcome, requests, paths: requests.map(({ path }) => path) }
    })
    const counts = Effect.flatMap(StateFile, (state) => state.counts).pipe(
      Effect.provide(StateFile.layerReadOnly(setup.data, []), { local: true }),
    )
    /** Returns the fields of an activity's summary in the sink. Undefined if the sink lacks it. */
    const held = (id: number): Readonly<Record<string, unknown>> | undefined =>
      Option.getOrUndefined(
        Option.map(
          Option.fromUndefinedOr(sink.items.get(`activities/${id}`)),
          ({ text }) => JSON.parse(text),
        ),
      )
    return { counts, held, next, setup, sink }
  })

/** Creates an athlete with weekly full syncs; the runs in between read only the last weeks. */
export const weeklyAthlete = (more: Partial<Setup> = {}) =>
  dailyAthlete({ ...more, options: { sweep: 7 * day, ...more.options } })

/** Returns the number of items of a resource in the ledger, by status. */
export const byStatus = (
  { items }: Effect.Success<StateFile["Service"]["counts"]>,
  resource: string,
) =>
  Object.fromEntries(
    items.filter((row) => row.resource === resource).map(({ count, status }) => [status, count]),
  )
