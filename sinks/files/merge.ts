/** Merges a batch into a table of activities that is sorted by start, newest first. */
import { Stream } from "effect"

/** A row with its position in the table. */
export interface PositionedRow<A> {
  /** In decimal digits. */
  readonly id: string
  /** Start of the activity, in milliseconds since 1970; 0 if unknown. */
  readonly start: number
  readonly row: A
}

/** A row without a position, such as a line that cannot be read: it stays where it is. */
export interface UnpositionedRow<A> {
  readonly id: undefined
  readonly row: A
}

/** Sorts newest first; of two with the same start, the greater id first. */
const newestFirst = (a: PositionedRow<unknown>, b: PositionedRow<unknown>): number =>
  b.start - a.start || b.id.length - a.id.length || (a.id < b.id ? 1 : a.id > b.id ? -1 : 0)

const placing = <A>(batch: ReadonlyArray<PositionedRow<A>>, gone: ReadonlySet<string>) => {
  const ids = gone.union(new Set(batch.map((placed) => placed.id)))
  const waiting = batch.toSorted(newestFirst)
  let next = 0
  const take = (end: number) => waiting.slice(next, next = end).map((placed) => placed.row)
  return {
    before(existing: PositionedRow<A> | UnpositionedRow<A>): ReadonlyArray<A> {
      if (existing.id === undefined) return [existing.row]
      let end = next
      while (end < waiting.length && newestFirst(waiting[end]!, existing) <= 0) end++
      return ids.has(existing.id) ? take(end) : [...take(end), existing.row]
    },
    rest: () => take(waiting.length),
  }
}

/**
 * Returns the rows of a table merged with those of `batch`: a row of the batch replaces the one
 * with its id, rows with the ids `gone` are left out, and all others stay, even if the table is not
 * in order.
 */
export const merge = <A, E, R>(
  table: Stream.Stream<PositionedRow<A> | UnpositionedRow<A>, E, R>,
  batch: ReadonlyArray<PositionedRow<A>>,
  gone: ReadonlySet<string>,
): Stream.Stream<A, E, R> =>
  Stream.mapAccumArray(
    table,
    () => placing(batch, gone),
    (places, rows) => [places, rows.flatMap(places.before)],
    { onHalt: (places) => places.rest() },
  )
