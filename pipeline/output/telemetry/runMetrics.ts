/** Metrics of a run: from its summary, and from its end. */
import { Clock, Effect, type Exit, FileSystem, Option, Path } from "effect"
import { exitCodes } from "../../base/exit.ts"
import { metrics, recordMetric } from "../../base/metrics.ts"
import { exitCodeOf } from "../../base/runMain.ts"
import type { Summary } from "../../run/Summary.ts"
import { StateFile } from "../../state/StateFile.ts"
import { writeMetricsFile } from "./metricsFile.ts"

/** Records what a run fetched, what is left, and the age of the newest activity. */
export const recordSummary = Effect.fn("recordSummary")(function* (
  { quarantined, quota, resources, sinks }: Summary,
) {
  for (const [resource, figures] of Object.entries(resources)) {
    for (const [result, count] of Object.entries(figures ?? {})) {
      if (count > 0) yield* recordMetric(metrics.items, count, { resource, result })
    }
  }
  for (const { pending, sink } of sinks) yield* recordMetric(metrics.backlog, pending, { sink })
  for (const [resource, items] of Map.groupBy(quarantined, ({ resource }) => resource)) {
    yield* recordMetric(metrics.quarantined, items.length, { resource })
  }
  const windows = { "15m": quota.quarter, day: quota.day }
  for (const [window, { cap, used }] of Object.entries(windows)) {
    yield* recordMetric(metrics.quota, Math.max(0, cap - used), { window })
  }
  const state = yield* StateFile
  const owner = yield* state.owner
  if (owner === undefined) return
  const { newest } = yield* state.lists.known(owner)
  if (newest === undefined) return
  const now = yield* Clock.currentTimeMillis
  yield* recordMetric(metrics.newest, Math.max(0, now - newest) / 1_000)
})

/** Records the end of a run, and writes the file of metrics if there is one. */
const recordEnd = Effect.fn("recordEnd")(function* (
  exit: Exit.Exit<unknown, unknown>,
  began: number,
  file: Option.Option<string>,
) {
  const now = yield* Clock.currentTimeMillis
  const code = exitCodeOf(exit)
  yield* recordMetric(metrics.duration, (now - began) / 1_000)
  yield* recordMetric(metrics.exitCode, code)
  yield* recordMetric(metrics.ended, Math.floor(now / 1_000))
  if (code === exitCodes.complete) yield* recordMetric(metrics.succeeded, Math.floor(now / 1_000))
  if (Option.isSome(file)) yield* writeMetricsFile(file.value)
})

/** Runs `run`, and records its end in the metrics, also if it fails. */
export const withMetrics = <A, E, R>(
  run: Effect.Effect<A, E, R>,
  file: Option.Option<string>,
): Effect.Effect<A, E, R | FileSystem.FileSystem | Path.Path> =>
  Effect.flatMap(
    Clock.currentTimeMillis,
    (began) => Effect.onExit(run, (exit) => recordEnd(exit, began, file)),
  )
