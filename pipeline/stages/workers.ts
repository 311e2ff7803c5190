/**
 * Work through items with several fibers. One that fails for the run stops the taking of new items, but
 * what is under way, and so paid for, comes to its end. One that fails by itself is set aside; unless
 * others succeed meanwhile, a probe tells first whether Strava itself is down.
 */
import { Cause, Effect } from "effect"

/** Items in a row that may fail before it is asked whether the fault is everywhere. */
const mostInARow = 4

/** Items in a row that are set aside before the run gives up: what is wrong is hardly each of them. */
const mostSetAside = 24

export const makeWorkers = Effect.fnUntraced(function* <Item, E, S extends E, R, E2, R2>(options: {
  readonly items: ReadonlyArray<Item>
  readonly concurrency: number
  readonly work: (item: Item) => Effect.Effect<void, E, R>
  /** Whether the rest need not be tried. */
  readonly enough?: () => boolean
  /** Whether an error may be the fault of that one item. */
  readonly ofOneItem: (error: E) => error is S
  /** Whether it failed in earlier runs too, so that its failing again says nothing of the others. */
  readonly known: (item: Item) => boolean
  /** Fails where every request would fail. */
  readonly probe: Effect.Effect<unknown, E, R>
  /** Items whose error was their own. */
  readonly setAside: (
    failed: ReadonlyArray<{ readonly todo: Item; readonly error: S }>,
  ) => Effect.Effect<void, E2, R2>
}): Effect.fn.Return<void, E | E2, R | R2> {
  const { concurrency, items, known, ofOneItem, probe, setAside, work } = options
  const { enough = () => false } = options
  let next = 0
  let stop: Cause.Cause<E> | undefined
  let suspects: ReadonlyArray<{ readonly todo: Item; readonly error: S }> = []
  let probing = false
  let inARow = 0

  const halt = (cause: Cause.Cause<E>) =>
    Effect.sync(() => {
      stop ??= cause
    })

  const clearSuspects = Effect.suspend(() => {
    const failed = suspects
    suspects = []
    inARow += failed.filter(({ todo }) => !known(todo)).length
    const error = failed.at(-1)?.error
    if (inARow >= mostSetAside && error !== undefined) stop ??= Cause.fail(error)
    return failed.length === 0 ? Effect.void : setAside(failed)
  })

  const judge = Effect.suspend(() => {
    probing = true
    return Effect.matchCauseEffect(probe, { onSuccess: () => clearSuspects, onFailure: halt })
  }).pipe(Effect.ensuring(Effect.sync(() => {
    probing = false
  })))

  const suspect = (todo: Item, error: S) =>
    Effect.suspend(() => {
      suspects = [...suspects, { todo, error }]
      const judged = probing || stop !== undefined || suspects.length < mostInARow
      return judged ? Effect.void : judge
    })

  const one = (item: Item) =>
    Effect.matchCauseEffect(work(item), {
      onSuccess: () => {
        inARow = 0
        return clearSuspects
      },
      // Also the quota's refusal to begin a request, which is an interruption: the others go on.
      onFailure: (cause) => {
        const error = Cause.findErrorOption(cause)
        return error._tag === "Some" && ofOneItem(error.value)
          ? suspect(item, error.value)
          : halt(cause)
      },
    })

  const worker = Effect.gen(function* () {
    for (;;) {
      if (stop !== undefined || enough()) return
      const item = items[next++]
      if (item === undefined) return
      yield* one(item)
    }
  })

  yield* Effect.all(Array.from({ length: Math.min(concurrency, items.length) }, () => worker), {
    concurrency: "unbounded",
    discard: true,
  })
  if (suspects.length > 0 && stop === undefined) yield* judge
  if (stop !== undefined) return yield* Effect.failCause(stop)
})
