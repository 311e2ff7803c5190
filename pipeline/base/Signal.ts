/**
 * Waits until a condition on plain state holds; code that changes the state calls `changed`. No
 * wake-up is lost.
 */
import { Deferred, Effect } from "effect"

interface Signal {
  /** Makes every waiter check its condition again, because the state has changed. */
  changed(): void
  until(condition: () => boolean): Effect.Effect<void>
}

export const makeSignal = (): Signal => {
  const waiters = new Set<Deferred.Deferred<void>>()
  const until = (condition: () => boolean): Effect.Effect<void> =>
    Effect.suspend(() => {
      if (condition()) return Effect.void
      const waiter = Deferred.makeUnsafe<void>()
      waiters.add(waiter)
      return Deferred.await(waiter).pipe(
        Effect.ensuring(Effect.sync(() => waiters.delete(waiter))),
        Effect.andThen(until(condition)),
      )
    })
  return {
    // A copy of the set, because a woken waiter can wait again at once and must not be woken twice
    // by one change.
    changed: () => [...waiters].forEach((waiter) => Deferred.doneUnsafe(waiter, Effect.void)),
    until,
  }
}
