/** State that the stages share which fetch item after item: requests in flight, and the limit. */
import { Context, Effect, Layer, Semaphore } from "effect"
import type { Resource } from "../../schemas/Item.ts"
import { RunOptions } from "./RunOptions.ts"

export class RunTurns extends Context.Service<RunTurns, {
  /** Runs an effect in turn: at most `concurrency` at a time, first come, first served. */
  turn<A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R>
  /** True if `resource` has its first turn in this run. */
  first(resource: Resource): Effect.Effect<boolean>
  /** Returns the items that the limit of the run leaves for `resource`, without those that were put off. */
  take<Item extends { readonly id: string }>(
    resource: Resource,
    items: ReadonlyArray<Item>,
  ): Effect.Effect<ReadonlyArray<Item>>
  /** Leaves the item to the next run. */
  putOff(resource: Resource, id: string): Effect.Effect<void>
}>()("paceline/RunTurns") {
  static readonly layer = Layer.effect(
    RunTurns,
    Effect.gen(function* () {
      const { concurrency, limit = Infinity } = yield* RunOptions
      const turns = yield* Semaphore.make(concurrency)
      const begun = new Set<Resource>()
      const taken = new Map<Resource, number>()
      const late = new Set<string>()
      return RunTurns.of({
        turn: turns.withPermits(1),
        first: (resource) =>
          Effect.sync(() => {
            const first = !begun.has(resource)
            begun.add(resource)
            return first
          }),
        take: (resource, items) =>
          Effect.sync(() => {
            const before = taken.get(resource) ?? 0
            const open = items.filter(({ id }) => !late.has(`${resource}/${id}`))
            const some = open.slice(0, limit - before)
            taken.set(resource, before + some.length)
            return some
          }),
        putOff: (resource, id) => Effect.sync(() => void late.add(`${resource}/${id}`)),
      })
    }),
  )
}
