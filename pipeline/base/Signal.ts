/** Wait until a condition on plain state holds; whoever changes the state says so. No wake-up is lost. */
import { Deferred, Effect } from "effect"

interface Signal {
  /** The state has changed: let every waiter look again. */
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
    // A woken waiter may wait again at once: it must not be woken twice by one change.
    changed: () => [...waiters].forEach((waiter) => Deferred.doneUnsafe(waiter, Effect.void)),
    until,
  }
}
