/**
 * Decides whether a refusal (401, or 403 "inactive") of an item or a list concerns only that request or
 * the application: the application is concerned if `GET /athlete` is refused too.
 */
import { Effect, Redacted, Semaphore } from "effect"
import type { ApplicationInactive, Unauthorized } from "./errors.ts"

/** Maximum number of consecutive refusals of items that are believed without another `GET /athlete`. */
const maxBelieved = 4

const isSame = (a: Redacted.Redacted | undefined, b: Redacted.Redacted) =>
  a !== undefined && Redacted.value(a) === Redacted.value(b)

type OfApplication = ApplicationInactive | Unauthorized

export interface Access<E> {
  /** Returns the number of a request that is about to be sent; later ones have higher numbers. */
  readonly send: () => number
  readonly succeeded: (order: number, token: Redacted.Redacted) => void
  /** Records that `GET /athlete` was refused. */
  readonly applicationRefused: (error: OfApplication) => void
  /**
   * True if a refusal with this token is known to concern one item, so that no further request is
   * needed.
   */
  readonly believes: (token: Redacted.Redacted) => boolean
  /**
   * Succeeds if the refusal of request `order` concerns one item. Sends `GET /athlete`, once for all
   * callers that wait, unless a later request has succeeded. Fails if that request fails.
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
  /** Token accepted for the athlete after it was refused for an item. */
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
      if (!isSame(proven, token) || believed >= maxBelieved) return false
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
