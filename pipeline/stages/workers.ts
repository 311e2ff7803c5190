/**
 * Work through items with several fibers. One that fails for the run stops the taking of new items, but
 * what is under way, and so paid for, comes to its end. One that fails by itself is set aside; where many
 * in a row do, a probe tells whether Strava itself is down.
 */
import { Effect } from "effect"

/** Items in a row that may fail before it is asked whether the fault is everywhere. */
const mostInARow = 4

export const makeWorkers = Effect.fnUntraced(function* <Item, E, S extends E, R, E2, R2>(options: {
  readonly items: ReadonlyArray<Item>
  readonly concurrency: number
  readonly work: (item: Item) => Effect.Effect<void, E, R>
  /** Whether an error may be the fault of that one item. */
  readonly ofOneItem: (error: E) => error is S
  /** Fails where every request would fail. */
  readonly probe: Effect.Effect<unknown, E, R>
  /** Items whose error was their own. */
  readonly setAside: (
    failed: ReadonlyArray<{ readonly todo: Item; readonly error: S }>,
  ) => Effect.Effect<void, E2, R2>
}): Effect.fn.Return<void, E | E2, R | R2> {
  const { concurrency, items, ofOneItem, probe, setAside, work } = options
  let next = 0
  let stop: { readonly error: E } | undefined
  let suspects: ReadonlyArray<{ readonly todo: Item; readonly error: S }> = []

  const clearSuspects = Effect.suspend(() => {
    const failed = suspects
    suspects = []
    return failed.length === 0 ? Effect.void : setAside(failed)
  })

  const halt = (error: E) =>
    Effect.sync(() => {
      stop ??= { error }
    })

  const suspect = (todo: Item, error: S) =>
    Effect.suspend(() => {
      suspects = [...suspects, { todo, error }]
      if (suspects.length < mostInARow || stop !== undefined) return Effect.void
      return Effect.matchEffect(probe, { onSuccess: () => clearSuspects, onFailure: halt })
    })

  const one = (item: Item) =>
    Effect.matchEffect(work(item), {
      onSuccess: () => clearSuspects,
      onFailure: (error) => ofOneItem(error) ? suspect(item, error) : halt(error),
    })

  const worker = Effect.gen(function* () {
    for (;;) {
      const item = items[next++]
      if (item === undefined || stop !== undefined) return
      yield* one(item)
    }
  })

  yield* Effect.all(Array.from({ length: Math.min(concurrency, items.length) }, () => worker), {
    concurrency: "unbounded",
    discard: true,
  })
  if (stop !== undefined) return yield* Effect.fail((stop as { readonly error: E }).error)
  yield* clearSuspects
})
