/** Years of small runs in a few lines: a folder, a sink in memory, and a run a day. */
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

/** The orders in which Strava has been said or seen to list, and none at all. */
export const orders = ["newest", "oldest", "shuffled"] as const

const day = 24 * 60 * 60_000

/** A folder with nothing in it; each call of `next` is a run some days after the last. */
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
    /** Fields of an activity's summary in the sink. */
    const held = (id: number): Readonly<Record<string, unknown>> | undefined =>
      Option.getOrUndefined(
        Option.map(
          Option.fromUndefinedOr(sink.items.get(`activities/${id}`)),
          ({ text }) => JSON.parse(text),
        ),
      )
    return { counts, held, next, setup, sink }
  })

/** An athlete whose full syncs are a week apart, so that the runs between them read the last weeks only. */
export const weeklyAthlete = (more: Partial<Setup> = {}) =>
  dailyAthlete({ ...more, options: { sweep: 7 * day, ...more.options } })

/** Number of activities in the ledger by status. */
export const byStatus = (
  { items }: Effect.Success<StateFile["Service"]["counts"]>,
  resource: string,
) =>
  Object.fromEntries(
    items.filter((row) => row.resource === resource).map(({ count, status }) => [status, count]),
  )
