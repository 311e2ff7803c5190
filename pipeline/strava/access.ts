/**
 * Decides what a refusal (401, or 403 "inactive") of one thing or a list concerns: only that, or the
 * application. `GET /athlete` tells: if it is refused too, the application is concerned.
 */
import { Effect, Redacted, Semaphore } from "effect"
import type { ApplicationInactive, Unauthorized } from "./errors.ts"

/** Refusals in a row of things that are believed without another `GET /athlete`. */
const mostBelieved = 4

const isSame = (a: Redacted.Redacted | undefined, b: Redacted.Redacted) =>
  a !== undefined && Redacted.value(a) === Redacted.value(b)

type OfApplication = ApplicationInactive | Unauthorized

export const makeAccess = Effect.fnUntraced(function* <E, R>(
  athlete: Effect.Effect<unknown, E, R>,
) {
  const gate = yield* Semaphore.make(1)
  let sent = 0
  /** Number of the latest request that succeeded, and its token. */
  let good: { readonly order: number; readonly token: Redacted.Redacted } | undefined
  /** Token that was accepted for the athlete after it had been refused for one thing. */
  let proven: Redacted.Redacted | undefined
  let believed = 0
  /** Refusal of the application, until a request succeeds. */
  let refused: OfApplication | undefined

  const isGoodAfter = (order: number, token: Redacted.Redacted) =>
    good !== undefined && good.order > order && isSame(good.token, token)

  return {
    /** Returns the number of a request that is about to be sent; later ones have higher numbers. */
    send: (): number => ++sent,
    succeeded: (order: number, token: Redacted.Redacted): void => {
      if (good === undefined || order > good.order) good = { order, token }
      believed = 0
      refused = undefined
    },
    /** Notes that `GET /athlete` was refused. */
    applicationRefused: (error: OfApplication): void => {
      refused = error
    },
    /** True if a refusal with this token concerns one thing as far as is known, so no request is needed. */
    believes: (token: Redacted.Redacted): boolean => {
      if (!isSame(proven, token) || believed >= mostBelieved) return false
      believed++
      return true
    },
    /**
     * Succeeds if the refusal of request `order` concerns one thing. Sends `GET /athlete`, once for all
     * that wait, unless a later request has succeeded; fails as that does.
     */
    prove: (order: number, token: Redacted.Redacted): Effect.Effect<void, E | OfApplication, R> =>
      gate.withPermits(1)(Effect.suspend((): Effect.Effect<void, E | OfApplication, R> => {
        if (refused !== undefined) return Effect.fail(refused)
        return isGoodAfter(order, token) ? Effect.void : Effect.asVoid(athlete)
      })).pipe(Effect.tap(() =>
        Effect.sync(() => {
          proven = token
        })
      )),
  }
})
