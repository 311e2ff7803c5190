/**
 * Work through items with several fibers. One that fails for the run stops the taking of new items, but
 * what is under way, and so paid for, comes to its end. One that fails by itself is set aside; unless
 * others succeed meanwhile, a probe tells first whether Strava itself is down.
 */
import { Cause, Deferred, Effect } from "effect"

/** Items in a row that may fail before it is asked whether the fault is everywhere. */
const mostInARow = 4

/** Items in a row that are set aside before the run gives up: what is wrong is hardly each of them. */
const mostSetAside = 24

/** The same for items without a response: each of them costs a request for every retry. */
const mostSilent = 4

export const makeWorkers = Effect.fnUntraced(function* <Item, E, S extends E, R, E2, R2>(options: {
  readonly items: ReadonlyArray<Item>
  readonly concurrency: number
  readonly work: (item: Item) => Effect.Effect<void, E, R>
  /** Whether the rest need not be tried. */
  readonly enough?: () => boolean
  /** Whether an error may be the fault of that one item. */
  readonly ofOneItem: (error: E) => error is S
  /** True if the error was already found to be the fault of that item, so that no probe is needed. */
  readonly isProven: (error: S) => boolean
  /** True if there was no response: other items would hardly get one, so the probe is sent at once. */
  readonly isSilent: (error: S) => boolean
  /** Whether it failed in earlier runs too, so that its failing again says nothing of the others. */
  readonly known: (item: Item) => boolean
  /** Fails where every request would fail. */
  readonly probe: Effect.Effect<unknown, E, R>
  /** Items whose error was their own. */
  readonly setAside: (
    failed: ReadonlyArray<{ readonly todo: Item; readonly error: S }>,
  ) => Effect.Effect<void, E2, R2>
}): Effect.fn.Return<void, E | E2, R | R2> {
  const { concurrency, isProven, isSilent, items, known, ofOneItem, probe, setAside, work } =
    options
  const { enough = () => false } = options
  let next = 0
  let stop: Cause.Cause<E> | undefined
  type Failed = { readonly todo: Item; readonly error: S }
  let suspects: ReadonlyArray<Failed> = []
  let probing: Deferred.Deferred<void> | undefined
  let inARow = 0
  let silentInARow = 0

  const halt = (cause: Cause.Cause<E>) =>
    Effect.sync(() => {
      stop ??= cause
    })

  const discard = (failed: ReadonlyArray<Failed>) =>
    Effect.suspend(() => {
      const fresh = failed.filter(({ todo }) => !known(todo))
      inARow += fresh.length
      silentInARow += fresh.filter(({ error }) => isSilent(error)).length
      const error = failed.at(-1)?.error
      if ((inARow >= mostSetAside || silentInARow >= mostSilent) && error !== undefined) {
        stop ??= Cause.fail(error)
      }
      return failed.length === 0 ? Effect.void : setAside(failed)
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

  const one = (item: Item) =>
    Effect.matchCauseEffect(work(item), {
      onSuccess: () => {
        inARow = 0
        silentInARow = 0
        return clearSuspects
      },
      // Also the quota's refusal to begin a request, which is an interruption: the others go on.
      onFailure: (cause) => {
        const error = Cause.findErrorOption(cause)
        if (error._tag === "None" || !ofOneItem(error.value)) return halt(cause)
        return isProven(error.value)
          ? discard([{ todo: item, error: error.value }])
          : suspect(item, error.value)
      },
    })

  const worker = Effect.gen(function* () {
    for (;;) {
      // Until the probe has answered, another item might fail for the same reason.
      if (probing !== undefined) yield* Deferred.await(probing)
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
