/** A report that is made again when the data has changed. */
import { Clock, Effect, Semaphore } from "effect"

export interface Report {
  /** Content security policy of its files. */
  readonly policy: string
  readonly files: ReadonlyArray<{ readonly name: string; readonly bytes: Uint8Array }>
}

/** Milliseconds: during a run the data changes all the time. */
const shortest = 10_000

/**
 * Returns a report that `build` makes on the first use, and again after `stamp` has changed, at most every ten
 * seconds. If that fails, the earlier report stays.
 */
export const servedReport = <E, R, E2, R2>(
  build: Effect.Effect<Report, E, R>,
  stamp: Effect.Effect<string, E2, R2>,
) =>
  Effect.map(Semaphore.make(1), (one) => {
    let last: (Report & { readonly stamp: string; readonly at: number }) | undefined
    return one.withPermits(1)(Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const known = last
      if (known !== undefined && now - known.at < shortest) return known
      // Read before the build, so that a change during it leads to another build.
      const found = yield* stamp
      if (known?.stamp === found) return known
      if (known === undefined) return last = { ...yield* build, stamp: found, at: now }
      // After a failure the next request builds again: the data might not change once more.
      last = yield* build.pipe(
        Effect.map((report) => ({ ...report, stamp: found, at: now })),
        Effect.orElseSucceed(() => ({ ...known, at: now })),
      )
      return last
    }))
  })
