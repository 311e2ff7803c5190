/** Work that must not be cut short, but must not block forever either. */
import { type Duration, Effect, Fiber, Option } from "effect"

/**
 * Runs `effect` in a fiber of its own and waits for it at most for `limit`; an interruption waits at most for
 * `grace`. After that the fiber is interrupted without waiting, and `late` returns the result.
 */
export const bounded = <A, E, R, E2>(
  effect: Effect.Effect<A, E, R>,
  { grace, late, limit }: {
    readonly grace: Duration.Input
    readonly limit: Duration.Input
    readonly late: () => Effect.Effect<A, E2>
  },
): Effect.Effect<A, E | E2, R> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkDetach(Effect.interruptible(effect), {
        startImmediately: true,
      })
      // Do not wait for the interruption, because its finalizers can hang too.
      const leave = Effect.sync(() => fiber.interruptUnsafe())
      const ended = yield* restore(Effect.timeoutOption(Fiber.await(fiber), limit)).pipe(
        Effect.onInterrupt(() =>
          Fiber.await(fiber).pipe(Effect.timeoutOption(grace), Effect.andThen(leave))
        ),
      )
      if (Option.isSome(ended)) return yield* ended.value
      yield* leave
      return yield* late()
    })
  )
