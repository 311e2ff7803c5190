/** Figures of the summary: results of this run by resource. */
import { Context, Effect, Layer } from "effect"
import type { Resource } from "../../schemas/Item.ts"

/** Numbers of items of a resource that a run changed. */
export interface Figures {
  readonly fresh: number
  readonly changed: number
  readonly known: number
  readonly absent: number
  readonly quarantined: number
  readonly skipped: number
  readonly deleted: number
}

const none: Figures = {
  fresh: 0,
  changed: 0,
  known: 0,
  absent: 0,
  quarantined: 0,
  skipped: 0,
  deleted: 0,
}

export class RunTally extends Context.Service<RunTally, {
  add(resource: Resource, figures: Partial<Figures>): Effect.Effect<void>
  all: Effect.Effect<Readonly<Partial<Record<Resource, Figures>>>>
}>()("paceline/RunTally") {
  static readonly layer = Layer.sync(RunTally, () => {
    const sums: Partial<Record<Resource, Figures>> = {}
    return RunTally.of({
      add: (resource, figures) =>
        Effect.sync(() => {
          const sum = { ...(sums[resource] ?? none) }
          for (const [name, count] of Object.entries(figures)) sum[name as keyof Figures] += count
          sums[resource] = sum
        }),
      all: Effect.sync(() => ({ ...sums })),
    })
  })
}
