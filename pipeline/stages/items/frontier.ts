/** Progress through a list of items without a gap. */
import type { Frontier } from "../../base/Progress.ts"
import type { PendingItem } from "../../state/ledger/todo.ts"

/** Follows how far the items are done without a gap, in the order of the list, newest first. */
export const makeFrontier = (todo: ReadonlyArray<PendingItem>) => {
  const finished = new Set<string>()
  let next = 0
  return {
    finish(id: string): void {
      finished.add(id)
      while (finished.has(todo[next]?.id ?? "")) next++
    },
    reached(except: number): Frontier | undefined {
      const [newest, oldest] = [todo[0], todo[next - 1]]
      if (newest === undefined || oldest === undefined) return undefined
      return { newest: newest.start, oldest: oldest.start, next: todo[next]?.start, except }
    },
  }
}
