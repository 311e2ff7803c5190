/**
 * Decides what a refusal (401, or 403 "inactive") of one thing or a list concerns: only that, or the
 * application. `GET /athlete` decides: if it is refused too, the application is concerned.
 */
import { Effect, Redacted, Semaphore } from "effect"
import type { ApplicationInactive, Unauthorized } from "./errors.ts"

/** Refusals in a row of things that are believed without another `GET /athlete`. */
const mostBelieved = 4

const isSame = (a: Redacted.Redacted | undefined, b: Redacted.Redacted) =>
  a !== undefined && Redacted.value(a) === Redacted.value(b)

type OfApplication = ApplicationInactive | Unauthorized

export interface Access<E> {
  /** Returns the number of a request that is about to be sent; later ones have higher numbers. */
  readonly send: () => number
  readonly succeeded: (order: number, token: Redacted.Redacted) => void
  /** Notes that `GET /athlete` was refused. */
  readonly applicationRefused: (error: OfApplication) => void
  /** True if a refusal with this token concerns one thing as far as is known, so no request is needed. */
  readonly believes: (token: Redacted.Redacted) => boolean
  /**
   * Succeeds if the refusal of request `order` concerns one thing. Sends `GET /athlete`, once for all
   * that wait, unless a later request has succeeded; fails as that does.
   */
  readonly prove: (
    order: number,
    token: Redacted.Redacted,
  ) => Effect.Effect<void, E | OfApplication>
}

export const makeAccess = Effect.fnUntraced(function* <E>(
  athlete: Effect.Effect<unknown, E>,
): Effect.fn.Return<Access<E>> {
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
    send: () => ++sent,
    succeeded: (order, token) => {
      if (good === undefined || order > good.order) good = { order, token }
      believed = 0
      refused = undefined
    },
    applicationRefused: (error) => {
      refused = error
    },
    believes: (token) => {
      if (!isSame(proven, token) || believed >= mostBelieved) return false
      believed++
      return true
    },
    prove: (order, token) =>
      gate.withPermits(1)(Effect.suspend((): Effect.Effect<void, E | OfApplication> => {
        if (refused !== undefined) return Effect.fail(refused)
        return isGoodAfter(order, token) ? Effect.void : Effect.asVoid(athlete)
      })).pipe(Effect.tap(() =>
        Effect.sync(() => {
          proven = token
        })
      )),
  }
})
