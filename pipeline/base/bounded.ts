/** Work that may not be cut short, and may not hold anybody up for ever either. */
import { type Duration, Effect, Fiber, Option } from "effect"

/**
 * Run `effect` in a fiber of its own. An interruption waits for its end, but no longer than `grace`;
 * nobody waits longer than `limit`. After that it is left to itself, and `late` says what became of it.
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
      // What hangs may hang in its own clearing up: it is told to stop, and not waited for.
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
