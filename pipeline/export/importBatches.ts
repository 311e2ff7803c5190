/** Stores imported activities in checkpoints of bounded size, and hands them to delivery. */
import { Effect } from "effect"
import { activityResources, recordOf, type Resource } from "../../schemas/Item.ts"
import { Delivery } from "../delivery/Delivery.ts"
import { RunTally } from "../stages/RunTally.ts"
import type { KnownActivity } from "../state/sources/imports.ts"
import { StateFile } from "../state/StateFile.ts"
import type { ImportedActivity } from "./importedActivity.ts"
import { ImportOptions } from "./ImportOptions.ts"
import { ImportReport } from "./ImportReport.ts"
import { Originals } from "./originals.ts"

/** Activities per checkpoint. */
const mostActivities = 20

/** Bytes of a checkpoint from which it is committed, so that an import takes little memory. */
const mostBytes = 2 * 1024 * 1024

type Known = ReadonlyMap<string, KnownActivity>

/** Returns the number of new, changed and unchanged items of a resource. */
const figuresOf = (
  batch: ReadonlyArray<ImportedActivity>,
  known: Known,
  resource: "activities" | "streams" | "export",
  prefersExport: boolean,
) => {
  const figures = { fresh: 0, changed: 0, known: 0 }
  for (const { arrivals, id } of batch) {
    const item = arrivals.find(({ item }) => item.resource === resource)?.item
    if (item === undefined) continue
    const stored = known.get(id)?.[resource]
    const stays = stored?.source === "api" && !(resource === "streams" && prefersExport)
    if (stored === undefined || stored.hash === null) figures.fresh++
    else if (stays || stored.hash === item.hash) figures.known++
    else figures.changed++
  }
  return figures
}

const store = Effect.fn("importBatches.store")(
  function* (batch: ReadonlyArray<ImportedActivity>, known: Known) {
    const state = yield* StateFile
    const delivery = yield* Delivery
    const tally = yield* RunTally
    const report = yield* ImportReport
    const originals = yield* Originals
    const { prefer } = yield* ImportOptions
    const files = yield* originals.store(batch.flatMap(({ original }) => original ?? []))
    const arrivals = batch.flatMap(({ arrivals }) => arrivals)
    yield* state.checkpoint({
      arrivals,
      marks: batch.flatMap(({ marks }) => marks),
      origins: batch.map(({ origin }) => origin),
      prefer,
    })
    for (const resource of ["activities", "streams", "export"] as const) {
      yield* tally.add(resource, figuresOf(batch, known, resource, prefer === "export"))
    }
    for (const { arrivals, from, id, problem } of batch) {
      const streams = arrivals.some(({ item }) => item.resource === "streams") ? 1 : 0
      if (problem !== undefined) yield* report.problem(problem)
      else if (streams > 0) yield* report.solved(id)
      if (streams > 0) yield* report.count(from, { streams })
    }
    yield* report.originals(batch[0]?.from ?? "", files)
    const counts: Partial<Record<Resource, number>> = recordOf(
      activityResources(),
      (resource) => arrivals.filter(({ item }) => item.resource === resource).length,
    )
    for (const resource of activityResources()) {
      const count = counts[resource] ?? 0
      if (count > 0) yield* delivery.offer(resource, count)
    }
  },
)

/**
 * Makes the activity of each of `all` and stores it, in checkpoints of at most 20. Yields to delivery after each of
 * them, because making them does not wait for anything.
 */
export const importEach = Effect.fn("importEach")(
  function* <A, E, R, E2, R2>(
    all: ReadonlyArray<A>,
    known: Known,
    make: (one: A) => Effect.Effect<ImportedActivity, E, R>,
    done: (one: A) => Effect.Effect<void, E2, R2>,
  ) {
    let batch: Array<ImportedActivity> = []
    let made: Array<A> = []
    let size = 0
    const flush = Effect.suspend(() => {
      const [stored, finished] = [batch, made]
      batch = []
      made = []
      size = 0
      return stored.length === 0
        ? Effect.void
        : Effect.andThen(store(stored, known), Effect.forEach(finished, done, { discard: true }))
    })
    for (const one of all) {
      const activity = yield* make(one)
      batch.push(activity)
      made.push(one)
      size += activity.size
      if (batch.length >= mostActivities || size >= mostBytes) yield* flush
      yield* Effect.yieldNow
    }
    yield* flush
  },
)
