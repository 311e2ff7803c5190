/**
 * Works through items with several fibers. After an error that ends the run, no new item is begun,
 * but requests in flight, which are paid for, complete. An item that fails by itself is
 * quarantined; unless others succeed meanwhile, a probe first decides whether Strava itself is
 * down.
 */
import { Cause, Deferred, Effect } from "effect"

/** Number of items in a row that can fail before the probe decides whether every request fails. */
const mostInARow = 4

/**
 * Number of items in a row that are quarantined before the run stops, because the items are hardly
 * the cause.
 */
const mostSetAside = 24

/** The same for items without a response: each of them costs a request for every retry. */
const mostSilent = 4

interface Failure<Item, S> {
  readonly todo: Item
  readonly error: S
}

interface PoolOptions<Item, E, S extends E, R, E2, R2> {
  readonly items: ReadonlyArray<Item>
  readonly concurrency: number
  readonly work: (item: Item) => Effect.Effect<void, E, R>
  /** True if the other items need not be tried. */
  readonly enough?: () => boolean
  /** True if an error might be the fault of that one item. */
  readonly ofOneItem: (error: E) => error is S
  /** True if the error is known to be the fault of that item, so that no probe is needed. */
  readonly isProven: (error: S) => boolean
  /** True if there was no response: other items would hardly get one, so the probe is sent at once. */
  readonly isSilent: (error: S) => boolean
  /** True if it failed in earlier runs too, so that another failure says nothing of the other items. */
  readonly known: (item: Item) => boolean
  /** Fails if every request would fail. */
  readonly probe: Effect.Effect<unknown, E, R>
  /** Records items whose error is their own. */
  readonly quarantine: (
    failed: ReadonlyArray<Failure<Item, S>>,
  ) => Effect.Effect<void, E2, R2>
}

/** Judges failures: the item is quarantined, or the run ends. */
const makeJudge = <Item, E, S extends E, R, E2, R2>(
  { isProven, isSilent, known, ofOneItem, probe, quarantine }: PoolOptions<Item, E, S, R, E2, R2>,
) => {
  let stop: Cause.Cause<E> | undefined
  let suspects: ReadonlyArray<Failure<Item, S>> = []
  let probing: Deferred.Deferred<void> | undefined
  let inARow = 0
  let silentInARow = 0

  const halt = (cause: Cause.Cause<E>) =>
    Effect.sync(() => {
      stop ??= cause
    })

  const discard = (failed: ReadonlyArray<Failure<Item, S>>) =>
    Effect.suspend(() => {
      const fresh = failed.filter(({ todo }) => !known(todo))
      inARow += fresh.length
      silentInARow += fresh.filter(({ error }) => isSilent(error)).length
      const error = failed.at(-1)?.error
      if ((inARow >= mostSetAside || silentInARow >= mostSilent) && error !== undefined) {
        stop ??= Cause.fail(error)
      }
      return failed.length === 0 ? Effect.void : quarantine(failed)
    })

  const clearSuspects = Effect.suspend(() => {
    const failed = suspects
    suspects = []
    return discard(failed)
  })

  const judge = Effect.suspend(() => {
    const done = probing = Deferred.makeUnsafe<void>()
    return Effect.matchCauseEffect(probe, { onSuccess: () => clearSuspects, onFailure: halt }).pipe(
      Effect.ensuring(Effect.sync(() => {
        probing = undefined
        Deferred.doneUnsafe(done, Effect.void)
      })),
    )
  })

  const suspect = (todo: Item, error: S) =>
    Effect.suspend(() => {
      suspects = [...suspects, { todo, error }]
      const enough = isSilent(error) || suspects.length >= mostInARow
      return probing !== undefined || stop !== undefined || !enough ? Effect.void : judge
    })

  return {
    /** Error that ends the run, if there is one. */
    stopped: () => stop,
    /** Waits for a probe, since another item might fail for the same reason until it is done. */
    probed: Effect.suspend(() => probing === undefined ? Effect.void : Deferred.await(probing)),
    succeeded: Effect.suspend(() => {
      inARow = 0
      silentInARow = 0
      return clearSuspects
    }),
    /** Also for the quota's refusal to begin a request, which is an interruption: the others continue. */
    failed: (todo: Item, cause: Cause.Cause<E>) => {
      const error = Cause.findErrorOption(cause)
      if (error._tag === "None" || !ofOneItem(error.value)) return halt(cause)
      return isProven(error.value)
        ? discard([{ todo, error: error.value }])
        : suspect(todo, error.value)
    },
    /** Judges the failures that are left. */
    finish: Effect.suspend(() => suspects.length > 0 && stop === undefined ? judge : Effect.void),
  }
}

/** Works through all items; fails with the error that ends the run. */
export const makeWorkers = Effect.fnUntraced(function* <Item, E, S extends E, R, E2, R2>(
  options: PoolOptions<Item, E, S, R, E2, R2>,
): Effect.fn.Return<void, E | E2, R | R2> {
  const { concurrency, enough = () => false, items, work } = options
  const judge = makeJudge(options)
  let next = 0
  const worker = Effect.gen(function* () {
    for (;;) {
      yield* judge.probed
      if (judge.stopped() !== undefined || enough()) return
      const item = items[next++]
      if (item === undefined) return
      yield* Effect.matchCauseEffect(work(item), {
        onSuccess: () => judge.succeeded,
        onFailure: (cause) => judge.failed(item, cause),
      })
    }
  })
  yield* Effect.all(Array.from({ length: Math.min(concurrency, items.length) }, () => worker), {
    concurrency: "unbounded",
    discard: true,
  })
  yield* judge.finish
  const stop = judge.stopped()
  if (stop !== undefined) return yield* Effect.failCause(stop)
})
