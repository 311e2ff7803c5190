/** Long work in short turns, so that requests, signals and progress do not have to wait. */
import { Effect } from "effect"

/** Like `items.map(f)`, but yields to other fibers after every `size` items. */
export const mapInTurns = Effect.fnUntraced(
  function* <A, B>(items: ReadonlyArray<A>, size: number, f: (item: A) => B) {
    const mapped: Array<B> = []
    for (let start = 0; start < items.length; start += size) {
      for (const item of items.slice(start, start + size)) mapped.push(f(item))
      yield* Effect.yieldNow
    }
    return mapped
  },
)
